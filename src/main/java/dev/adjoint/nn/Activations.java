package dev.adjoint.nn;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Logic;

/**
 * Elementwise activation functions of values of floating point, of any shape. NaN gives NaN. No
 * gradient takes a NaN or an overflow from the branch that is not chosen: its operand is replaced
 * by a harmless one first. At a kink the gradient is that of the branch named below.
 */
public final class Activations {
  private static final double SELU_ALPHA = 1.6732632423543772;
  private static final double SELU_SCALE = 1.0507009873554805;

  private Activations() {}

  /** {@code max(0, x)}; the gradient at 0 is 0. */
  public static Value relu(Value x) {
    return x.relu();
  }

  /** {@code min(max(0, x), limit)}; the gradient is 1 at 0 and at the limit. */
  public static Value reluUpTo(Value x, double limit) {
    return x.clamp(0, limit);
  }

  /** {@code x} where x &gt; 0, else {@code slope * x}; the gradient at 0 is the slope. */
  public static Value leakyRelu(Value x, double slope) {
    return Logic.select(x.gt(0), x, x.mul(slope));
  }

  /**
   * {@code x} where x &gt; 0, else {@code alpha * (e^x - 1)}; the gradient at 0 is alpha (Clevert,
   * Unterthiner and Hochreiter, 2016).
   */
  public static Value elu(Value x, double alpha) {
    return Logic.select(x.gt(0), x, x.min(0).expm1().mul(alpha));
  }

  /**
   * The self-normalising {@link #elu}: scaled so that activations tend to mean 0 and variance 1
   * (Klambauer, Unterthiner, Mayr and Hochreiter, 2017).
   */
  public static Value selu(Value x) {
    return elu(x, SELU_ALPHA).mul(SELU_SCALE);
  }

  /**
   * {@code x * P(Z <= x)} for a standard normal Z, by the error function (Hendrycks and Gimpel,
   * 2016). Smooth. NaN at -infinity.
   */
  public static Value gelu(Value x) {
    return x.mul(0.5).mul(x.mul(Math.sqrt(0.5)).erf().add(1));
  }

  /**
   * The approximation of {@link #gelu} by a hyperbolic tangent, {@code x/2 * (1 + tanh(sqrt(2/pi) *
   * (x + 0.044715 x^3)))}; it differs by less than 0.0005.
   */
  public static Value geluTanh(Value x) {
    Value inner = x.mul(x).mul(0.044715).add(1).mul(x).mul(Math.sqrt(2 / Math.PI));
    return x.mul(0.5).mul(inner.tanh().add(1));
  }

  /** {@code log(1 + e^x)}, without overflow. Smooth. */
  public static Value softplus(Value x) {
    return x.softplus();
  }

  /** {@code x / (1 + |x|)}. Smooth. */
  public static Value softsign(Value x) {
    return x.div(x.abs().add(1));
  }

  /** {@code x * sigmoid(x)}, also called SiLU. Smooth. NaN at -infinity. */
  public static Value swish(Value x) {
    return x.mul(x.sigmoid());
  }

  /** {@code clamp((x + 3) / 6, 0, 1)}; the gradient is 1/6 at the kinks -3 and 3. */
  public static Value hardSigmoid(Value x) {
    return x.add(3).div(6).clamp(0, 1);
  }

  /** {@code clamp(x, -1, 1)}; the gradient is 1 at the kinks -1 and 1. */
  public static Value hardTanh(Value x) {
    return x.clamp(-1, 1);
  }

  /**
   * {@code s^(1/p)} of a value that is not negative, whose gradient at 0 is 0 and not infinite.
   *
   * @param p the root, 1 or more
   */
  static Value rootWithZeroSlopeAtZero(Value s, double p) {
    if (p == 1) {
      return s;
    }
    Value zero = s.eq(0);
    Value positive = Logic.select(zero, s.like(1), s);
    Value root = p == 2 ? positive.sqrt() : positive.pow(1 / p);
    return Logic.select(zero, s.like(0), root);
  }

  /** {@code |x|^p}. */
  static Value absolutePower(Value x, double p) {
    if (!(p >= 1) || Double.isInfinite(p)) {
      throw new GraphException(
          x.name(),
          "p",
          "the power of the norm of '%s' must be 1 or more and finite, given %s."
              .formatted(x.name(), p));
    }
    return p == 1 ? x.abs() : p == 2 ? x.mul(x) : x.abs().pow(p);
  }
}
