package dev.adjoint.saved;

import dev.adjoint.graph.AttributeKind;
import dev.adjoint.graph.RecordCodec;
import dev.adjoint.saved.proto.AttributeProto;
import dev.adjoint.saved.proto.ListProto;
import dev.adjoint.saved.proto.NamedAttributeProto;
import dev.adjoint.saved.proto.RecordProto;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the components of records as attributes. All of them, also those that have their default:
 * a default may change, and what was saved must not.
 */
final class AttributeEncoder {
  private final TypeEncoder types = new TypeEncoder();
  private final TensorEncoder tensors = new TensorEncoder();

  /** How types are written. */
  TypeEncoder types() {
    return types;
  }

  /** Every component of {@code owner}, in the order of their declaration. */
  List<NamedAttributeProto> encode(RecordCodec codec, Record owner) {
    List<NamedAttributeProto> fields = new ArrayList<>(codec.components().size());
    for (RecordCodec.Component component : codec.components()) {
      fields.add(
          NamedAttributeProto.newBuilder()
              .setName(component.name())
              .setValue(encode(component.kind(), component.read(owner)))
              .build());
    }
    return fields;
  }

  private AttributeProto encode(AttributeKind kind, Object value) {
    AttributeProto.Builder out = AttributeProto.newBuilder();
    switch (kind) {
      case AttributeKind.IntegerKind _ -> out.setInteger(((Number) value).longValue());
      case AttributeKind.RealKind _ -> out.setReal((Double) value);
      case AttributeKind.FlagKind _ -> out.setFlag((Boolean) value);
      case AttributeKind.TextKind _ -> out.setText(Unicode.require("a text", (String) value));
      case AttributeKind.ChoiceKind choice -> out.setText(choice.print(value));
      case AttributeKind.DTypeKind _ -> out.setDtype(DTypes.encode((DType) value));
      case AttributeKind.DimKind _ -> out.setDim(types.encode((Dim) value));
      case AttributeKind.ShapeKind _ -> out.setShape(types.encode((Shape) value));
      case AttributeKind.TypeKind _ -> out.setType(types.encode((TensorType) value));
      case AttributeKind.TensorKind _ -> out.setTensor(tensors.encode((Tensor) value));
      case AttributeKind.ListKind list -> out.setList(encode(list, (List<?>) value));
      case AttributeKind.RecordKind record ->
          out.setRecord(
              RecordProto.newBuilder().addAllFields(encode(record.codec(), (Record) value)));
    }
    return out.build();
  }

  private ListProto encode(AttributeKind.ListKind kind, List<?> values) {
    ListProto.Builder out = ListProto.newBuilder();
    values.forEach(value -> out.addItems(encode(kind.element(), value)));
    return out.build();
  }
}
