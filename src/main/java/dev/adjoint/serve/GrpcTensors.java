package dev.adjoint.serve;

import com.google.common.primitives.Booleans;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import dev.adjoint.serve.proto.InferTensorContents;
import dev.adjoint.serve.proto.ModelInferRequest;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;

/** Tensors as the protocol's messages carry them: as bytes, or as a list of their datatype. */
final class GrpcTensors {
  private final TensorLimit limit;

  GrpcTensors(TensorLimit limit) {
    this.limit = limit;
  }

  Tensor raw(ModelInferRequest.InferInputTensor input, ByteString bytes) {
    if (input.hasContents()) {
      throw ServeException.invalid(
          "The input '%s' has contents and raw contents.", input.getName());
    }
    DType dtype = WireType.of(input.getName(), input.getDatatype());
    limit.require(input.getName(), dtype, input.getShapeList());
    return WireType.raw(input.getName(), dtype, input.getShapeList(), bytes.asReadOnlyByteBuffer());
  }

  Tensor typed(ModelInferRequest.InferInputTensor input) {
    String name = input.getName();
    DType dtype = WireType.of(name, input.getDatatype());
    limit.require(name, dtype, input.getShapeList());
    int count = WireType.elements(name, input.getShapeList());
    Shape shape = Shape.of(WireType.sizes(input.getShapeList()));
    InferTensorContents contents = input.getContents();
    int given =
        switch (dtype) {
          case FLOAT32 -> contents.getFp32ContentsCount();
          case FLOAT64 -> contents.getFp64ContentsCount();
          case INT32 -> contents.getIntContentsCount();
          case INT64 -> contents.getInt64ContentsCount();
          case BOOL -> contents.getBoolContentsCount();
        };
    int kinds = contents.getAllFields().size();
    if (kinds > 1) {
      throw ServeException.invalid(
          "The input '%s' has contents of %d datatypes; it needs those of %s alone.",
          name, kinds, input.getDatatype());
    }
    if (given != count) {
      throw ServeException.invalid(
          "The input '%s' %s %s has %d elements, given %d of its datatype.",
          name, input.getDatatype(), input.getShapeList(), count, given);
    }
    return switch (dtype) {
      case FLOAT32 -> Tensor.adopt(Floats.toArray(contents.getFp32ContentsList()), shape);
      case FLOAT64 -> Tensor.adopt(Doubles.toArray(contents.getFp64ContentsList()), shape);
      case INT32 -> Tensor.adopt(Ints.toArray(contents.getIntContentsList()), shape);
      case INT64 -> Tensor.adopt(Longs.toArray(contents.getInt64ContentsList()), shape);
      case BOOL -> Tensor.adopt(Booleans.toArray(contents.getBoolContentsList()), shape);
    };
  }

  static InferTensorContents contents(Tensor tensor) {
    InferTensorContents.Builder out = InferTensorContents.newBuilder();
    switch (tensor.dtype()) {
      case FLOAT32 -> out.addAllFp32Contents(Floats.asList(tensor.toFloats()));
      case FLOAT64 -> out.addAllFp64Contents(Doubles.asList(tensor.toDoubles()));
      case INT32 -> out.addAllIntContents(Ints.asList(tensor.toInts()));
      case INT64 -> out.addAllInt64Contents(Longs.asList(tensor.toLongs()));
      case BOOL -> out.addAllBoolContents(Booleans.asList(tensor.toBooleans()));
    }
    return out.build();
  }
}
