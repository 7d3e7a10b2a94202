package dev.adjoint.kernel;

import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One use of an operator on given values, and what the reference makes of it.
 *
 * @param node the operator's, in a graph of constant sizes
 * @param operands their values
 */
record KernelCase(Graph graph, Node node, List<Tensor> operands) {
  /** The operator that a drawn graph ends in, on the leaves' values. */
  static KernelCase of(GraphCase drawn, Map<String, Tensor> leaves) {
    Graph graph = drawn.bound();
    Node node = graph.signature(GraphCase.SIGNATURE).outputs().get("y");
    List<Tensor> operands = Interpreter.create().evaluate(graph, node.operands(), leaves);
    return new KernelCase(graph, node, operands);
  }

  static KernelCase of(Op op, Tensor... operands) {
    GraphBuilder builder = GraphBuilder.create("g");
    List<Value> values = new ArrayList<>();
    for (Tensor operand : operands) {
      values.add(builder.input("x" + values.size(), operand.type()));
    }
    Value y = builder.add(op, values);
    Graph graph = builder.build();
    return new KernelCase(graph, graph.node(y.name()), List.of(operands));
  }

  List<TensorType> operandTypes() {
    return operands.stream().map(Tensor::type).toList();
  }

  TensorType type() {
    return node.type();
  }

  Tensor expected() {
    Map<String, Tensor> leaves = new HashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      leaves.put(node.operand(i).name(), operands.get(i));
    }
    return Interpreter.create().evaluate(graph, List.of(node), leaves).getFirst();
  }

  Tensor run(Kernel kernel, long seed) {
    return KernelRun.run(kernel, type(), seed, operands.toArray(Tensor[]::new));
  }
}
