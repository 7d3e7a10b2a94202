package dev.adjoint.nn;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import java.util.List;

/**
 * Losses. Each says over what it is one number: an element or an example; a {@link Reduction} makes
 * one number of all of them. Operands are of floating point and one type, except for labels that
 * are class indices.
 */
public final class Losses {
  private Losses() {}

  /** What becomes of the losses of a batch. */
  public enum Reduction {
    /** They stay as they are. */
    NONE,
    /** Their sum, a scalar. */
    SUM,
    /** Their mean, a scalar; NaN of an empty batch. */
    MEAN;

    /** The losses, reduced. */
    public Value of(Value losses) {
      return switch (this) {
        case NONE -> losses;
        case SUM -> losses.sum();
        case MEAN -> losses.mean();
      };
    }
  }

  /** {@code (prediction - target)^2}, a loss an element. */
  public static Value squaredError(Value prediction, Value target, Reduction reduction) {
    Value difference = difference("squaredError", prediction, target);
    return reduction.of(difference.mul(difference));
  }

  /** The mean of the squared errors, a scalar. */
  public static Value meanSquaredError(Value prediction, Value target) {
    return squaredError(prediction, target, Reduction.MEAN);
  }

  /** {@code |prediction - target|}, a loss an element; its gradient is 0 where both are equal. */
  public static Value absoluteError(Value prediction, Value target, Reduction reduction) {
    return reduction.of(difference("absoluteError", prediction, target).abs());
  }

  /** The mean of the absolute errors, a scalar. */
  public static Value meanAbsoluteError(Value prediction, Value target) {
    return absoluteError(prediction, target, Reduction.MEAN);
  }

  private static Value difference(String function, Value prediction, Value target) {
    requireOneType(function, prediction, target);
    return prediction.sub(target);
  }

  /**
   * The cross-entropy of the softmax of logits, a loss an example; stable for any finite logits.
   *
   * @param logits {@code [.., classes]}
   * @param labels class indices, an integer an example, {@code [..]}; or distributions over the
   *     classes, of the type of the logits
   */
  public static Value softmaxCrossEntropy(Value logits, Value labels, Reduction reduction) {
    if (labels.dtype().isInteger()) {
      return reduction.of(logits.sparseSoftmaxCrossEntropy(labels));
    }
    requireOneType("softmaxCrossEntropy", logits, labels);
    return reduction.of(logits.softmaxCrossEntropy(labels));
  }

  /**
   * The cross-entropy of the sigmoid of logits, {@code z * softplus(-x) + (1 - z) * softplus(x)}, a
   * loss an element; accurate for any finite logits, since nothing cancels.
   *
   * @param labels z, from 0 to 1, of the type of the logits
   */
  public static Value sigmoidCrossEntropy(Value logits, Value labels, Reduction reduction) {
    requireOneType("sigmoidCrossEntropy", logits, labels);
    Value positive = labels.mul(logits.neg().softplus());
    Value negative = labels.like(1).sub(labels).mul(logits.softplus());
    return reduction.of(positive.add(negative));
  }

  /**
   * The Euclidean norm over the given axes, over all if none: {@code sqrt(sum x^2)}. Its gradient
   * is x over the norm, and 0 where the norm is 0.
   */
  public static Value l2Norm(Value x, int... axes) {
    return Activations.rootWithZeroSlopeAtZero(x.mul(x).sum(axes), 2);
  }

  /**
   * The sum of the squares of all elements of all values, times a factor, a scalar: weight decay as
   * part of the loss. Pass kernels; biases are usually left free.
   *
   * @throws GraphException if there are no values
   */
  public static Value l2Penalty(double factor, List<Value> values) {
    return values.stream()
        .map(value -> value.mul(value).sum())
        .reduce(Value::add)
        .orElseThrow(() -> new GraphException("l2Penalty: pass at least one value, given none."))
        .mul(factor);
  }

  private static void requireOneType(String function, Value first, Value second) {
    if (!first.type().equals(second.type())) {
      throw new GraphException(
          second.name(),
          "same-type",
          "%s: '%s' is %s and '%s' is %s. They must be equal; reshape or cast one of them."
              .formatted(function, first.name(), first.type(), second.name(), second.type()));
    }
  }
}
