package dev.adjoint.saved;

import dev.adjoint.saved.proto.DimProto;
import dev.adjoint.saved.proto.ShapeProto;
import dev.adjoint.saved.proto.TypeProto;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.HashMap;
import java.util.Map;

/** Writes sizes, shapes and types; one message for all equal shapes, of which a graph has few. */
final class TypeEncoder {
  private final Map<Shape, ShapeProto> shapes = new HashMap<>();

  TypeProto encode(TensorType type) {
    return TypeProto.newBuilder()
        .setDtype(DTypes.encode(type.dtype()))
        .setShape(encode(type.shape()))
        .build();
  }

  ShapeProto encode(Shape shape) {
    return shapes.computeIfAbsent(
        shape,
        added -> {
          ShapeProto.Builder out = ShapeProto.newBuilder();
          added.dims().forEach(dim -> out.addDims(encode(dim)));
          return out.build();
        });
  }

  DimProto encode(Dim dim) {
    return dim.isConstant()
        ? DimProto.newBuilder().setConstant(dim.value()).build()
        : DimProto.newBuilder().setExpression(dim.toString()).build();
  }
}
