package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.ruleOfAnother;
import static dev.adjoint.check.GradientFault.times;
import static dev.adjoint.check.GradientFault.wrongAnswer;
import static dev.adjoint.check.GradientFault.wrongRule;

import dev.adjoint.check.GradientFault.Given;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Contraction.Dot;
import java.util.List;

/** Mistakes in the rule of {@link Dot}. */
final class ContractionFaults {
  private ContractionFaults() {}

  static List<GradientFault> all() {
    Dot matmul = new Dot(List.of(1), List.of(0), List.of(), List.of());
    List<Given> square = List.of(real(3, 3), real(3, 3));
    return List.of(
        wrongRule(
            "dot with an operand not transposed",
            matmul,
            square,
            at ->
                at.cotangents(
                    () -> at.dy().matmul(at.operand(1)), () -> at.x().transpose().matmul(at.dy()))),
        wrongAnswer("dot's gradient transposed", matmul, square, 0, Value::transpose),
        ruleOfAnother(
            "dot with its batch axes swapped",
            new Dot(List.of(2), List.of(2), List.of(0, 1), List.of(0, 1)),
            List.of(real(2, 2, 3), real(2, 2, 3)),
            new Dot(List.of(2), List.of(2), List.of(0, 1), List.of(1, 0))),
        wrongAnswer("dot averages over the rows", matmul, square, 1, times(1 / 3.0)));
  }
}
