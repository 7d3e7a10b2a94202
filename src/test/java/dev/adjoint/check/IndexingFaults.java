package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.index;
import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.ruleOfAnother;
import static dev.adjoint.check.GradientFault.times;
import static dev.adjoint.check.GradientFault.wrongAnswer;
import static dev.adjoint.check.GradientFault.wrongRule;

import dev.adjoint.check.GradientFault.Given;
import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Vjp;
import dev.adjoint.op.Indexing;
import java.util.List;

/** Mistakes in the rules of {@link Indexing}. */
final class IndexingFaults {
  private IndexingFaults() {}

  static List<GradientFault> all() {
    Differentiable gather = new Indexing.Gather(0);
    List<Given> gathered = List.of(real(3, 3), index(3, 3));
    List<Given> scattered = List.of(real(4, 3), index(4, 2), real(2, 3));
    return List.of(
        ruleOfAnother("gather along the wrong axis", gather, gathered, new Indexing.Gather(1)),
        wrongRule(
            "gather drops accumulation",
            gather,
            gathered,
            at ->
                at.answers(
                    Vjp.rule(() ->
                        at.x()
                            .like(0)
                            .scatterAdd(0, at.operand(1).slice(0, 1, 3), at.dy().slice(0, 1, 3))),
                    Cotangent.Rule.zero())),
        ruleOfAnother(
            "take along the wrong axis",
            new Indexing.TakeAlongAxis(1),
            List.of(real(3, 3), index(3, 3, 3)),
            new Indexing.TakeAlongAxis(0)),
        wrongAnswer("scatter forgets its base", new Indexing.ScatterAdd(0), scattered, 0, times(0)),
        wrongAnswer(
            "scatter's updates in the wrong order",
            new Indexing.ScatterAdd(0),
            scattered,
            2,
            value -> value.reverse(1)),
        wrongAnswer(
            "scatter along an axis counts twice",
            new Indexing.ScatterAddAlongAxis(0),
            List.of(real(4, 3), index(4, 2, 3), real(2, 3)),
            2,
            times(2)));
  }
}
