package dev.adjoint.check.generate;

import dev.adjoint.graph.Op;
import java.util.function.Function;

/**
 * Draws uses of one operator: attributes and operands that it accepts. With one of these a user's
 * own operator is checked by the same properties as the built-in ones; it is found through {@link
 * java.util.ServiceLoader}, or given to {@link OperatorSamplers#with}.
 */
public interface OperatorSampler {
  /** The class of the operator. */
  Class<? extends Op> operator();

  /**
   * A use of it that is valid when its named sizes have {@linkplain Choices#sizes their values}.
   */
  OperatorSample draw(Choices choices);

  /** A sampler of the given function. */
  static OperatorSampler of(
      Class<? extends Op> operator, Function<Choices, OperatorSample> function) {
    return new OperatorSampler() {
      @Override
      public Class<? extends Op> operator() {
        return operator;
      }

      @Override
      public OperatorSample draw(Choices choices) {
        return function.apply(choices);
      }
    };
  }
}
