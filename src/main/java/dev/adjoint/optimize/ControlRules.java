package dev.adjoint.optimize;

import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import java.util.List;

/** What steers differentiation has done its work when a graph is optimised. */
final class ControlRules {
  static final List<Rule> TABLE =
      List.of(
          Rule.exact(
              "identity, stop_gradient, recompute, custom_gradient: x", ControlRules::first));

  private ControlRules() {}

  private static Value first(Value y) {
    return switch (y.op()) {
      case Control.Identity _,
          Control.StopGradient _,
          Control.Recompute _,
          Control.CustomGradient _ ->
          y.operand(0);
      default -> y;
    };
  }
}
