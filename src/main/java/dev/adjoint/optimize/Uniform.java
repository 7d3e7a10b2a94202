package dev.adjoint.optimize;

import dev.adjoint.graph.Value;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.Optional;

/** Values whose every element is one number that the graph says. */
final class Uniform {
  private Uniform() {}

  /** That number as a scalar tensor, if {@code value} is such a value. */
  static Optional<Tensor> of(Value value) {
    Value source = value;
    while (true) {
      switch (source.op()) {
        case Source.Constant(var tensor) when tensor.size() == 1 -> {
          return Optional.of(tensor.reshape());
        }
        case Movement.Broadcast _, Movement.Reshape _, Movement.Transpose _, Movement.Reverse _ ->
            source = source.operand(0);
        default -> {
          return Optional.empty();
        }
      }
    }
  }

  /** Whether every element is known to be {@code number}; 0.0 is not -0.0. */
  static boolean is(Value value, double number) {
    return number(value).filter(n -> Double.compare(n, number) == 0).isPresent();
  }

  /** The number in double precision, if the value is of floating point or the number small. */
  static Optional<Double> number(Value value) {
    return of(value).map(scalar -> scalar.cast(DType.FLOAT64).getDouble(0));
  }

  static boolean isTrue(Value value) {
    return value.dtype() == DType.BOOL && is(value, 1);
  }

  static boolean isFalse(Value value) {
    return value.dtype() == DType.BOOL && is(value, 0);
  }
}
