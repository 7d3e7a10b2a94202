package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.ruleOfAnother;
import static dev.adjoint.check.GradientFault.times;
import static dev.adjoint.check.GradientFault.wrongAnswer;
import static dev.adjoint.check.GradientFault.wrongRule;

import dev.adjoint.check.GradientFault.Given;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Reduction;
import java.util.List;

/** Mistakes in the rules of {@link Reduction}. */
final class ReductionFaults {
  private ReductionFaults() {}

  static List<GradientFault> all() {
    Axes last = Axes.of(1);
    List<Given> x = List.of(real(4, 3));
    return List.of(
        wrongAnswer(
            "sum divided by its count", new Reduction.ReduceSum(last, false), x, 0, times(1 / 3.0)),
        wrongRule(
            "sum spread along the wrong axis, without keepDims",
            new Reduction.ReduceSum(last, false),
            List.of(real(3, 3)),
            at -> at.cotangents(() -> at.dy().broadcast(at.x().shape()))),
        wrongAnswer(
            "mean without its factor", new Reduction.ReduceMean(last, false), x, 0, times(3)),
        wrongAnswer(
            "mean by the count of all", new Reduction.ReduceMean(last, false), x, 0, times(0.25)),
        wrongRule(
            "prod not divided by the element",
            new Reduction.ReduceProd(last, true),
            x,
            at -> at.cotangents(() -> at.dy().mul(at.y()).broadcast(at.x().shape()))),
        wrongRule(
            "max to all elements",
            new Reduction.ReduceMax(last, true),
            x,
            at -> at.cotangents(() -> at.dy().broadcast(at.x().shape()))),
        ruleOfAnother(
            "max to the smallest",
            new Reduction.ReduceMax(last, false),
            x,
            new Reduction.ReduceMin(last, false)),
        wrongAnswer(
            "min with the wrong sign", new Reduction.ReduceMin(last, false), x, 0, times(-1)),
        wrongRule(
            "logSumExp without taking out the result",
            new Reduction.ReduceLogSumExp(last, true),
            x,
            at -> at.cotangents(() -> at.dy().broadcast(at.x().shape()).mul(at.x().exp()))),
        wrongRule(
            "logSumExp as the maximum",
            new Reduction.ReduceLogSumExp(last, false),
            x,
            new Reduction.ReduceMax(last, false)::vjp));
  }
}
