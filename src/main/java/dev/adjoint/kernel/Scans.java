package dev.adjoint.kernel;

import dev.adjoint.op.Scan;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * Kernels of {@link Scan}. Each lane along the axis is one loop in the axis's direction, whose
 * state is a double for floating point: so a result is rounded once, and has the bits of the
 * sequential definition in double. May work in place.
 */
public final class Scans {
  private Scans() {}

  /**
   * The kernel of an operator for constant sizes.
   *
   * @throws IllegalArgumentException if a size is not constant, or an array too large for Java
   */
  public static Kernel kernel(Scan op, List<TensorType> operands, TensorType result) {
    RowMajor y = RowMajor.of(result);
    Numbers numbers = Numbers.of(result.dtype());
    return switch (op) {
      case Scan.CumulativeSum(var axis, var exclusive, var reverse) ->
          new ScanKernel(
              y,
              axis,
              reverse,
              (arguments, place, step, count) ->
                  numbers.runningSums(
                      arguments.array(0),
                      arguments.offset(0) + place,
                      arguments.array(1),
                      arguments.offset(1) + place,
                      step,
                      count,
                      exclusive));
      case Scan.LinearRecurrence(var axis, var reverse) ->
          new ScanKernel(y, axis, reverse, recurrence(result));
    };
  }

  private static ScanKernel.Lane recurrence(TensorType result) {
    return switch (result.dtype()) {
      case FLOAT32 -> dev.adjoint.kernel.f32.Recurrence::run;
      case FLOAT64 -> dev.adjoint.kernel.f64.Recurrence::run;
      case INT32, INT64, BOOL ->
          throw new IllegalArgumentException(
              "A linear recurrence is of floating point, given %s.".formatted(result));
    };
  }
}
