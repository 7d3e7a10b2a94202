package dev.adjoint.check;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node alone in a graph, its operands inputs. Operands that are one value are one input.
 *
 * @param graph the graph of the node
 * @param sources the operands of floating point that the node's own rule answers for
 * @param target the node
 * @param leaves the operands' values, by node name
 */
record LocalGraph(Graph graph, List<Node> sources, Node target, Map<String, Tensor> leaves) {
  static LocalGraph around(Node node, Map<Node, Tensor> values) {
    GraphBuilder builder = GraphBuilder.create(node.op().operatorName());
    List<Value> operands = new ArrayList<>();
    Map<Node, Value> seen = new HashMap<>();
    Map<String, Tensor> leaves = new HashMap<>();
    for (Node operand : node.operands()) {
      operands.add(
          seen.computeIfAbsent(operand, o -> builder.input("operand" + seen.size(), o.type())));
      leaves.put(operands.getLast().name(), Optional.ofNullable(values.get(operand)).orElseThrow());
    }
    Value target = builder.add("node", node.op(), operands);
    Graph graph = builder.build();
    boolean ruled = node.op() instanceof Control.CustomGradient;
    List<Node> sources =
        operands.stream()
            .distinct()
            .filter(operand -> !ruled && operand.dtype().isFloating())
            .map(operand -> graph.node(operand.name()))
            .toList();
    return new LocalGraph(graph, sources, graph.node(target.name()), leaves);
  }
}
