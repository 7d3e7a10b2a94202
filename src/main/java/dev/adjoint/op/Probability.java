package dev.adjoint.op;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * Logits to probabilities and losses, each as one operator so that it is stable: the largest logit
 * is taken out before any exponential. Floating point. Sums go in the order of the indices, so the
 * bits are the same on any number of threads.
 */
public sealed interface Probability extends Primitive, Differentiable {
  /**
   * {@code y_i = e^x_i / sum_j e^x_j} over the given axes together. The result has the operand's
   * type. (C1) The axes exist. NaN along axes that hold a NaN, +infinity, or only -infinity.
   * Gradient: {@code dx = y * (dy - sum(dy * y))}.
   */
  record Softmax(Axes axes) implements Probability {
    @Override
    public TensorType infer(Operands in) {
      return inferOverAxes(in, axes);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> {
        Value weighted = at.dy().mul(at.y());
        return weighted.sub(at.y().mul(weighted.reduceSum(axes, true)));
      });
    }
  }

  /**
   * {@code y_i = x_i - log(sum_j e^x_j)} over the given axes together. The result has the operand's
   * type. (C1) The axes exist. NaN where {@link Softmax} is. Gradient: {@code dx = dy - softmax(x)
   * * sum(dy)}.
   */
  record LogSoftmax(Axes axes) implements Probability {
    @Override
    public TensorType infer(Operands in) {
      return inferOverAxes(in, axes);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> {
        Value softmax = at.x().builder().add(new Softmax(axes), at.x());
        return at.dy().sub(softmax.mul(at.dy().reduceSum(axes, true)));
      });
    }
  }

  /**
   * The cross-entropy of distributions: {@code y = -sum_i p_i * logSoftmax(x)_i} along one axis,
   * where a term with {@code p_i = 0} is 0. Operands: logits {@code x} and {@code p} of one type;
   * the axis goes. The labels p need not sum to 1. (C1) The axis exists.
   *
   * <p>Gradient: {@code dx = dy * (softmax(x) * sum(p) - p)}, {@code dp = -dy * logSoftmax(x)}.
   */
  record SoftmaxCrossEntropy(int axis) implements Probability {
    @Override
    public TensorType infer(Operands in) {
      TensorType x = in.same(2);
      in.floating(0);
      in.axis("C1", 0, axis);
      return x.withShape(x.shape().remove(axis));
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      Value labels = at.operand(1);
      Value dy = at.dy().expandDims(axis);
      return at.cotangents(
          () -> {
            Value mass = labels.sumKeepDims(axis);
            return dy.mul(at.x().softmax(axis).mul(mass).sub(labels));
          },
          () -> dy.mul(at.x().logSoftmax(axis)).neg());
    }
  }

  /**
   * The cross-entropy of class indices: {@code y = -logSoftmax(x)[.., label, ..]} along one axis.
   * Operands: logits {@code x}; {@code labels}, integers of the shape of x without the axis. (C1)
   * The axis exists. (C2) The shapes fit. A label outside the axis is an error when the graph runs.
   *
   * <p>Gradient: {@code dx = dy * (softmax(x) - oneHot(label))}; the one is taken away at the label
   * by a scatter, so that a label outside the axis is an error there too.
   */
  record SparseSoftmaxCrossEntropy(int axis) implements Probability {
    @Override
    public TensorType infer(Operands in) {
      in.count(2);
      in.floating(0);
      in.integer(1);
      in.axis("C1", 0, axis);
      Shape shape = in.get(0).shape().remove(axis);
      in.require(
          "C2",
          in.get(1).shape().equals(shape),
          "the labels must have the shape %s of the logits without axis %s.",
          shape,
          axis);
      return in.get(0).withShape(shape);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      Value x = at.x();
      return at.answers(
          Vjp.rule(() -> {
            Value label = at.operand(1).expandDims(axis);
            Value one = x.scalar(-1).broadcast(label.shape());
            Value difference = x.softmax(axis).scatterAddAlongAxis(axis, label, one);
            return at.dy().expandDims(axis).mul(difference);
          }),
          Cotangent.Rule.zero());
    }
  }

  private static TensorType inferOverAxes(Operands in, Axes axes) {
    TensorType x = in.single();
    in.floating(0);
    in.require("C1", axes.within(x.rank()), "%s lacks an axis of %s.", x, axes.indices());
    return x;
  }

  /** The family's methods on values. Negative axes count from the last. */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** {@link Softmax} over the given axes together; over all if none. */
    default Value softmax(int... axes) {
      return self().builder().add(new Softmax(Axes.of(self(), axes)), self());
    }

    /** {@link LogSoftmax} over the given axes together; over all if none. */
    default Value logSoftmax(int... axes) {
      return self().builder().add(new LogSoftmax(Axes.of(self(), axes)), self());
    }

    /** {@link SoftmaxCrossEntropy} of these logits along the last axis. */
    default Value softmaxCrossEntropy(Value distribution) {
      return self().builder().add(new SoftmaxCrossEntropy(self().axis(-1)), self(), distribution);
    }

    /** {@link SparseSoftmaxCrossEntropy} of these logits along the last axis. */
    default Value sparseSoftmaxCrossEntropy(Value labels) {
      return self().builder().add(new SparseSoftmaxCrossEntropy(self().axis(-1)), self(), labels);
    }
  }
}
