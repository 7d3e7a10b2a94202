package dev.adjoint.runtime;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Workspace;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A node computed by the reference interpreter: slow, but there for every operator. */
final class ReferenceKernel implements Kernel {
  private final Graph graph;
  private final Node node;

  ReferenceKernel(Node original) {
    GraphBuilder builder = GraphBuilder.create("step");
    List<Value> operands = new ArrayList<>();
    for (int i = 0; i < original.operands().size(); i++) {
      operands.add(builder.input("operand." + i, original.operand(i).type()));
    }
    String name = builder.add(original.op(), operands).name();
    this.graph = builder.build();
    this.node = graph.node(name);
  }

  @Override
  public int tasks(int phase) {
    return 1;
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    Map<String, Tensor> operands = new HashMap<>();
    for (int i = 0; i < node.operands().size(); i++) {
      Node operand = node.operand(i);
      operands.put(
          operand.name(), Arrays.toTensor(arguments.array(i), arguments.offset(i), operand.type()));
    }
    Tensor result = Interpreter.create().evaluate(graph, List.of(node), operands).getFirst();
    int target = node.operands().size();
    Arrays.copy(result, arguments.array(target), arguments.offset(target));
  }
}
