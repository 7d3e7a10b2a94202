package dev.adjoint.check;

import dev.adjoint.graph.Node;
import dev.adjoint.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A place at which gradients are checked: a value for every leaf, the cotangents among them, and
 * the gradients there as the rules give them.
 */
final class Point {
  private final CheckedGraph checked;
  private final Evaluator evaluator;
  private final Map<String, Tensor> leaves;
  private final List<Tensor> gradients;

  Point(CheckedGraph checked, Evaluator evaluator, Map<String, Tensor> leaves) {
    this.checked = checked;
    this.evaluator = evaluator;
    this.leaves = Map.copyOf(leaves);
    this.gradients = evaluator.evaluate(checked.graph(), checked.gradients(), leaves);
  }

  Map<String, Tensor> leaves() {
    return leaves;
  }

  /** The gradients with respect to the sources. */
  List<Tensor> gradients() {
    return gradients;
  }

  /** Whether the gradients come out the same a second time, bit for bit. */
  boolean isDeterministic() {
    return evaluator.evaluate(checked.graph(), checked.gradients(), leaves).equals(gradients);
  }

  /** The scalar whose derivative is checked, with one source moved. */
  double target(Node source, Tensor moved) {
    Map<String, Tensor> at = new HashMap<>(leaves);
    at.put(source.name(), moved);
    List<Tensor> values = evaluator.evaluate(checked.graph(), checked.targets(), at);
    double sum = 0;
    for (int i = 0; i < values.size(); i++) {
      double[] cotangent = at(checked.cotangents().get(i)).asDoubles();
      sum += Leaves.dot(cotangent, values.get(i).asDoubles());
    }
    return sum;
  }

  /** The sum of the absolute cotangents: what the scalar changes if every result changes by one. */
  double cotangentSize() {
    double sum = 0;
    for (Node cotangent : checked.cotangents()) {
      for (double element : at(cotangent).asDoubles()) {
        sum += Math.abs(element);
      }
    }
    return sum;
  }

  Tensor at(Node leaf) {
    Tensor value = leaves.get(leaf.name());
    if (value == null) {
      throw new IllegalStateException("No value for the leaf " + leaf.name());
    }
    return value;
  }
}
