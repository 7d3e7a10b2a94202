package dev.adjoint.saved;

import dev.adjoint.saved.proto.AttributeProto;
import dev.adjoint.saved.proto.GraphFileProto;
import dev.adjoint.saved.proto.GraphProto;
import dev.adjoint.saved.proto.ListProto;
import dev.adjoint.saved.proto.NamedAttributeProto;
import dev.adjoint.saved.proto.NodeProto;
import dev.adjoint.saved.proto.RecordProto;
import dev.adjoint.saved.proto.ShapeProto;
import dev.adjoint.saved.proto.SignatureProto;
import dev.adjoint.saved.proto.TensorProto;
import dev.adjoint.saved.proto.TypeProto;
import java.util.Optional;

/**
 * Which fields of a file's messages are messages themselves. Protobuf's descriptors say it too; to
 * make them takes longer than to read a small graph, and nothing else needs them.
 */
enum Nesting {
  /** Of every message that holds no other and no packed numbers. */
  NONE,
  GRAPH_FILE,
  GRAPH,
  NODE,
  NAMED_ATTRIBUTE,
  ATTRIBUTE,
  LIST,
  RECORD,
  SHAPE,
  TYPE,
  TENSOR,
  SIGNATURE;

  /** The message in a field; empty for one that is no message or not known. */
  Optional<Nesting> message(int field) {
    return Optional.ofNullable(
        switch (this) {
          case NONE, TENSOR -> null;
          case GRAPH_FILE ->
              switch (field) {
                case GraphFileProto.GRAPH_FIELD_NUMBER -> GRAPH;
                case GraphFileProto.WEIGHTS_FIELD_NUMBER -> NONE;
                default -> null;
              };
          case GRAPH ->
              switch (field) {
                case GraphProto.NODES_FIELD_NUMBER -> NODE;
                case GraphProto.SIGNATURES_FIELD_NUMBER -> SIGNATURE;
                case GraphProto.METADATA_FIELD_NUMBER,
                    GraphProto.OPERATORS_FIELD_NUMBER,
                    GraphProto.INITIALS_FIELD_NUMBER ->
                    NONE;
                default -> null;
              };
          case NODE ->
              switch (field) {
                case NodeProto.TYPE_FIELD_NUMBER -> TYPE;
                case NodeProto.ATTRIBUTES_FIELD_NUMBER -> NAMED_ATTRIBUTE;
                default -> null;
              };
          case NAMED_ATTRIBUTE ->
              field == NamedAttributeProto.VALUE_FIELD_NUMBER ? ATTRIBUTE : null;
          case ATTRIBUTE ->
              switch (field) {
                case AttributeProto.DIM_FIELD_NUMBER -> NONE;
                case AttributeProto.SHAPE_FIELD_NUMBER -> SHAPE;
                case AttributeProto.TYPE_FIELD_NUMBER -> TYPE;
                case AttributeProto.TENSOR_FIELD_NUMBER -> TENSOR;
                case AttributeProto.LIST_FIELD_NUMBER -> LIST;
                case AttributeProto.RECORD_FIELD_NUMBER -> RECORD;
                default -> null;
              };
          case LIST -> field == ListProto.ITEMS_FIELD_NUMBER ? ATTRIBUTE : null;
          case RECORD -> field == RecordProto.FIELDS_FIELD_NUMBER ? NAMED_ATTRIBUTE : null;
          case SHAPE -> field == ShapeProto.DIMS_FIELD_NUMBER ? NONE : null;
          case TYPE -> field == TypeProto.SHAPE_FIELD_NUMBER ? SHAPE : null;
          case SIGNATURE ->
              switch (field) {
                case SignatureProto.INPUTS_FIELD_NUMBER,
                    SignatureProto.OUTPUTS_FIELD_NUMBER,
                    SignatureProto.UPDATES_FIELD_NUMBER ->
                    NONE;
                default -> null;
              };
        });
  }

  /** Whether a field holds many numbers in one piece. */
  boolean isPacked(int field) {
    return switch (this) {
      case NODE -> field == NodeProto.OPERANDS_FIELD_NUMBER;
      case TENSOR -> field == TensorProto.SIZES_FIELD_NUMBER;
      default -> false;
    };
  }
}
