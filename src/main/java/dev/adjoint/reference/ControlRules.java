package dev.adjoint.reference;

import dev.adjoint.op.Control;

/** {@link Control}. */
final class ControlRules {
  private ControlRules() {}

  static Grid apply(Control op, Call call) {
    return switch (op) {
      case Control.Identity() -> call.x();
      case Control.StopGradient() -> call.x();
      case Control.Barrier() -> call.x();
      case Control.Recompute() -> call.x();
      case Control.CustomGradient() -> call.x();
      case Control.CotangentPlaceholder(_) -> call.result();
      case Control.Cast(_) -> cast(call);
    };
  }

  private static Grid cast(Call call) {
    Grid x = call.x();
    Grid y = call.result();
    for (int i = 0; i < y.count(); i++) {
      if (x.isFloating()) {
        castFloating(y, i, x.getDouble(i));
      } else {
        castInteger(y, i, x.getLong(i));
      }
    }
    return y;
  }

  private static void castFloating(Grid y, int i, double value) {
    switch (y.dtype()) {
      case FLOAT32, FLOAT64 -> y.set(i, value);
      case INT32 -> y.set(i, (long) (int) value);
      case INT64 -> y.set(i, (long) value);
      case BOOL -> y.set(i, value != 0);
    }
  }

  private static void castInteger(Grid y, int i, long value) {
    switch (y.dtype()) {
      // In one rounding: by way of double a large integer would be rounded twice.
      case FLOAT32 -> y.set(i, (double) (float) value);
      case FLOAT64 -> y.set(i, (double) value);
      case INT32, INT64 -> y.set(i, value);
      case BOOL -> y.set(i, value != 0);
    }
  }
}
