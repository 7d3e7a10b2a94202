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

  /** The number that all elements of a tensor are, as a scalar tensor. */
  static Optional<Tensor> ofElements(Tensor tensor) {
    boolean floating = tensor.dtype().isFloating();
    for (int i = 1; i < tensor.size(); i++) {
      boolean same =
          floating
              ? Double.compare(tensor.getDouble(i), tensor.getDouble(0)) == 0
              : tensor.getLong(i) == tensor.getLong(0);
      if (!same) {
        return Optional.empty();
      }
    }
    Tensor first = floating ? Tensor.scalar(tensor.getDouble(0)) : Tensor.scalar(tensor.getLong(0));
    return Optional.of(first.cast(tensor.dtype()));
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
