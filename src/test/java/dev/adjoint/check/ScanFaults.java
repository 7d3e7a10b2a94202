package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.ruleOfAnother;
import static dev.adjoint.check.GradientFault.wrongRule;

import dev.adjoint.check.GradientFault.Given;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Scan;
import java.util.List;

/** Mistakes in the rules of {@link Scan}. */
final class ScanFaults {
  private ScanFaults() {}

  static List<GradientFault> all() {
    List<Given> x = List.of(real(2, 4));
    List<Given> recurrence = List.of(real(2, 4), real(2, 4));
    Differentiable truth = new Scan.LinearRecurrence(1, false);
    return List.of(
        ruleOfAnother(
            "cumulative sum in the same direction",
            new Scan.CumulativeSum(1, false, false),
            x,
            new Scan.CumulativeSum(1, false, true)),
        ruleOfAnother(
            "cumulative sum no longer exclusive",
            new Scan.CumulativeSum(1, true, false),
            x,
            new Scan.CumulativeSum(1, false, false)),
        wrongRule(
            "recurrence without the shift of its factors",
            truth,
            recurrence,
            at -> {
              Value g = at.x().linearRecurrence(at.dy(), 1, true);
              return at.cotangents(() -> g.mul(at.y()), () -> g);
            }),
        wrongRule(
            "recurrence with its own state for the one before",
            truth,
            recurrence,
            at -> {
              Value next = at.x().pad(List.of(Movement.PadAxis.NONE, Movement.PadAxis.of(-1, 1)));
              Value g = next.linearRecurrence(at.dy(), 1, true);
              return at.cotangents(() -> g.mul(at.y()), () -> g);
            }));
  }
}
