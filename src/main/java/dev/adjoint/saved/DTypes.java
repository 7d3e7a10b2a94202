package dev.adjoint.saved;

import dev.adjoint.graph.GraphException;
import dev.adjoint.saved.proto.DTypeProto;
import dev.adjoint.tensor.DType;

/** Dtypes as the schema numbers them. */
final class DTypes {
  private DTypes() {}

  static DTypeProto encode(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> DTypeProto.FLOAT32;
      case FLOAT64 -> DTypeProto.FLOAT64;
      case INT32 -> DTypeProto.INT32;
      case INT64 -> DTypeProto.INT64;
      case BOOL -> DTypeProto.BOOL;
    };
  }

  /**
   * The dtype of a number of the schema.
   *
   * @throws GraphException if this build knows none
   */
  static DType decode(DTypeProto dtype) {
    return switch (dtype) {
      case FLOAT32 -> DType.FLOAT32;
      case FLOAT64 -> DType.FLOAT64;
      case INT32 -> DType.INT32;
      case INT64 -> DType.INT64;
      case BOOL -> DType.BOOL;
      case DTYPE_UNSPECIFIED -> throw new GraphException("a dtype is missing.");
      case UNRECOGNIZED ->
          throw new GraphException(
              "it has a dtype that this build does not know. Use a newer Adjoint.");
    };
  }
}
