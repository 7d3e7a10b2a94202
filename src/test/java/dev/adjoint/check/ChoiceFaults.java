package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.Given.truth;
import static dev.adjoint.check.GradientFault.change;
import static dev.adjoint.check.GradientFault.times;
import static dev.adjoint.check.GradientFault.wrongAnswer;
import static dev.adjoint.check.GradientFault.wrongRule;

import dev.adjoint.check.GradientFault.Given;
import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Vjp;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Logic;
import java.util.List;

/** Mistakes in the rules of operators that choose: select, clamp, and the maximum as ReLU. */
final class ChoiceFaults {
  private ChoiceFaults() {}

  static List<GradientFault> all() {
    List<Given> select = List.of(truth(2, 3), real(2, 3), real(2, 3));
    List<Given> clamp =
        List.of(
            real(4, 5),
            new Given(real(4, 5).type(), -1, -0.5),
            new Given(real(4, 5).type(), 0.5, 1));
    return List.of(
        wrongRule(
            "select with its branches swapped",
            new Logic.Select(),
            select,
            at ->
                at.answers(
                    Cotangent.Rule.zero(),
                    Vjp.rule(() -> Logic.select(at.x(), at.dy().like(0), at.dy())),
                    Vjp.rule(() -> Logic.select(at.x(), at.dy(), at.dy().like(0))))),
        wrongRule(
            "clamp of one side only",
            new Logic.Clamp(),
            clamp,
            at ->
                change(
                    new Logic.Clamp().vjp(at),
                    0,
                    _ -> Logic.select(at.x().lt(at.operand(1)), at.dy().like(0), at.dy()))),
        wrongAnswer("clamp forgets its bound", new Logic.Clamp(), clamp, 2, times(0)),
        wrongRule(
            "relu leaks on the negative side",
            new Arithmetic.Max(),
            List.of(real(4, 5), new Given(real(4, 5).type(), 0, 1e-9)),
            at -> at.cotangents(at::dy, () -> at.dy().like(0))));
  }
}
