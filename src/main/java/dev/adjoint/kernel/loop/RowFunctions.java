package dev.adjoint.kernel.loop;

import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Reduction;

/**
 * The reductions of {@code op} and the softmax family as instructions of a loop whose rows are what
 * they go over, so that they fuse with what computes their operands and with what follows.
 *
 * <p>The value {@code x} has one element a place of the index space. Exponentials are taken of the
 * difference to the row's largest element.
 */
public final class RowFunctions {
  private RowFunctions() {}

  /**
   * One value a row. The axes are the loop's row axes.
   *
   * @param rowElements how many elements a row has, for the mean
   */
  public static int reduce(LoopBuilder loop, Reduction op, int x, long rowElements) {
    return switch (op) {
      case Reduction.ReduceSum _ -> loop.reduce(Fold.SUM, x);
      case Reduction.ReduceMean _ ->
          loop.apply(
              new Arithmetic.Div(),
              loop.reduce(Fold.SUM, x),
              loop.scalar(loop.dtype(x), rowElements));
      case Reduction.ReduceProd _ -> loop.reduce(Fold.PRODUCT, x);
      case Reduction.ReduceMax _ -> loop.reduce(Fold.MAX, x);
      case Reduction.ReduceMin _ -> loop.reduce(Fold.MIN, x);
      case Reduction.ReduceAny _ -> loop.reduce(Fold.ANY, x);
      case Reduction.ReduceAll _ -> loop.reduce(Fold.ALL, x);
      case Reduction.ArgMax _ -> loop.reduce(Fold.ARGMAX, x);
      case Reduction.ArgMin _ -> loop.reduce(Fold.ARGMIN, x);
      case Reduction.ReduceLogSumExp _ -> logSumExp(loop, x);
    };
  }

  /** One value a row: {@code log(sum(e^x))}; an infinite largest element is the answer. */
  public static int logSumExp(LoopBuilder loop, int x) {
    int largest = loop.reduce(Fold.MAX, x);
    int sum = loop.reduce(Fold.SUM, exponential(loop, x, largest));
    int y = loop.apply(new Arithmetic.Add(), largest, loop.apply(new Pointwise.Log(), sum));
    int infinity = loop.scalar(loop.dtype(x), Double.POSITIVE_INFINITY);
    int isInfinite =
        loop.apply(new Logic.Equal(), loop.apply(new Pointwise.Abs(), largest), infinity);
    return loop.apply(new Logic.Select(), isInfinite, largest, y);
  }

  /** One value an element: {@code e^x / sum(e^x)}. */
  public static int softmax(LoopBuilder loop, int x) {
    int exponential = exponential(loop, x, loop.reduce(Fold.MAX, x));
    return loop.apply(new Arithmetic.Div(), exponential, loop.reduce(Fold.SUM, exponential));
  }

  /** One value an element: {@code x - log(sum(e^x))}. */
  public static int logSoftmax(LoopBuilder loop, int x) {
    int largest = loop.reduce(Fold.MAX, x);
    int sum = loop.reduce(Fold.SUM, exponential(loop, x, largest));
    return loop.apply(
        new Arithmetic.Sub(), difference(loop, x, largest), loop.apply(new Pointwise.Log(), sum));
  }

  /** One value a row: {@code -sum(p * logSoftmax(x))}, where a term with p = 0 is 0. */
  public static int softmaxCrossEntropy(LoopBuilder loop, int x, int p) {
    int zero = loop.scalar(loop.dtype(x), 0.0);
    int product = loop.apply(new Arithmetic.Mul(), p, logSoftmax(loop, x));
    int none = loop.apply(new Logic.Equal(), p, zero);
    int sum = loop.reduce(Fold.SUM, loop.apply(new Logic.Select(), none, zero, product));
    return loop.apply(new Arithmetic.Sub(), zero, sum);
  }

  /**
   * One value a row: {@code -logSoftmax(x)} at the row's label.
   *
   * @param access that {@code x} is read by, with strides of 0 along the row axes
   * @param label an integer a row; one outside {@code 0 .. size - 1} is an error when the loop runs
   * @param stride of the axis in the logits
   */
  public static int sparseSoftmaxCrossEntropy(
      LoopBuilder loop, int x, Access access, int label, int size, int stride) {
    int largest = loop.reduce(Fold.MAX, x);
    int sum = loop.reduce(Fold.SUM, exponential(loop, x, largest));
    int logit = loop.readAt(access, label, size, stride);
    int shifted = difference(loop, logit, largest);
    int logarithm = loop.apply(new Arithmetic.Sub(), shifted, loop.apply(new Pointwise.Log(), sum));
    return loop.apply(new Arithmetic.Sub(), loop.scalar(loop.dtype(x), 0.0), logarithm);
  }

  private static int difference(LoopBuilder loop, int x, int largest) {
    return loop.apply(new Arithmetic.Sub(), x, largest);
  }

  private static int exponential(LoopBuilder loop, int x, int largest) {
    return loop.apply(new Pointwise.Exp(), difference(loop, x, largest));
  }
}
