package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;

/** What folds give for no elements, as bits. */
final class Identities {
  private Identities() {}

  static long of(Fold fold, DType type) {
    return switch (fold) {
      case SUM, ANY -> number(type, 0);
      case PRODUCT, ALL -> number(type, 1);
      case MAX, ARGMAX -> extreme(type, true);
      case MIN, ARGMIN -> extreme(type, false);
    };
  }

  private static long number(DType type, long value) {
    return type.isFloating() ? Double.doubleToRawLongBits((double) value) : value;
  }

  private static long extreme(DType type, boolean smallest) {
    return switch (type) {
      case FLOAT32, FLOAT64 ->
          Double.doubleToRawLongBits(
              smallest ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
      case INT32 -> smallest ? Integer.MIN_VALUE : Integer.MAX_VALUE;
      case INT64 -> smallest ? Long.MIN_VALUE : Long.MAX_VALUE;
      case BOOL -> smallest ? 0 : 1;
    };
  }
}
