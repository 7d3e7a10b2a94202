package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.index;
import static dev.adjoint.check.GradientFault.Given.positive;
import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.ruleOfAnother;
import static dev.adjoint.check.GradientFault.times;
import static dev.adjoint.check.GradientFault.wrongAnswer;
import static dev.adjoint.check.GradientFault.wrongRule;

import dev.adjoint.check.GradientFault.Given;
import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Vjp;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Probability;
import dev.adjoint.tensor.Dim;
import java.util.List;

/** Mistakes in the rules of {@link Probability}. */
final class ProbabilityFaults {
  private ProbabilityFaults() {}

  static List<GradientFault> all() {
    List<Given> x = List.of(real(3, 3));
    List<Given> labelled = List.of(real(2, 3), positive(2, 3));
    List<Given> indexed = List.of(real(2, 3), index(3, 2));
    return List.of(
        wrongRule(
            "softmax without the sum term",
            new Probability.Softmax(Axes.of(1)),
            x,
            at -> at.cotangents(() -> at.dy().mul(at.y()))),
        ruleOfAnother(
            "softmax with the sum over the wrong axis",
            new Probability.Softmax(Axes.of(1)),
            x,
            new Probability.Softmax(Axes.of(0))),
        wrongRule(
            "logSoftmax without the sum of dy",
            new Probability.LogSoftmax(Axes.of(1)),
            x,
            at -> at.cotangents(() -> at.dy().sub(at.x().softmax(1)))),
        wrongRule(
            "cross-entropy takes the labels' mass for 1",
            new Probability.SoftmaxCrossEntropy(1),
            labelled,
            at ->
                at.cotangents(
                    () -> at.dy().expandDims(1).mul(at.x().softmax(1).sub(at.operand(1))),
                    () -> at.dy().expandDims(1).mul(at.x().logSoftmax(1)).neg())),
        wrongAnswer(
            "cross-entropy with the labels' sign",
            new Probability.SoftmaxCrossEntropy(1),
            labelled,
            1,
            times(-1)),
        wrongRule(
            "sparse cross-entropy forgets dy",
            new Probability.SparseSoftmaxCrossEntropy(1),
            indexed,
            at ->
                at.answers(
                    Vjp.rule(() ->
                        at.x().softmax(1).sub(at.operand(1).oneHot(1, Dim.of(3), at.x().dtype()))),
                    Cotangent.Rule.zero())),
        wrongAnswer(
            "sparse cross-entropy as a mean over classes",
            new Probability.SparseSoftmaxCrossEntropy(1),
            indexed,
            0,
            times(1 / 3.0)));
  }
}
