package dev.adjoint.nn;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Source;

/** Dropout (Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, 2014). */
public final class Dropout {
  private Dropout() {}

  /**
   * Each element is 0 with probability {@code rate}, else divided by {@code 1 - rate}, so that its
   * expectation stays. That is for training; inference leaves it out. The same key and counter drop
   * the same elements, so give each dropout of a graph a key of its own (as {@link Layers#dropout}
   * does) and each step a counter of its own.
   *
   * @param x of floating point
   * @param rate from 0, where x stays as it is, to below 1
   * @param key an INT64 scalar
   * @param counter an INT64 scalar, such as the number of the training step
   * @throws GraphException if the rate is not in [0, 1), or key or counter is not an INT64 scalar
   */
  public static Value dropout(Value x, double rate, Value key, Value counter) {
    if (!(rate >= 0 && rate < 1)) {
      throw new GraphException(
          x.name(),
          "rate",
          "dropout of '%s': the rate must be 0 or more and less than 1, given %s."
              .formatted(x.name(), rate));
    }
    if (rate == 0) {
      return x;
    }
    Value kept = Source.bernoulli(key, counter, x.scalar(1 - rate), x.type());
    return Logic.select(kept, x.div(1 - rate), x.like(0));
  }
}
