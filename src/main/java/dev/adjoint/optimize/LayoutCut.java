package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.Source;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The cheapest choice, for every node that works in any order of axes, between two orders: the one
 * in which it stands and the one that a permutation makes of it. Transposes between the two cost
 * nothing where they stand; they are between a node and a reader that chose otherwise, once for all
 * such readers, and cost as many elements as they move. That is a minimum cut: on one side are the
 * nodes of the first order, on the other those of the second.
 */
final class LayoutCut {
  private final Graph graph;
  private final Permutation permutation;
  private final Permutation inverse;

  /** The array after the last stands for the first order, where the permutation tells the two. */
  private final AxisOrders orders;

  /** Nodes that stand in the second order. */
  private final BitSet second = new BitSet();

  /** Nodes that work in either order, and transposes from one order to the other. */
  private final BitSet free = new BitSet();

  private final BitSet between = new BitSet();
  private final List<List<Node>> readers = new ArrayList<>();
  private final BitSet results = new BitSet();
  private final MinimumCut cut = new MinimumCut();
  private final Map<Integer, Integer> vertices = new HashMap<>();

  private LayoutCut(Graph graph, Permutation permutation) {
    this.graph = graph;
    this.permutation = permutation;
    this.inverse = permutation.inverse();
    this.orders = new AxisOrders(graph.nodes().size() + 1);
  }

  /** The graph with all arrays in the order that is cheapest for all together. */
  static Graph apply(Graph graph, Permutation permutation) {
    LayoutCut layouts = new LayoutCut(graph, permutation);
    layouts.relate();
    layouts.price();
    return layouts.reordered();
  }

  private void relate() {
    for (Node node : graph.nodes()) {
      readers.add(new ArrayList<>(1));
      node.operands().forEach(operand -> readers.get(operand.index()).add(node));
      if (node.op() instanceof Movement.Transpose(var q)) {
        between.set(node.index(), isBetween(node, q));
      } else if (isFree(node, permutation) || isFree(node, inverse)) {
        free.set(node.index(), arrays(node).stream().allMatch(x -> relate(node, x, false)));
      }
    }
    boolean turned = orders.isSecond(graph.nodes().size());
    for (Node node : graph.nodes()) {
      second.set(node.index(), orders.isSecond(node.index()) != turned);
      free.set(node.index(), free.get(node.index()) && isFree(node, change(node)));
    }
    graph.initials().values().forEach(node -> results.set(node.index()));
    graph
        .signatures()
        .values()
        .forEach(signature -> signature.results().forEach(node -> results.set(node.index())));
  }

  private static boolean isFree(Node node, Permutation p) {
    return node.type().rank() == p.size()
        && node.type().isConstant()
        && Reordering.of(node.op(), p).isPresent();
  }

  private boolean isBetween(Node node, Permutation q) {
    Node x = node.operand(0);
    if (!q.equals(permutation) && !q.equals(inverse)) {
      return false;
    }
    if (permutation.equals(inverse)) {
      return relate(node, x, true);
    }
    int first = graph.nodes().size();
    boolean forward = q.equals(permutation);
    return orders.relate(x.index(), first, !forward) && orders.relate(node.index(), first, forward);
  }

  private boolean isSecond(Node node) {
    return second.get(node.index());
  }

  private boolean relate(Node a, Node b, boolean other) {
    return orders.relate(a.index(), b.index(), other);
  }

  /**
   * The operands that stand in the order of the result; what is repeated or known stands in any.
   */
  private List<Node> arrays(Node node) {
    return node.operands().stream()
        .filter(x -> x.type().rank() == permutation.size() && !isPliable(x))
        .toList();
  }

  private static boolean isPliable(Node x) {
    return x.op() instanceof Movement.Broadcast || x.op() instanceof Source.Constant;
  }

  private void price() {
    for (Node node : graph.nodes()) {
      if (free.get(node.index())) {
        vertices.put(node.index(), cut.vertex());
      }
    }
    for (Node node : graph.nodes()) {
      if (free.get(node.index())) {
        int stay = side(isSecond(node));
        charge(stay, vertex(node), 1 + weight(pliableElements(node)));
      }
      boolean array = node.type().rank() == permutation.size() && !isPliable(node);
      if (array && !between.get(node.index())) {
        price(node);
      }
    }
  }

  /** For a node that stays as it is, the side of its order. */
  private int vertex(Node node) {
    return vertices.getOrDefault(node.index(), side(isSecond(node)));
  }

  private static int side(boolean second) {
    return second ? MinimumCut.SINK : MinimumCut.SOURCE;
  }

  private void charge(int a, int b, long capacity) {
    cut.edge(a, b, capacity);
    cut.edge(b, a, capacity);
  }

  /** So that of equally cheap choices the one that changes least is taken. */
  private long weight(long elements) {
    return elements * (graph.nodes().size() + 1);
  }

  private long pliableElements(Node node) {
    return node.operands().stream()
        .filter(x -> x.op() instanceof Movement.Broadcast)
        .mapToLong(x -> movedElements(x.operand(0), change(node)))
        .sum();
  }

  /**
   * How many elements a transpose moves, of an array or of one that is broadcast to more axes: none
   * of a constant, or where only axes of size 1 change places.
   */
  static long movedElements(Node x, Permutation permutation) {
    int added = permutation.size() - x.type().rank();
    List<Integer> moved =
        permutation.order().stream()
            .map(axis -> axis - added)
            .filter(axis -> axis >= 0 && !x.type().dim(axis).is(1))
            .toList();
    boolean stays =
        MovementRules.isAscending(moved)
            || x.op() instanceof Source.Constant
            || !x.type().isConstant();
    return stays ? 0 : x.type().shape().elementCount();
  }

  /** The cost of wanting the node's value in another order than that in which it is computed. */
  private void price(Node node) {
    List<Integer> wanted = new ArrayList<>();
    addWanted(node, wanted);
    boolean anyFree = vertices.containsKey(node.index()) || wanted.stream().anyMatch(v -> v > 1);
    long cost = weight(movedElements(node, change(node)));
    if (!anyFree || cost == 0) {
      return;
    }
    int from = vertex(node);
    int fromFirst = cut.vertex();
    int fromSecond = cut.vertex();
    cut.edge(from, fromFirst, cost);
    cut.edge(fromSecond, from, cost);
    for (int reader : wanted) {
      cut.edge(fromFirst, reader, MinimumCut.UNBOUNDED);
      cut.edge(reader, fromSecond, MinimumCut.UNBOUNDED);
    }
  }

  /** Where the value is read, as it is or through transposes from one order to the other. */
  private void addWanted(Node node, List<Integer> wanted) {
    if (results.get(node.index())) {
      wanted.add(side(isSecond(node)));
    }
    for (Node reader : readers.get(node.index())) {
      if (between.get(reader.index())) {
        addWanted(reader, wanted);
      } else if (free.get(reader.index())) {
        wanted.add(vertex(reader));
      } else if (!takesAnyOrder(reader, node)) {
        wanted.add(side(isSecond(node)));
      }
    }
  }

  private boolean takesAnyOrder(Node reader, Node read) {
    return reader.op() instanceof Movement.Transpose
        || (reader.op() instanceof Reduction op
            && ReductionRules.takes(op, read.type().dtype(), change(read).inverse()));
  }

  /** From the order in which a node stands to the other one. */
  private Permutation change(Node node) {
    return isSecond(node) ? inverse : permutation;
  }

  private Graph reordered() {
    boolean[] chosen = cut.secondSide();
    Map<String, Permutation> changes = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (free.get(node.index()) && chosen[vertex(node)] != isSecond(node)) {
        changes.put(node.name(), change(node));
      }
    }
    return changes.isEmpty() ? graph : Rewriter.rewrite(graph, (y, _) -> reordered(y, changes));
  }

  private static Value reordered(Value y, Map<String, Permutation> changes) {
    Permutation p = changes.get(y.name());
    if (p == null) {
      boolean twice =
          y.op() instanceof Movement.Transpose && y.operand(0).op() instanceof Movement.Transpose;
      return twice ? Reordering.of(y.operand(0), ((Movement.Transpose) y.op()).permutation()) : y;
    }
    return y.builder()
        .add(Reordering.of(y.op(), p).orElseThrow(), Reordering.ofOperands(y, p))
        .transpose(p.inverse());
  }
}
