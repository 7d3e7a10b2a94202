package dev.adjoint.check.generate;

import dev.adjoint.graph.Op;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Probability;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.Scan;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Reductions over some axes, scans along one, and losses, which are both. */
final class ReductionSamplers {
  private ReductionSamplers() {}

  @FunctionalInterface
  private interface OverAxes {
    Op of(Axes axes, boolean keepDims);
  }

  static List<OperatorSampler> all() {
    return List.of(
        reduction(
            Reduction.ReduceSum.class, Reduction.ReduceSum::new, Choices::numeric, Domain.real()),
        reduction(
            Reduction.ReduceMean.class,
            Reduction.ReduceMean::new,
            Choices::floating,
            Domain.real()),
        reduction(
            Reduction.ReduceProd.class, Reduction.ReduceProd::new, Choices::numeric, Domain.real()),
        reduction(
            Reduction.ReduceMax.class,
            Reduction.ReduceMax::new,
            Choices::numeric,
            Domain.separated()),
        reduction(
            Reduction.ReduceMin.class,
            Reduction.ReduceMin::new,
            Choices::numeric,
            Domain.separated()),
        reduction(
            Reduction.ReduceLogSumExp.class,
            Reduction.ReduceLogSumExp::new,
            Choices::floating,
            Domain.real()),
        reduction(
            Reduction.ReduceAny.class, Reduction.ReduceAny::new, _ -> DType.BOOL, Domain.real()),
        reduction(
            Reduction.ReduceAll.class, Reduction.ReduceAll::new, _ -> DType.BOOL, Domain.real()),
        reduction(
            Probability.Softmax.class,
            (axes, _) -> new Probability.Softmax(axes),
            Choices::floating,
            Domain.real()),
        reduction(
            Probability.LogSoftmax.class,
            (axes, _) -> new Probability.LogSoftmax(axes),
            Choices::floating,
            Domain.real()),
        index(Reduction.ArgMax.class, Reduction.ArgMax::new),
        index(Reduction.ArgMin.class, Reduction.ArgMin::new),
        OperatorSampler.of(Scan.CumulativeSum.class, ReductionSamplers::cumulativeSum),
        OperatorSampler.of(Scan.LinearRecurrence.class, ReductionSamplers::linearRecurrence),
        OperatorSampler.of(Probability.SoftmaxCrossEntropy.class, ReductionSamplers::crossEntropy),
        OperatorSampler.of(
            Probability.SparseSoftmaxCrossEntropy.class, ReductionSamplers::sparseCrossEntropy));
  }

  private static OperatorSampler reduction(
      Class<? extends Op> type, OverAxes op, Function<Choices, DType> dtype, Domain domain) {
    return OperatorSampler.of(
        type,
        choices -> {
          TensorType x = choices.type(dtype.apply(choices));
          Axes axes = choices.axes(x.rank());
          return OperatorSample.of(op.of(axes, choices.chance(50)), new Operand(x, domain));
        });
  }

  private static OperatorSampler index(Class<? extends Op> type, IntFunction<Op> op) {
    return OperatorSampler.of(
        type,
        choices -> {
          TensorType any = ranked(choices, choices.numeric());
          int axis = choices.axis(any.rank());
          TensorType x = nonEmptyAlong(choices, any, axis);
          return OperatorSample.of(op.apply(axis), new Operand(x, Domain.separated()));
        });
  }

  private static OperatorSample cumulativeSum(Choices choices) {
    TensorType x = ranked(choices, choices.numeric());
    Op op = new Scan.CumulativeSum(choices.axis(x.rank()), choices.chance(50), choices.chance(50));
    return OperatorSample.of(op, Operand.of(x));
  }

  private static OperatorSample linearRecurrence(Choices choices) {
    TensorType x = ranked(choices, choices.floating());
    Op op = new Scan.LinearRecurrence(choices.axis(x.rank()), choices.chance(50));
    return OperatorSample.of(op, Operand.of(x), Operand.of(x));
  }

  private static OperatorSample crossEntropy(Choices choices) {
    TensorType x = ranked(choices, choices.floating());
    return OperatorSample.of(
        new Probability.SoftmaxCrossEntropy(choices.axis(x.rank())),
        Operand.of(x),
        new Operand(x, Domain.probability()));
  }

  private static OperatorSample sparseCrossEntropy(Choices choices) {
    TensorType any = ranked(choices, choices.floating());
    int axis = choices.axis(any.rank());
    TensorType x = nonEmptyAlong(choices, any, axis);
    Shape labels = x.shape().remove(axis);
    return OperatorSample.of(
        new Probability.SparseSoftmaxCrossEntropy(axis),
        Operand.of(x),
        new Operand(
            new TensorType(choices.integer(), labels),
            Domain.indices(choices.valueOf(x.dim(axis)))));
  }

  private static TensorType ranked(Choices choices, DType dtype) {
    return new TensorType(dtype, choices.shape(1, choices.limits().maxRank()));
  }

  /** An axis with no element has no largest one. */
  private static TensorType nonEmptyAlong(Choices choices, TensorType type, int axis) {
    return choices.valueOf(type.dim(axis)) > 0
        ? type
        : type.withShape(type.shape().withDim(axis, choices.positiveDim()));
  }
}
