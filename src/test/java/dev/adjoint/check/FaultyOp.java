package dev.adjoint.check;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Computes what an operator computes, with a wrong gradient rule, see {@link GradientFaults}. */
record FaultyOp(String fault) implements CustomOp, Differentiable {
  private GradientFault described() {
    return GradientFault.named(fault).orElseThrow();
  }

  @Override
  public TensorType infer(Operands in) {
    return described().truth().infer(in);
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    GraphBuilder g = GraphBuilder.create("truth");
    List<Value> values = new ArrayList<>();
    Map<String, Tensor> leaves = new HashMap<>();
    for (Tensor operand : operands) {
      values.add(g.input("x" + values.size(), operand.type()));
      leaves.put(values.getLast().name(), operand);
    }
    String target = g.add(described().truth(), values).name();
    Graph graph = g.build();
    return Interpreter.create().evaluate(graph, List.of(graph.node(target)), leaves).getFirst();
  }

  @Override
  public List<Cotangent> vjp(Vjp at) {
    return described().rule().apply(at);
  }
}
