package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Parameter;
import dev.adjoint.op.Control;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Source;
import dev.adjoint.reference.EvaluationException;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes what depends on constants alone, whole frozen weights too, with the reference
 * interpreter: each node in double precision or exact integers, rounded once to its dtype.
 *
 * <p>Not folded: what has named sizes; a {@code broadcast}, which costs a kernel nothing; a result
 * of more than {@value #SMALL} elements that is more than twice as large as the constants that it
 * is made from; what takes more than {@value #MOST_WORK} steps to compute; and what cannot be
 * computed, so that the run reports it. A result that repeats its elements becomes a broadcast of a
 * smaller one afterwards, see {@link AlgebraicRules}. Bits: those that the interpreter gives; a
 * kernel may round otherwise. Idempotent.
 */
record FoldConstants() implements Pass {
  private static final long SMALL = 1024;
  private static final long MOST_WORK = 10_000_000;

  @Override
  public String name() {
    return "fold-constants";
  }

  @Override
  public String description() {
    return "Computes what depends on constants alone.";
  }

  @Override
  public Exactness exactness() {
    return Exactness.BITS;
  }

  @Override
  public Graph apply(Graph graph) {
    Map<String, Tensor> folded = evaluate(graph, frontier(graph));
    if (folded.isEmpty()) {
      return graph;
    }
    return Rewriter.rewrite(
        graph,
        (y, _) -> {
          Tensor value = folded.get(y.name());
          return value == null ? y : y.builder().constant(value);
        });
  }

  /** The nodes to fold that a node reads which is not folded, or that are results. */
  private static List<Node> frontier(Graph graph) {
    boolean[] folds = folds(graph);
    boolean[] needed = new boolean[folds.length];
    for (Node node : graph.nodes()) {
      for (Node operand : node.operands()) {
        needed[operand.index()] |= !folds[node.index()];
      }
    }
    graph.initials().values().forEach(node -> needed[node.index()] = true);
    graph
        .signatures()
        .values()
        .forEach(signature -> signature.results().forEach(node -> needed[node.index()] = true));
    return graph.nodes().stream()
        .filter(node -> folds[node.index()] && needed[node.index()])
        .toList();
  }

  private static boolean[] folds(Graph graph) {
    boolean[] closed = new boolean[graph.nodes().size()];
    boolean[] folds = new boolean[closed.length];
    long[] material = new long[closed.length];
    long[] work = new long[closed.length];
    for (Node node : graph.nodes()) {
      int i = node.index();
      closed[i] =
          !isOpen(node.op())
              && node.type().isConstant()
              && node.operands().stream().allMatch(operand -> closed[operand.index()]);
      if (!closed[i]) {
        continue;
      }
      long elements = elements(node);
      if (node.op() instanceof Source.Constant) {
        material[i] = elements;
        continue;
      }
      work[i] = plus(elements, node.multiplyAdds());
      for (Node operand : node.operands()) {
        material[i] = plus(material[i], material[operand.index()]);
        work[i] = plus(work[i], plus(work[operand.index()], elements(operand)));
      }
      boolean grows = elements > SMALL && elements > plus(material[i], material[i]);
      folds[i] = !(node.op() instanceof Movement.Broadcast) && !grows && work[i] <= MOST_WORK;
    }
    return folds;
  }

  private static boolean isOpen(Op op) {
    return op instanceof Input
        || op instanceof Parameter
        || op instanceof Control.Barrier
        || op instanceof Control.CotangentPlaceholder;
  }

  private static long plus(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private static long elements(Node node) {
    try {
      return node.type().shape().elementCount();
    } catch (ArithmeticException tooMany) {
      return Long.MAX_VALUE;
    }
  }

  private static Map<String, Tensor> evaluate(Graph graph, List<Node> nodes) {
    Map<String, Tensor> values = new HashMap<>();
    try {
      put(values, graph, nodes);
    } catch (EvaluationException notAll) {
      nodes.forEach(node -> putIfComputable(values, graph, node));
    }
    return values;
  }

  private static void put(Map<String, Tensor> values, Graph graph, List<Node> nodes) {
    List<Tensor> results = new ArrayList<>(Interpreter.create().evaluate(graph, nodes, Map.of()));
    for (int i = 0; i < nodes.size(); i++) {
      values.put(nodes.get(i).name(), results.get(i));
    }
  }

  private static void putIfComputable(Map<String, Tensor> values, Graph graph, Node node) {
    try {
      put(values, graph, List.of(node));
    } catch (EvaluationException leftToTheRun) {
      // The node stays, and a run that reads it reports the error.
    }
  }
}
