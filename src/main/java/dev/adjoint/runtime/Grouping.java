package dev.adjoint.runtime;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.kernel.loop.LoopBuilder;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Control;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Primitive;
import dev.adjoint.op.Reduction;
import dev.adjoint.tensor.DType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which nodes one kernel computes together. In the order of the graph, each elementwise
 * node joins the loop that computes one of its operands, each reduction the loop of what it
 * reduces, each product the loop that finishes its result - unless that would make a loop wait for
 * itself.
 */
final class Grouping {
  /** A loop of more nodes compiles badly. */
  private static final int LARGEST_LOOP = 48;

  /** A row that is gone over again must stay in the cache. */
  private static final long LONGEST_ROW = 16 * 1024;

  /** How far to look for a cycle before giving up on a fusion. */
  private static final int SEARCHED_NODES = 2_000;

  private final Graph graph;
  private final Group[] groupOf;
  private final List<List<Node>> readers = new ArrayList<>();
  private final Set<Node> roots = new HashSet<>();
  private final Map<Node, List<String>> refusals = new HashMap<>();

  private Grouping(Graph graph, Set<Node> roots) {
    this.graph = graph;
    this.groupOf = new Group[graph.nodes().size()];
    this.roots.addAll(roots);
    graph.nodes().forEach(_ -> readers.add(new ArrayList<>(2)));
    graph
        .nodes()
        .forEach(
            node -> node.operands().forEach(operand -> readers.get(operand.index()).add(node)));
  }

  /**
   * The groups of a graph.
   *
   * @param roots outputs and updates
   */
  static Grouping of(Graph graph, Set<Node> roots) {
    Grouping grouping = new Grouping(graph, roots);
    graph.nodes().forEach(grouping::place);
    grouping.finishProducts();
    return grouping;
  }

  /** Every node for itself. */
  static Grouping unfused(Graph graph, Set<Node> roots) {
    Grouping grouping = new Grouping(graph, roots);
    for (Node node : graph.nodes()) {
      grouping.put(node, isElementwise(node) ? Group.loopOver(node.type().shape()) : null);
    }
    return grouping;
  }

  /** Why a node is not computed together with an operand, for people. */
  Map<Node, List<String>> refusals() {
    return refusals;
  }

  /** Whether the value of a node is needed outside its group. */
  boolean isStored(Node node) {
    Group own = groupOf[node.index()];
    return roots.contains(node)
        || readers.get(node.index()).stream().anyMatch(reader -> groupOf[reader.index()] != own);
  }

  List<Node> readers(Node node) {
    return readers.get(node.index());
  }

  // Placing.

  private void place(Node node) {
    if (isElementwise(node)) {
      placeElementwise(node);
    } else if (node.op() instanceof Reduction reduction && reduction.axes().count() > 0) {
      placeReduction(node, reduction);
    } else if (node.op() instanceof Movement.Broadcast || node.op() instanceof Movement.Reshape) {
      placeRepeated(node);
    } else {
      put(node, null);
    }
  }

  /** Puts a node into a group, or into one of its own that is no loop. */
  private void put(Node node, @Nullable Group group) {
    if (group == null) {
      groupOf[node.index()] = Group.ofNode(node);
    } else {
      group.add(node);
      groupOf[node.index()] = group;
    }
  }

  private void putRowValue(Node node, Group group) {
    group.addRowValue(node);
    groupOf[node.index()] = group;
  }

  static boolean isElementwise(Node node) {
    return node.op() instanceof Primitive primitive
        && LoopBuilder.supports(primitive)
        && !isAlias(node);
  }

  /** Whether a node is its first operand by another name. */
  static boolean isAlias(Node node) {
    return node.op() instanceof Control
        && !(node.op() instanceof Control.Cast)
        && !(node.op() instanceof Control.CotangentPlaceholder);
  }

  private void placeElementwise(Node node) {
    if (node.op() instanceof Logic.Comparison) {
      put(node, Group.loopOver(node.type().shape()));
      return;
    }
    for (Node operand : node.operands()) {
      Group group = groupOf[operand.index()];
      if (!group.isLoop()) {
        continue;
      }
      boolean row = group.isRowValue(operand);
      if (row ? group.isRowShape(node.type()) : group.space().equals(node.type().shape())) {
        if (mayJoin(node, operand, group)) {
          if (row) {
            putRowValue(node, group);
          } else {
            put(node, group);
            node.operands().forEach(other -> pullComparison(other, group));
          }
          return;
        }
      } else {
        refuse(node, operand, "their shapes differ");
      }
    }
    put(node, Group.loopOver(node.type().shape()));
  }

  /**
   * Moves a comparison, which waits in a loop of its own, to the loop that reads it: comparing
   * again where the result is needed costs less than keeping the result from where it could have
   * been had.
   */
  private void pullComparison(Node comparison, Group reader) {
    Group alone = groupOf[comparison.index()];
    boolean waits =
        comparison.op() instanceof Logic.Comparison
            && alone != reader
            && alone.nodes().size() == 1
            && alone.isLoop()
            && readers.get(comparison.index()).stream()
                .allMatch(other -> groupOf[other.index()] == reader);
    if (waits && mayJoin(comparison, comparison, reader)) {
      reader.addInOrder(comparison);
      groupOf[comparison.index()] = reader;
    }
  }

  private void placeReduction(Node node, Reduction reduction) {
    Node operand = node.operand(0);
    Axes axes = reduction.axes();
    Group producer = groupOf[operand.index()];
    boolean fits =
        producer.isLoop()
            && !producer.isRowValue(operand)
            && producer.space().equals(operand.type().shape())
            && producer.rowAxes().map(axes::equals).orElse(true)
            && foldsOnly(node.type().dtype(), producer);
    Group group =
        fits && mayJoin(node, operand, producer)
            ? producer
            : Group.loopOver(operand.type().shape());
    group.foldOver(axes);
    putRowValue(node, group);
  }

  /** Numbers of one floating dtype are folded in registers; others are stored right away. */
  private static boolean foldsOnly(DType dtype, Group group) {
    return group.nodes().stream()
        .filter(node -> node.op() instanceof Reduction && node.type().dtype().isFloating())
        .allMatch(node -> !dtype.isFloating() || node.type().dtype() == dtype);
  }

  /** A row value that is repeated along its row, or renamed on the way, stays in the loop. */
  private void placeRepeated(Node node) {
    Node operand = node.operand(0);
    Group group = groupOf[operand.index()];
    if (!group.isRowValue(operand)) {
      put(node, null);
      return;
    }
    boolean renamed = node.op() instanceof Movement.Reshape && group.isRowShape(node.type());
    boolean repeated =
        node.op() instanceof Movement.Broadcast
            && node.type().shape().equals(group.space())
            && isAligned(operand, group)
            && rowLength(group) <= LONGEST_ROW;
    if (renamed && mayJoin(node, operand, group)) {
      putRowValue(node, group);
    } else if (repeated && mayJoin(node, operand, group)) {
      put(node, group);
    } else {
      put(node, null);
    }
  }

  private static boolean isAligned(Node operand, Group group) {
    var kept = group.keptDims().dims();
    var dims = operand.type().shape().dims();
    int missing = kept.size() - dims.size();
    for (int axis = 0; axis < kept.size(); axis++) {
      boolean one = kept.get(axis).is(1);
      if (axis < missing ? !one : !kept.get(axis).equals(dims.get(axis - missing))) {
        return false;
      }
    }
    return true;
  }

  private static long rowLength(Group group) {
    long length = 1;
    for (int axis : group.rowAxes().orElseThrow().indices()) {
      length *= group.space().size(axis);
    }
    return length;
  }

  private boolean mayJoin(Node node, Node operand, Group group) {
    if (group.nodes().size() >= LARGEST_LOOP) {
      refuse(node, operand, "the loop has %d nodes already".formatted(LARGEST_LOOP));
      return false;
    }
    if (dependsThroughOthers(node.operands(), group)) {
      refuse(node, operand, "a value between them is computed elsewhere");
      return false;
    }
    return true;
  }

  private void refuse(Node node, Node operand, String reason) {
    refusals
        .computeIfAbsent(node, _ -> new ArrayList<>())
        .add("not with '%s': %s".formatted(operand.name(), reason));
  }

  /** Whether any of {@code start} that is not in the group depends on a node of the group. */
  private boolean dependsThroughOthers(List<Node> start, Group group) {
    Set<Group> seen = new HashSet<>();
    Deque<Node> open = new ArrayDeque<>();
    start.stream().filter(node -> groupOf[node.index()] != group).forEach(open::push);
    int budget = SEARCHED_NODES;
    while (!open.isEmpty()) {
      Group other = groupOf[open.pop().index()];
      if (other == group) {
        return true;
      }
      if (other.last() < group.first() || !seen.add(other)) {
        continue;
      }
      for (Node member : other.nodes()) {
        budget -= member.operands().size();
        for (Node operand : member.operands()) {
          if (groupOf[operand.index()] != other) {
            open.push(operand);
          }
        }
      }
      if (budget < 0) {
        return true;
      }
    }
    return false;
  }

  // Products.

  /** Makes the loop that reads a product its epilogue. */
  private void finishProducts() {
    for (Node node : graph.nodes()) {
      boolean product = node.op() instanceof Contraction || node.op() instanceof Convolution;
      if (product && node.type().dtype().isFloating()) {
        epilogueOf(node)
            .ifPresent(loop -> {
              loop.finish(node);
              groupOf[node.index()] = loop;
            });
      }
    }
  }

  private Optional<Group> epilogueOf(Node product) {
    for (Node reader : readers.get(product.index())) {
      Group loop = groupOf[reader.index()];
      if (!loop.isLoop()) {
        continue;
      }
      if (loop.rowAxes().isPresent()) {
        refuse(reader, product, "the loop has reductions");
      } else if (loop.producer().isPresent()) {
        refuse(reader, product, "the loop finishes another product already");
      } else if (!loop.space().equals(product.type().shape())) {
        refuse(reader, product, "their shapes differ");
      } else if (loopDependsThroughOthers(loop, product)) {
        refuse(reader, product, "a value between them is computed elsewhere");
      } else {
        return Optional.of(loop);
      }
    }
    return Optional.empty();
  }

  private boolean loopDependsThroughOthers(Group loop, Node product) {
    Group own = groupOf[product.index()];
    List<Node> others = new ArrayList<>();
    for (Node member : loop.nodes()) {
      for (Node operand : member.operands()) {
        Group group = groupOf[operand.index()];
        if (group != loop && group != own) {
          others.add(operand);
        }
      }
    }
    return dependsThroughOthers(others, own);
  }

  // Order.

  /** The groups, each after those that it reads. */
  List<Group> inOrder() {
    Map<Group, Integer> open = new HashMap<>();
    Map<Group, Set<Group>> dependents = new HashMap<>();
    PriorityQueue<Group> ready = new PriorityQueue<>((a, b) -> Integer.compare(a.last(), b.last()));
    for (Node node : graph.nodes()) {
      Group own = groupOf[node.index()];
      open.putIfAbsent(own, 0);
      for (Node operand : node.operands()) {
        Group before = groupOf[operand.index()];
        if (before != own && dependents.computeIfAbsent(before, _ -> new HashSet<>()).add(own)) {
          open.merge(own, 1, Integer::sum);
        }
      }
    }
    open.forEach((group, count) -> {
      if (count == 0) {
        ready.add(group);
      }
    });
    List<Group> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      Group next = ready.poll();
      order.add(next);
      for (Group dependent : dependents.getOrDefault(next, Set.of())) {
        if (open.merge(dependent, -1, Integer::sum) == 0) {
          ready.add(dependent);
        }
      }
    }
    if (order.size() < open.size()) {
      throw new IllegalStateException("groups of '%s' wait for each other".formatted(graph.name()));
    }
    return order;
  }
}
