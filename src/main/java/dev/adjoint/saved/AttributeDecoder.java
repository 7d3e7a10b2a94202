package dev.adjoint.saved;

import dev.adjoint.graph.AttributeKind;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.RecordCodec;
import dev.adjoint.saved.proto.AttributeProto;
import dev.adjoint.saved.proto.AttributeProto.KindCase;
import dev.adjoint.saved.proto.NamedAttributeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads attributes into the records that they are the components of.
 *
 * <p>Throws {@link GraphException} for what the record does not have, lacks or refuses, naming the
 * attribute.
 */
final class AttributeDecoder {
  private final ReadLimits limits;
  private final TypeDecoder types;
  private final TensorDecoder tensors;

  AttributeDecoder(ReadLimits limits, TypeDecoder types) {
    this.limits = limits;
    this.types = types;
    this.tensors = new TensorDecoder(limits);
  }

  /** The record whose components are {@code fields}; those absent take their defaults. */
  Record decode(RecordCodec codec, List<NamedAttributeProto> fields) {
    Map<String, Object> values = new HashMap<>();
    for (NamedAttributeProto field : fields) {
      String name = Names.require("an attribute", field.getName(), limits);
      AttributeKind kind = codec.component(name).kind();
      if (values.put(name, decode(name, kind, field.getValue())) != null) {
        throw new GraphException("it has the attribute '%s' twice.".formatted(name));
      }
    }
    return codec.create(values);
  }

  private Object decode(String name, AttributeKind kind, AttributeProto value) {
    try {
      return decode(kind, value);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new GraphException("attribute '%s': %s".formatted(name, e.getMessage()));
    }
  }

  private Object decode(AttributeKind kind, AttributeProto value) {
    KindCase expected = caseOf(kind);
    if (value.getKindCase() != expected) {
      throw new GraphException(
          "expected the kind %s, the file has %s."
              .formatted(describe(expected), describe(value.getKindCase())));
    }
    return switch (kind) {
      case AttributeKind.IntegerKind integer -> integer.of(value.getInteger());
      case AttributeKind.RealKind _ -> value.getReal();
      case AttributeKind.FlagKind _ -> value.getFlag();
      case AttributeKind.TextKind _ -> value.getText();
      case AttributeKind.ChoiceKind choice -> choice.of(value.getText());
      case AttributeKind.DTypeKind _ -> DTypes.decode(value.getDtype());
      case AttributeKind.DimKind _ -> types.decode(value.getDim());
      case AttributeKind.ShapeKind _ -> types.decode(value.getShape());
      case AttributeKind.TypeKind _ -> types.decode(value.getType());
      case AttributeKind.TensorKind _ -> tensors.decode(value.getTensor());
      case AttributeKind.ListKind list -> decode(list.element(), value.getList().getItemsList());
      case AttributeKind.RecordKind record ->
          decode(record.codec(), value.getRecord().getFieldsList());
    };
  }

  private List<Object> decode(AttributeKind element, List<AttributeProto> items) {
    List<Object> values = new ArrayList<>(items.size());
    for (AttributeProto item : items) {
      values.add(decode("item " + values.size(), element, item));
    }
    return List.copyOf(values);
  }

  private static KindCase caseOf(AttributeKind kind) {
    return switch (kind) {
      case AttributeKind.IntegerKind _ -> KindCase.INTEGER;
      case AttributeKind.RealKind _ -> KindCase.REAL;
      case AttributeKind.FlagKind _ -> KindCase.FLAG;
      case AttributeKind.TextKind _, AttributeKind.ChoiceKind _ -> KindCase.TEXT;
      case AttributeKind.DTypeKind _ -> KindCase.DTYPE;
      case AttributeKind.DimKind _ -> KindCase.DIM;
      case AttributeKind.ShapeKind _ -> KindCase.SHAPE;
      case AttributeKind.TypeKind _ -> KindCase.TYPE;
      case AttributeKind.TensorKind _ -> KindCase.TENSOR;
      case AttributeKind.ListKind _ -> KindCase.LIST;
      case AttributeKind.RecordKind _ -> KindCase.RECORD;
    };
  }

  private static String describe(KindCase kind) {
    return kind == KindCase.KIND_NOT_SET ? "none" : kind.name().toLowerCase(Locale.ROOT);
  }
}
