package dev.adjoint.train;

import dev.adjoint.graph.Value;

/**
 * How a parameter follows its gradient in one step, as graph. Rules of one's own have the same
 * rights as those here. Below, g is the gradient, w the parameter, r the learning rate, t the
 * number of the step from 1 on; all is elementwise.
 *
 * <p>Settings that make no sense raise {@link IllegalArgumentException} when a rule is made.
 */
@FunctionalInterface
public interface UpdateRule {
  /** Adds the nodes of the parameter's next value, and makes and updates the state it needs. */
  Value next(ParameterUpdate at);

  /** Gradient descent: {@code w - r g}. */
  record Descent() implements UpdateRule {
    @Override
    public Value next(ParameterUpdate at) {
      return at.parameter().sub(at.gradient().mul(at.rate()));
    }
  }

  /**
   * Momentum in the form of Sutskever, Martens, Dahl and Hinton (2013), with the rate outside the
   * velocity as in PyTorch: {@code v = momentum v + g}, {@code w - r v}; with Nesterov's look-ahead
   * {@code w - r (g + momentum v)}.
   *
   * @param momentum how much of the velocity stays, 0 to below 1
   * @param nesterov whether to look ahead
   */
  record Momentum(double momentum, boolean nesterov) implements UpdateRule {
    /** Checks the settings. */
    public Momentum {
      requireFraction("momentum", momentum);
    }

    @Override
    public Value next(ParameterUpdate at) {
      Value old = at.state("velocity", 0);
      Value velocity = at.update(old, old.mul(momentum).add(at.gradient()));
      Value direction = nesterov ? at.gradient().add(velocity.mul(momentum)) : velocity;
      return at.parameter().sub(direction.mul(at.rate()));
    }
  }

  /**
   * Adagrad (Duchi, Hazan and Singer, 2011): {@code s = s + g^2}, {@code w - r g / (sqrt(s) +
   * epsilon)}.
   *
   * @param first the first value of s, 0 or more
   * @param epsilon keeps the quotient finite, above 0
   */
  record Adagrad(double first, double epsilon) implements UpdateRule {
    /** Checks the settings. */
    public Adagrad {
      requireEpsilon(epsilon);
      if (!(first >= 0)) {
        throw new IllegalArgumentException(
            "The first sum of squares must be 0 or more, given %s.".formatted(first));
      }
    }

    @Override
    public Value next(ParameterUpdate at) {
      Value old = at.state("squares", first);
      Value squares = at.update(old, old.add(at.gradient().mul(at.gradient())));
      return at.parameter().sub(at.gradient().mul(at.rate()).div(squares.sqrt().add(epsilon)));
    }
  }

  /**
   * RMSProp (Tieleman and Hinton, 2012): {@code s = decay s + (1 - decay) g^2}, {@code w - r g /
   * (sqrt(s) + epsilon)}.
   *
   * @param decay how much of the mean square stays, 0 to below 1
   * @param epsilon keeps the quotient finite, above 0
   */
  record RmsProp(double decay, double epsilon) implements UpdateRule {
    /** Checks the settings. */
    public RmsProp {
      requireFraction("decay", decay);
      requireEpsilon(epsilon);
    }

    @Override
    public Value next(ParameterUpdate at) {
      Value old = at.state("mean-square", 0);
      Value square = at.gradient().mul(at.gradient());
      Value mean = at.update(old, mix(old, decay, square));
      return at.parameter().sub(at.gradient().mul(at.rate()).div(mean.sqrt().add(epsilon)));
    }
  }

  /**
   * Adam (Kingma and Ba, 2015): {@code m = beta1 m + (1 - beta1) g}, {@code v = beta2 v + (1 -
   * beta2) g^2}, {@code w - r m' / (sqrt(v') + epsilon)} with {@code m' = m / (1 - beta1^t)} and
   * {@code v' = v / (1 - beta2^t)}. With a decay above 0 it is AdamW (Loshchilov and Hutter, 2019):
   * {@code r decay w} is subtracted too, apart from the gradient, for parameters that {@linkplain
   * ParameterUpdate#decays decay}.
   *
   * @param beta1 how much of the mean stays, 0 to below 1
   * @param beta2 how much of the mean square stays, 0 to below 1
   * @param epsilon keeps the quotient finite, above 0
   * @param decay the decoupled weight decay, 0 or more
   */
  record Adam(double beta1, double beta2, double epsilon, double decay) implements UpdateRule {
    /** Checks the settings. */
    public Adam {
      requireFraction("beta1", beta1);
      requireFraction("beta2", beta2);
      requireEpsilon(epsilon);
      requireDecay(decay);
    }

    @Override
    public Value next(ParameterUpdate at) {
      Value oldMean = at.state("mean", 0);
      Value oldSquare = at.state("mean-square", 0);
      Value mean = at.update(oldMean, mix(oldMean, beta1, at.gradient()));
      Value square = at.update(oldSquare, mix(oldSquare, beta2, at.gradient().mul(at.gradient())));
      Value root = square.div(at.biasCorrection(beta2)).sqrt().add(epsilon);
      Value direction = mean.div(at.biasCorrection(beta1)).div(root);
      if (decay > 0 && at.decays()) {
        direction = direction.add(at.parameter().mul(decay));
      }
      return at.parameter().sub(direction.mul(at.rate()));
    }
  }

  private static Value mix(Value running, double kept, Value current) {
    return running.mul(kept).add(current.mul(1 - kept));
  }

  private static void requireFraction(String what, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "%s must be 0 or more and less than 1, given %s.".formatted(what, value));
    }
  }

  private static void requireEpsilon(double epsilon) {
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("epsilon must be above 0, given %s.".formatted(epsilon));
    }
  }

  private static void requireDecay(double decay) {
    if (!(decay >= 0) || Double.isInfinite(decay)) {
      throw new IllegalArgumentException(
          "A weight decay must be 0 or more and finite, given %s.".formatted(decay));
    }
  }
}
