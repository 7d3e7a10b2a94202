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
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Primitive;
import dev.adjoint.op.Probability;
import dev.adjoint.op.Reduction;
import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
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

  private final Graph graph;
  private final boolean fuses;
  private final GroupGraph groups;
  private final Set<Node> roots = new HashSet<>();
  private final Map<Node, List<String>> refusals = new LinkedHashMap<>();

  private Grouping(Graph graph, Set<Node> roots, boolean fuses) {
    this.graph = graph;
    this.fuses = fuses;
    this.groups = new GroupGraph(graph);
    this.roots.addAll(roots);
  }

  /**
   * The groups of a graph.
   *
   * @param roots outputs and updates
   * @param pools whether the kernel of a product can pool its finished result
   */
  static Grouping of(Graph graph, Set<Node> roots, BiPredicate<Node, Node> pools) {
    Grouping grouping = new Grouping(graph, roots, true);
    for (Node node : graph.nodes()) {
      grouping.place(node);
    }
    grouping.finishProducts();
    grouping.poolProducts(pools);
    return grouping;
  }

  /** Every node for itself. */
  static Grouping unfused(Graph graph, Set<Node> roots) {
    Grouping grouping = new Grouping(graph, roots, false);
    for (Node node : graph.nodes()) {
      grouping.place(node);
    }
    return grouping;
  }

  /** Why a node is not computed together with an operand, for people. */
  Map<Node, List<String>> refusals() {
    return refusals;
  }

  /** Whether the value of a node is needed outside its group. */
  boolean isStored(Node node) {
    Group own = groups.of(node);
    return roots.contains(node)
        || readers(node).stream().anyMatch(reader -> groups.of(reader) != own);
  }

  List<Node> readers(Node node) {
    return groups.readers(node);
  }

  // Placing.

  private void place(Node node) {
    if (isElementwise(node)) {
      placeElementwise(node);
    } else if (node.op() instanceof Reduction reduction && reduction.axes().count() > 0) {
      placeReduction(node, reduction.axes());
    } else if (node.op() instanceof Probability probability) {
      placeProbability(node, probability);
    } else if (node.op() instanceof Movement.Broadcast || node.op() instanceof Movement.Reshape) {
      placeRepeated(node);
    } else {
      put(node, null);
    }
  }

  /** Puts a node into a group, or into one of its own that is no loop. */
  private void put(Node node, @Nullable Group group) {
    if (group == null) {
      groups.place(node, Group.ofNode(node));
    } else {
      group.add(node);
      groups.place(node, group);
    }
  }

  private void putRowValue(Node node, Group group) {
    group.addRowValue(node);
    groups.place(node, group);
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
      Group group = groups.of(operand);
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
            for (Node other : node.operands()) {
              pull(other, group);
            }
          }
          return;
        }
      } else {
        refuse(node, operand, "their shapes differ");
      }
    }
    put(node, Group.loopOver(node.type().shape()));
  }

  /** Brings what computes an operand of a loop's node into the loop, where that can be. */
  private void pull(Node operand, Group reader) {
    Group other = groups.of(operand);
    if (other == reader || !other.isLoop() || !fuses) {
      return;
    }
    if (operand.op() instanceof Logic.Comparison && other.nodes().size() == 1) {
      pullComparison(operand, reader);
    } else if (mayMerge(reader, other)) {
      reader.addAll(other);
      for (Node node : other.nodes()) {
        groups.place(node, reader);
      }
    }
  }

  /**
   * Moves a comparison, which waits in a loop of its own, to the loop that reads it: comparing
   * again where the result is needed costs less than keeping the result from where it could have
   * been had.
   */
  private void pullComparison(Node comparison, Group reader) {
    boolean readHereOnly =
        readers(comparison).stream().allMatch(other -> isPlacedIn(other, reader));
    if (readHereOnly && groups.makeRoom(reader, groups.of(comparison))) {
      reader.addInOrder(comparison);
      groups.place(comparison, reader);
    }
  }

  private boolean isPlacedIn(Node node, Group group) {
    return groups.contains(node) && groups.of(node) == group;
  }

  /** Whether two loops go over the same space and neither waits for the other through a third. */
  private boolean mayMerge(Group one, Group other) {
    return one.space().equals(other.space())
        && one.rowAxes().equals(other.rowAxes())
        && one.nodes().size() + other.nodes().size() <= LARGEST_LOOP
        && one.codeSize() + other.codeSize() <= CodeSize.limit(one.rowAxes().isPresent())
        && groups.makeRoom(one, other);
  }

  /** The loss by a label reads its logits a second time, so they must be in memory. */
  private void placeProbability(Node node, Probability op) {
    switch (op) {
      case Probability.Softmax(var axes) when axes.count() == 0 -> put(node, null);
      case Probability.LogSoftmax(var axes) when axes.count() == 0 -> put(node, null);
      case Probability.Softmax(var axes) -> put(node, folding(node, axes));
      case Probability.LogSoftmax(var axes) -> put(node, folding(node, axes));
      case Probability.SoftmaxCrossEntropy(var axis) ->
          putRowValue(node, folding(node, Axes.of(axis)));
      case Probability.SparseSoftmaxCrossEntropy(var axis) -> {
        Group alone = Group.loopOver(node.operand(0).type().shape());
        alone.foldOver(Axes.of(axis));
        putRowValue(node, alone);
      }
    }
  }

  private void placeReduction(Node node, Axes axes) {
    putRowValue(node, folding(node, axes));
  }

  /** The loop that folds the first operand of a node: the one that computes it, if that can be. */
  private Group folding(Node node, Axes axes) {
    Node operand = node.operand(0);
    Group producer = groups.of(operand);
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
    return group;
  }

  /** Numbers of one floating dtype are folded in registers; others are stored right away. */
  private static boolean foldsOnly(DType dtype, Group group) {
    return group.nodes().stream()
        .filter(Grouping::folds)
        .filter(node -> node.type().dtype().isFloating())
        .allMatch(node -> !dtype.isFloating() || node.type().dtype() == dtype);
  }

  private static boolean folds(Node node) {
    return node.op() instanceof Reduction || node.op() instanceof Probability;
  }

  /** A row value that is repeated along its row, or renamed on the way, stays in the loop. */
  private void placeRepeated(Node node) {
    Node operand = node.operand(0);
    Group group = groups.of(operand);
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
    if (!fuses) {
      return false;
    }
    boolean full =
        group.nodes().size() >= LARGEST_LOOP
            || group.codeSize() + CodeSize.of(node)
                > CodeSize.limit(group.rowAxes().isPresent() || folds(node));
    if (full) {
      refuse(node, operand, "the loop has as much code as compiles well already");
      return false;
    }
    if (!groups.makeRoom(node, group)) {
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

  // Products.

  /** Makes the loop that reads a product its epilogue. */
  private void finishProducts() {
    for (Node node : graph.nodes()) {
      if (isProduct(node) && node.type().dtype().isFloating()) {
        epilogueOf(node)
            .ifPresent(loop -> {
              loop.finish(node);
              groups.place(node, loop);
            });
      }
    }
  }

  private static boolean isProduct(Node node) {
    return node.op() instanceof Contraction || node.op() instanceof Convolution;
  }

  private Optional<Group> epilogueOf(Node product) {
    for (Node reader : readers(product)) {
      Group loop = groups.of(reader);
      if (!loop.isLoop()) {
        continue;
      }
      if (loop.rowAxes().isPresent()) {
        refuse(reader, product, "the loop has reductions");
      } else if (loop.producer().isPresent()) {
        refuse(reader, product, "the loop finishes another product already");
      } else if (!loop.space().equals(product.type().shape())) {
        refuse(reader, product, "their shapes differ");
      } else if (!groups.makeRoom(loop, groups.of(product))) {
        refuse(reader, product, "a value between them is computed elsewhere");
      } else {
        return Optional.of(loop);
      }
    }
    return Optional.empty();
  }

  /** Lets the kernel of a product pool its result, if nobody else needs that. */
  private void poolProducts(BiPredicate<Node, Node> pools) {
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Pooling.MaxPool) {
        Node pooled = node.operand(0);
        Group group = groups.of(pooled);
        Node product = group.producer().orElse(pooled);
        if (isProduct(product) && mayPool(product, pooled, node, pools)) {
          Group finished = group.producer().isPresent() ? group : finishedBy(product, group);
          finished.pool(node);
          groups.place(node, finished);
        }
      }
    }
  }

  private boolean mayPool(Node product, Node pooled, Node pooling, BiPredicate<Node, Node> pools) {
    if (!pooled.type().equals(product.type())) {
      refuse(pooling, pooled, "its type is not that of '%s'".formatted(product.name()));
    } else if (roots.contains(pooled) || readers(pooled).size() > 1) {
      refuse(pooling, pooled, "others need that too");
    } else if (groups.of(pooled).pooling().isPresent()) {
      refuse(pooling, pooled, "its kernel pools another value already");
    } else if (!pools.test(product, pooling)) {
      refuse(pooling, pooled, "its kernel computes no parts of whole windows");
    } else {
      return true;
    }
    return false;
  }

  /** An empty loop behind a product, in its place. */
  private Group finishedBy(Node product, Group place) {
    Group loop = Group.loopOver(product.type().shape());
    loop.moveTo(place.position());
    loop.finish(product);
    groups.place(product, loop);
    return loop;
  }

  /** The groups, each after those that it reads. */
  List<Group> inOrder() {
    return groups.inOrder();
  }
}
