package dev.adjoint.check;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Reachability;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A graph with the gradient that is to be checked: the scalar {@code sum of <cotangent, target>} as
 * a function of the sources, and its derivatives as the gradient rules give them.
 *
 * @param graph the graph, without symbolic sizes, gradients included
 * @param sources the inputs and parameters to move
 * @param targets the results whose gradient is checked
 * @param cotangents one input a target, to be given random values
 * @param gradients one node a source
 * @param inner the values of floating point between the sources and the targets, targets included
 * @param adjoints the gradient with respect to each inner value: how much its rounding matters
 * @param roundedConstants how many constants of FLOAT32 the rules have added that may have been
 *     rounded: they stay so where everything else is computed in double
 */
record CheckedGraph(
    Graph graph,
    List<Node> sources,
    List<Node> targets,
    List<Node> cotangents,
    List<Node> gradients,
    List<Node> inner,
    List<Node> adjoints,
    int roundedConstants) {
  /** A number that rounding has made hardly has only zeros among its last 12 of 24 digits. */
  private static final int LAST_DIGITS = 0xFFF;

  private static final String SCOPE = "gradient-check";

  /**
   * Differentiates {@code order} times: the targets of order 2 are the gradients of order 1 under
   * cotangents that stay fixed, and so on.
   */
  static CheckedGraph of(Graph graph, List<Node> sources, List<Node> targets, int order) {
    GraphBuilder builder = graph.toBuilder();
    List<Value> from = values(builder, sources);
    List<Value> to = values(builder, targets);
    List<Value> cotangents = List.of();
    List<Value> inner = List.of();
    List<Value> gradients = to;
    int forward = 0;
    for (int i = 0; i < order; i++) {
      to = gradients;
      cotangents = cotangentInputs(builder, to);
      inner = i + 1 < order ? List.of() : between(from, to);
      forward = builder.values().size();
      List<Value> all = Stream.concat(from.stream(), inner.stream()).toList();
      gradients = Gradients.of(to).withCotangents(cotangents).to(all);
    }
    List<Value> adjoints = gradients.subList(from.size(), gradients.size());
    gradients = gradients.subList(0, from.size());
    int rounded =
        (int)
            builder.values().stream().skip(forward).filter(CheckedGraph::isRoundedConstant).count();
    graph.signatures().keySet().forEach(builder::removeSignature);
    Graph whole = builder.build();
    return new CheckedGraph(
        whole,
        nodes(whole, from),
        nodes(whole, to),
        nodes(whole, cotangents),
        nodes(whole, gradients),
        nodes(whole, inner),
        nodes(whole, adjoints),
        rounded);
  }

  /** Such as 2 / sqrt(pi), unlike 0.5, which has few digits. */
  private static boolean isRoundedConstant(Value value) {
    return value.op() instanceof Source.Constant(Tensor constant)
        && constant.dtype() == DType.FLOAT32
        && Arrays.stream(constant.asDoubles())
            .anyMatch(x -> (Float.floatToIntBits((float) x) & LAST_DIGITS) != 0);
  }

  private static List<Value> between(List<Value> sources, List<Value> targets) {
    Set<Value> needed = new HashSet<>();
    Deque<Value> open = new ArrayDeque<>(targets);
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (needed.add(value)) {
        open.addAll(value.operands());
      }
    }
    Set<Value> dependent = new HashSet<>(sources);
    List<Value> between = new ArrayList<>();
    for (Value value : List.copyOf(targets.getFirst().builder().values())) {
      if (needed.contains(value)
          && value.dtype().isFloating()
          && value.operands().stream().anyMatch(dependent::contains)) {
        dependent.add(value);
        between.add(value);
      }
    }
    return between;
  }

  private static List<Value> cotangentInputs(GraphBuilder builder, List<Value> targets) {
    List<Value> inputs = new ArrayList<>();
    try (GraphBuilder.Scope _ = builder.freshScope(SCOPE)) {
      for (int i = 0; i < targets.size(); i++) {
        inputs.add(builder.input("cotangent" + i, targets.get(i).type()));
      }
    }
    return inputs;
  }

  /** The leaves that must be given values: all that targets or gradients read. */
  List<Node> leaves() {
    List<Node> roots = new ArrayList<>(targets);
    roots.addAll(gradients);
    roots.addAll(sources);
    boolean[] read = Reachability.of(graph, roots);
    return graph.nodes().stream()
        .filter(node -> read[node.index()] && Leaves.isLeaf(node))
        .toList();
  }

  /** The operands of floating point of those inner values that do not depend on them linearly. */
  List<Node> nonlinearOperands() {
    return inner.stream()
        .filter(CheckedGraph::isNonlinear)
        .flatMap(node -> node.operands().stream())
        .filter(operand -> operand.type().dtype().isFloating())
        .distinct()
        .toList();
  }

  /** Whether a value's operator claims no linearity. */
  static boolean isNonlinear(Node node) {
    return node.op() instanceof Differentiable op
        && op.linearity() == Differentiable.Linearity.NONLINEAR;
  }

  /** How many operators lie between the sources and the gradients: each may round once. */
  int operations() {
    boolean[] read = Reachability.of(graph, gradients);
    int count = 0;
    for (boolean flag : read) {
      count += flag ? 1 : 0;
    }
    return count;
  }

  /** How much there is to compute for the targets once: multiply-adds, and elements of results. */
  double work() {
    boolean[] read = Reachability.of(graph, targets);
    return graph.nodes().stream()
        .filter(node -> read[node.index()])
        .mapToDouble(CheckedGraph::work)
        .sum();
  }

  /** The multiply-adds of a loop may not be known. */
  private static double work(Node node) {
    Dim multiplyAdds = node.op().multiplyAdds(node.describeOperands());
    double known = multiplyAdds.isConstant() ? multiplyAdds.value() : 0;
    return known + node.type().shape().elementCount();
  }

  private static List<Value> values(GraphBuilder builder, List<Node> nodes) {
    return nodes.stream().map(node -> builder.value(node.name())).toList();
  }

  private static List<Node> nodes(Graph graph, List<Value> values) {
    return values.stream().map(value -> graph.node(value.name())).toList();
  }

  /** The part of a signature's results that can be differentiated. */
  static List<Node> floatingOutputs(Graph graph, String signature) {
    List<Node> outputs =
        graph.signature(signature).outputs().values().stream()
            .filter(node -> node.type().dtype().isFloating())
            .distinct()
            .toList();
    if (outputs.isEmpty()) {
      throw new GraphException(
          "signature '%s' has no output of floating point, so there is no gradient to check."
              .formatted(signature));
    }
    return outputs;
  }
}
