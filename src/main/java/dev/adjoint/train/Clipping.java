package dev.adjoint.train;

import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import java.util.List;

/** Keeps gradients from being too large; what is not a number stays so. */
public sealed interface Clipping {
  /** The gradients, clipped, in their order. */
  List<Value> apply(List<Value> gradients);

  /** Leaves gradients as they are. */
  record None() implements Clipping {
    @Override
    public List<Value> apply(List<Value> gradients) {
      return gradients;
    }
  }

  /** Keeps each element within {@code -limit} and {@code limit}. */
  record ByValue(double limit) implements Clipping {
    /** Checks the limit. */
    public ByValue {
      requireLimit(limit);
    }

    @Override
    public List<Value> apply(List<Value> gradients) {
      return gradients.stream().map(gradient -> gradient.clamp(-limit, limit)).toList();
    }
  }

  /**
   * Scales all gradients by one factor, {@code limit / max(limit, norm)}, where norm is the
   * Euclidean norm of all of them taken together (Pascanu, Mikolov and Bengio, 2013). The norm is
   * added up in double precision from each gradient's sum of squares.
   */
  record ByGlobalNorm(double limit) implements Clipping {
    /** Checks the limit. */
    public ByGlobalNorm {
      requireLimit(limit);
    }

    @Override
    public List<Value> apply(List<Value> gradients) {
      Value norm = globalNorm(gradients);
      Value factor = norm.scalar(limit).div(norm.max(limit));
      return gradients.stream()
          .map(gradient -> gradient.mul(factor.cast(gradient.dtype())))
          .toList();
    }
  }

  /**
   * The Euclidean norm of all elements of all values, a FLOAT64 scalar.
   *
   * @param values at least one
   */
  static Value globalNorm(List<Value> values) {
    return values.stream()
        .map(value -> value.mul(value).sum().cast(DType.FLOAT64))
        .reduce(Value::add)
        .orElseThrow()
        .sqrt();
  }

  private static void requireLimit(double limit) {
    if (!(limit > 0)) {
      throw new IllegalArgumentException(
          "A limit of gradients must be above 0, given %s.".formatted(limit));
    }
  }
}
