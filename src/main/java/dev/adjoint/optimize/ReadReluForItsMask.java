package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A relu's gradient asks where its input was positive, and its result says so too. Where nothing
 * else reads the input, it need not be kept for the backward pass:
 *
 * <pre>
 *   r = max(0, z), m = 0 &gt;= z  =&gt;  m = 0 &gt;= r
 * </pre>
 *
 * and so for {@code z <= 0}, {@code z > 0}, {@code 0 < z}. Bits: unchanged; of NaN both comparisons
 * are false. Idempotent.
 */
record ReadReluForItsMask() implements Pass {
  @Override
  public String name() {
    return "read-relu-for-its-mask";
  }

  @Override
  public String description() {
    return "Compares a relu's result with 0 instead of its input.";
  }

  @Override
  public Exactness exactness() {
    return Exactness.BITS;
  }

  @Override
  public Graph apply(Graph graph) {
    Map<String, String> reluOfMask = reluOfMask(graph);
    Map<String, Value> seen = new HashMap<>();
    return Rewriter.rewrite(
        graph,
        (y, _) -> {
          seen.put(y.name(), y);
          String name = reluOfMask.get(y.name());
          Value relu = name == null ? null : seen.get(name);
          return relu == null ? y : masked(y, relu);
        });
  }

  private static Value masked(Value mask, Value relu) {
    List<Value> operands = new ArrayList<>(mask.operands());
    int input = relu.operands().contains(operands.get(0)) && !isZero(operands.get(0)) ? 0 : 1;
    operands.set(input, relu);
    return mask.builder().add(mask.op(), operands);
  }

  private static boolean isZero(Value x) {
    return Uniform.number(x).filter(n -> n == 0).isPresent();
  }

  private static Map<String, String> reluOfMask(Graph graph) {
    List<List<Node>> readers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      readers.add(new ArrayList<>());
      node.operands().forEach(operand -> readers.get(operand.index()).add(node));
    }
    boolean[] results = new boolean[graph.nodes().size()];
    graph
        .signatures()
        .values()
        .forEach(signature -> signature.results().forEach(node -> results[node.index()] = true));
    Map<String, String> found = new HashMap<>();
    for (Node relu : graph.nodes()) {
      if (relu.op() instanceof Arithmetic.Max && zeroOperand(relu) >= 0) {
        Node z = relu.operand(1 - zeroOperand(relu));
        List<Node> others =
            readers.get(z.index()).stream().filter(node -> !node.equals(relu)).toList();
        boolean only = others.stream().allMatch(node -> isMask(node, z));
        if (only && !results[z.index()]) {
          others.forEach(mask -> found.put(mask.name(), relu.name()));
        }
      }
    }
    return found;
  }

  private static int zeroOperand(Node node) {
    return isZero(node.operand(0)) ? 0 : isZero(node.operand(1)) ? 1 : -1;
  }

  private static boolean isMask(Node node, Node z) {
    return switch (node.op()) {
      case Logic.GreaterEqual _, Logic.Less _ ->
          isZero(node.operand(0)) && node.operand(1).equals(z);
      case Logic.LessEqual _, Logic.Greater _ ->
          isZero(node.operand(1)) && node.operand(0).equals(z);
      default -> false;
    };
  }

  private static boolean isZero(Node node) {
    Node source = node;
    while (source.op() instanceof Movement.Broadcast) {
      source = source.operand(0);
    }
    return source.op() instanceof Source.Constant(Tensor value)
        && value.size() == 1
        && value.getDouble(0) == 0;
  }
}
