package dev.adjoint.check;

import dev.adjoint.graph.Node;
import dev.adjoint.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A place at which gradients are checked: a value for every leaf, the cotangents among them, and
 * the targets and their gradients there as the graph gives them.
 */
final class Point {
  private final CheckedGraph checked;
  private final Evaluator evaluator;
  private final Map<String, Tensor> leaves;
  private final List<Tensor> targets;
  private final List<Tensor> gradients;
  private final List<Tensor> inner;
  private final List<Tensor> adjoints;
  private final double[] internalSizes;

  Point(CheckedGraph checked, Evaluator evaluator, Map<String, Tensor> leaves) {
    this.checked = checked;
    this.evaluator = evaluator;
    this.leaves = Map.copyOf(leaves);
    List<Tensor> values = compute();
    int next = checked.targets().size();
    this.targets = values.subList(0, next);
    this.gradients = values.subList(next, next += checked.gradients().size());
    this.inner = values.subList(next, next += checked.inner().size());
    this.adjoints = values.subList(next, next += checked.adjoints().size());
    this.internalSizes = internalSizes(values.subList(next, values.size()));
  }

  private List<Tensor> compute() {
    return evaluator.evaluate(
        checked.graph(),
        Stream.of(
                checked.targets(),
                checked.gradients(),
                checked.inner(),
                checked.adjoints(),
                checked.nonlinearOperands())
            .flatMap(List::stream)
            .toList(),
        leaves);
  }

  private double[] internalSizes(List<Tensor> operandValues) {
    Map<Node, Double> largest = new HashMap<>();
    for (int i = 0; i < operandValues.size(); i++) {
      double size = Arrays.stream(operandValues.get(i).asDoubles()).map(Math::abs).max().orElse(0);
      largest.put(checked.nonlinearOperands().get(i), size);
    }
    return checked.inner().stream()
        .mapToDouble(node ->
            CheckedGraph.isNonlinear(node)
                ? node.operands().stream()
                    .filter(largest::containsKey)
                    .mapToDouble(operand -> largest.getOrDefault(operand, 0.0))
                    .reduce(1, Math::min)
                : 0)
        .toArray();
  }

  Map<String, Tensor> leaves() {
    return leaves;
  }

  /** The values of the targets. */
  List<Tensor> targets() {
    return targets;
  }

  /** The gradients with respect to the sources. */
  List<Tensor> gradients() {
    return gradients;
  }

  /** The values between the sources and the targets. */
  List<Tensor> inner() {
    return inner;
  }

  /** The gradients with respect to {@link #inner}. */
  List<Tensor> adjoints() {
    return adjoints;
  }

  /** Whether targets and gradients come out the same a second time, bit for bit. */
  boolean isDeterministic() {
    List<Tensor> again = compute();
    int size = targets.size() + gradients.size();
    return again
        .subList(0, size)
        .equals(Stream.concat(targets.stream(), gradients.stream()).toList());
  }

  /** Whether every element of targets and gradients is a finite number. */
  boolean isFinite() {
    return Stream.concat(targets.stream(), gradients.stream())
        .flatMapToDouble(value -> Arrays.stream(value.asDoubles()))
        .allMatch(Double::isFinite);
  }

  /** The cotangents' elements, one array a target. */
  List<double[]> cotangents() {
    return checked.cotangents().stream().map(node -> at(node).asDoubles()).toList();
  }

  /** The values of the targets with one source moved. */
  List<Tensor> targetsAt(Node source, Tensor moved) {
    return evaluateAt(checked.targets(), source, moved);
  }

  /**
   * How large the numbers may be that an inner value is computed from inside its operator: an
   * operator that is not linear may add 1, as in {@code log(1 + e^x)}, or take its operands'
   * difference, and so lose digits that its result does not show.
   */
  double internalSize(int inner) {
    return internalSizes[inner];
  }

  /** The values between sources and targets with one source moved. */
  List<Tensor> innerAt(Node source, Tensor moved) {
    return evaluateAt(checked.inner(), source, moved);
  }

  /** The gradient with respect to a source, by its position, with that source moved. */
  Tensor gradientAt(int position, Tensor moved) {
    Node source = checked.sources().get(position);
    return evaluateAt(List.of(checked.gradients().get(position)), source, moved).getFirst();
  }

  private List<Tensor> evaluateAt(List<Node> nodes, Node source, Tensor moved) {
    Map<String, Tensor> there = new HashMap<>(leaves);
    there.put(source.name(), moved);
    return evaluator.evaluate(checked.graph(), nodes, there);
  }

  Tensor at(Node leaf) {
    Tensor value = leaves.get(leaf.name());
    if (value == null) {
      throw new IllegalStateException("No value for the leaf " + leaf.name());
    }
    return value;
  }
}
