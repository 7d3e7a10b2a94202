package dev.adjoint.reference;

import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Reachability;
import dev.adjoint.op.Primitive;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One evaluation: the values of some nodes, computed node by node in the graph's order. A value is
 * dropped after its last reader.
 */
final class Evaluation {
  private final Precision precision;
  private final Map<String, Tensor> leaves;
  private final Map<Node, Grid> values = new HashMap<>();
  private final Map<Node, Integer> readers = new HashMap<>();

  Evaluation(Precision precision, Map<String, Tensor> leaves) {
    this.precision = precision;
    this.leaves = leaves;
  }

  List<Tensor> of(Graph graph, List<Node> wanted) {
    boolean[] reached = Reachability.of(graph, wanted);
    List<Node> needed = graph.nodes().stream().filter(node -> reached[node.index()]).toList();
    wanted.forEach(this::countReader);
    needed.forEach(node -> node.operands().forEach(this::countReader));
    for (Node node : needed) {
      values.put(node, compute(node));
      node.operands().forEach(this::dropReader);
    }
    return wanted.stream().map(node -> valueOf(node).toTensor()).toList();
  }

  private void countReader(Node node) {
    readers.merge(node, 1, Integer::sum);
  }

  private void dropReader(Node node) {
    if (readers.merge(node, -1, Integer::sum) == 0) {
      values.remove(node);
    }
  }

  private Grid valueOf(Node node) {
    Grid value = values.get(node);
    if (value == null) {
      throw new IllegalStateException("The value of '%s' is gone.".formatted(node.name()));
    }
    return value;
  }

  private Grid compute(Node node) {
    if (!node.type().isConstant()) {
      throw new EvaluationException(
          node,
          "its type %s is symbolic. Bind %s first, with Graph.bind or by running a signature."
              .formatted(node.type(), node.type().shape().names()));
    }
    try {
      Grid result = apply(node, node.operands().stream().map(this::valueOf).toList());
      result.round();
      return result;
    } catch (EvaluationException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new EvaluationException(node, e);
    }
  }

  private Grid apply(Node node, List<Grid> operands) {
    TensorType type = precision.of(node.type());
    return switch (node.op()) {
      case Input _, Parameter _ -> Grid.of(leaf(node), type.dtype());
      case Primitive primitive -> PrimitiveRules.apply(primitive, new Call(operands, type));
      case CustomOp custom -> Grid.of(evaluate(custom, node, operands), type.dtype());
      default ->
          throw new Fault(
              "%s has no reference kernel. Let it implement CustomOp.",
              node.op().getClass().getName());
    };
  }

  private Tensor leaf(Node node) {
    Tensor value = leaves.get(node.name());
    if (value == null) {
      throw new Fault("its value %s is missing, given only %s.", node.type(), leaves.keySet());
    }
    if (!precision.accepts(node.type(), value.type())) {
      throw new Fault("takes %s, given %s.", node.type(), value.type());
    }
    return value;
  }

  private Tensor evaluate(CustomOp op, Node node, List<Grid> operands) {
    List<Tensor> tensors = operands.stream().map(Grid::toTensor).toList();
    TensorType expected;
    try {
      expected = inferFrom(op, node, tensors);
    } catch (GraphException onlyAsWritten) {
      tensors = asWritten(node, tensors);
      expected = node.type();
    }
    Tensor result = op.evaluate(tensors);
    if (!result.type().equals(expected)) {
      throw new Fault(
          "the kernel of %s gave %s where its shape rule says %s.",
          op.getClass().getName(), result.type(), expected);
    }
    return result;
  }

  private static TensorType inferFrom(CustomOp op, Node node, List<Tensor> tensors) {
    List<Operands.Operand> described =
        IntStream.range(0, tensors.size())
            .mapToObj(i -> new Operands.Operand(node.operand(i).name(), tensors.get(i).type()))
            .toList();
    return op.infer(new Operands(op.operatorName(), node.name(), described));
  }

  private static List<Tensor> asWritten(Node node, List<Tensor> tensors) {
    return IntStream.range(0, tensors.size())
        .mapToObj(i -> tensors.get(i).cast(node.operand(i).type().dtype()))
        .toList();
  }
}
