package dev.adjoint.check;

import dev.adjoint.check.Finding.Verdict;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Reachability;
import dev.adjoint.op.Control;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Looks for the operator whose gradient rule is wrong: each node between a source and the targets
 * is checked by itself, with the operands it really had.
 */
final class FaultSearch {
  /** Enough for any layer; a fault repeats in every use of an operator. */
  private static final int MOST_NODES = 500;

  private static final int TRIES = 4;

  private final CheckedGraph checked;
  private final Evaluator evaluator;
  private final RandomGenerator random;

  private FaultSearch(CheckedGraph checked, Evaluator evaluator, RandomGenerator random) {
    this.checked = checked;
    this.evaluator = evaluator;
    this.random = random;
  }

  /** A sentence about the operator most likely at fault for a difference at {@code point}. */
  static String explain(
      CheckedGraph checked, Evaluator evaluator, Point point, int source, RandomGenerator random) {
    return new FaultSearch(checked, evaluator, random)
        .search(point, checked.sources().get(source))
        .orElse(
            "no single operator: each gradient rule between '%s' and the outputs is right by itself."
                    .formatted(checked.sources().get(source).name())
                + " Look at how cotangents are added up, at custom gradients and at recomputed"
                + " regions.");
  }

  private Optional<String> search(Point point, Node source) {
    List<Node> path = path(source);
    List<Node> read =
        List.copyOf(
            new LinkedHashSet<>(path.stream().flatMap(n -> n.operands().stream()).toList()));
    List<Tensor> computed = evaluator.evaluate(checked.graph(), read, point.leaves());
    Map<Node, Tensor> values = new HashMap<>();
    for (int i = 0; i < read.size(); i++) {
      values.put(read.get(i), computed.get(i));
    }
    return path.stream().map(node -> suspicion(node, values)).flatMap(Optional::stream).findFirst();
  }

  /** The nodes on the way from the source to a target, earliest first. */
  private List<Node> path(Node source) {
    boolean[] needed = Reachability.of(checked.graph(), checked.targets());
    Set<Node> dependent = new HashSet<>(Set.of(source));
    List<Node> path = new ArrayList<>();
    for (Node node : checked.graph().nodes()) {
      boolean depends = node.operands().stream().anyMatch(dependent::contains);
      if (depends && needed[node.index()] && node.type().dtype().isFloating()) {
        dependent.add(node);
        path.add(node);
      }
    }
    return path.subList(0, Math.min(path.size(), MOST_NODES));
  }

  private Optional<String> suspicion(Node node, Map<Node, Tensor> values) {
    if (!(node.op() instanceof Differentiable)) {
      return Optional.empty();
    }
    LocalGraph local = LocalGraph.around(node, values);
    List<Finding> wrong = new ArrayList<>();
    for (int operand = 0; operand < local.sources().size(); operand++) {
      checkOperand(local, operand).ifPresent(wrong::add);
    }
    return wrong.stream()
        .findFirst()
        .map(finding ->
            "the gradient rule of %s at '%s', with respect to its %s: alone it gives %.6g where %.6g is measured (bound %.2g). %s"
                .formatted(
                    node.op().operatorName(),
                    node.name(),
                    finding.source(),
                    finding.analytic(),
                    finding.numeric(),
                    finding.bound(),
                    advice(node)));
  }

  private static String advice(Node node) {
    return node.op() instanceof Control.StopGradient
        ? "That is what stop_gradient is for: check with respect to other sources, or leave it out."
        : "Correct %s.vjp.".formatted(node.op().getClass().getSimpleName());
  }

  private Optional<Finding> checkOperand(LocalGraph local, int operand) {
    Node source = local.sources().get(operand);
    CheckedGraph alone =
        CheckedGraph.of(local.graph(), List.of(source), List.of(local.target()), 1);
    for (int i = 0; i < TRIES; i++) {
      Map<String, Tensor> leaves = new HashMap<>(local.leaves());
      alone
          .cotangents()
          .forEach(u ->
              leaves.put(
                  u.name(), Leaves.draw(u.type(), random).cast(evaluator.holds(u.type().dtype()))));
      Point point = new Point(alone, evaluator, leaves);
      Finding finding = Probe.compare(Ray.random(alone, point, 0, random));
      if (finding.verdict() == Verdict.DIFFERS) {
        return Optional.of(finding);
      }
      if (finding.verdict() == Verdict.AGREES) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
