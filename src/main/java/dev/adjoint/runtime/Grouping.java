package dev.adjoint.runtime;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.kernel.loop.LoopBuilder;
import dev.adjoint.kernel.loop.LoopCompiler;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Control;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Primitive;
import dev.adjoint.op.Probability;
import dev.adjoint.op.Reduction;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * Decides which nodes one kernel computes together. In the order of the graph, each elementwise
 * node joins the loop that computes one of its operands, each reduction the loop of what it
 * reduces, each product the loop that finishes its result - unless that would make a loop wait for
 * itself. Of each operand that a node is not computed with, what forbids it is kept.
 */
final class Grouping {
  /** A loop of more nodes compiles badly. */
  private static final int LARGEST_LOOP = 48;

  /** Rows up to this length are gone over again by one thread each where they cannot be cut. */
  private static final long LONGEST_UNCUT = 16 * 1024;

  private final Graph graph;
  private final boolean fuses;
  private final GroupGraph groups;
  private final Set<Node> roots;
  private final Refusals refusals = new Refusals();

  private Grouping(Graph graph, Set<Node> roots, boolean fuses) {
    this.graph = graph;
    this.fuses = fuses;
    this.groups = new GroupGraph(graph);
    this.roots = Set.copyOf(roots);
    graph.nodes().forEach(this::place);
  }

  /**
   * The groups of a graph.
   *
   * @param roots outputs and updates
   * @param pools whether the kernel of a product can pool its finished result
   */
  static Grouping of(Graph graph, Set<Node> roots, BiPredicate<Node, Node> pools) {
    Grouping grouping = new Grouping(graph, roots, true);
    grouping.mergeWhatCameTogether();
    ProductGrouping products =
        new ProductGrouping(grouping.groups, grouping.refusals, grouping.roots);
    graph.nodes().forEach(products::finish);
    graph.nodes().forEach(node -> products.pool(node, pools));
    return grouping;
  }

  /** Every node for itself. */
  static Grouping unfused(Graph graph, Set<Node> roots) {
    return new Grouping(graph, roots, false);
  }

  /** The groups, each after those that it reads. */
  List<Group> inOrder() {
    return groups.inOrder();
  }

  /** Whether a node is in another group than one of its operands. */
  boolean areApart(Node node, Node operand) {
    return groups.of(node) != groups.of(operand);
  }

  /** Why they are. */
  Refusal refusal(Node node, Node operand) {
    return refusals.of(node, operand);
  }

  /** Whether the value of a node is needed outside its group. */
  boolean isStored(Node node) {
    return roots.contains(node)
        || readers(node).stream().anyMatch(reader -> areApart(reader, node));
  }

  List<Node> readers(Node node) {
    return groups.readers(node);
  }

  // What nodes are.

  static boolean isElementwise(Node node) {
    return node.op() instanceof Primitive primitive
        && LoopBuilder.supports(primitive)
        && !isAlias(node);
  }

  /** Whether a node is its first operand by another name. */
  private static boolean isAlias(Node node) {
    return node.op() instanceof Control
        && !(node.op() instanceof Control.Cast)
        && !(node.op() instanceof Control.CotangentPlaceholder);
  }

  /** Whether a node only says where elements of its operand are found. */
  private static boolean isMovement(Node node) {
    return node.op() instanceof Movement
        && !(node.op() instanceof Movement.Pad)
        && !(node.op() instanceof Movement.Concat);
  }

  /** The axes along which a node needs all elements of its first operand, if a loop can do that. */
  private static Optional<Axes> foldedAxes(Node node) {
    Optional<Axes> axes =
        switch (node.op()) {
          case Reduction reduction -> Optional.of(reduction.axes());
          case Probability.Softmax(var along) -> Optional.of(along);
          case Probability.LogSoftmax(var along) -> Optional.of(along);
          case Probability.SoftmaxCrossEntropy(var axis) -> Optional.of(Axes.of(axis));
          case Probability.SparseSoftmaxCrossEntropy(var axis) -> Optional.of(Axes.of(axis));
          default -> Optional.empty();
        };
    return axes.filter(along -> along.count() > 0);
  }

  private static boolean givesRowValue(Node fold) {
    return !(fold.op() instanceof Probability.Softmax)
        && !(fold.op() instanceof Probability.LogSoftmax);
  }

  // Placing.

  /** Puts a node where the first operand is that lets it; else into a group of its own. */
  private void place(Node node) {
    Set<Node> operands = new LinkedHashSet<>(node.operands());
    for (Node operand : operands) {
      Optional<Refusal> refusal = whyNotJoined(node, operand);
      refusals.add(node, operand, refusal);
      if (refusal.isEmpty()) {
        join(node, operand);
        operands.forEach(other -> pull(node, other));
        return;
      }
    }
    groups.place(node, groupOfItsOwn(node));
  }

  private void join(Node node, Node operand) {
    Group group = groups.of(operand);
    boolean isRowValue =
        switch (node.op()) {
          case Movement.Broadcast _ -> false;
          case Reduction _, Probability _ -> givesRowValue(node);
          default -> group.isRowValue(operand);
        };
    foldedAxes(node).ifPresent(group::foldOver);
    add(node, group, isRowValue);
    groups.place(node, group);
  }

  private static void add(Node node, Group group, boolean isRowValue) {
    if (isRowValue) {
      group.addRowValue(node);
    } else {
      group.add(node);
    }
  }

  private static Group groupOfItsOwn(Node node) {
    Optional<Axes> folded = foldedAxes(node);
    if (folded.isPresent()) {
      Group group = Group.loopOver(node.operand(0).type().shape());
      group.foldOver(folded.get());
      add(node, group, givesRowValue(node));
      return group;
    }
    if (isElementwise(node)) {
      Group group = Group.loopOver(node.type().shape());
      group.add(node);
      return group;
    }
    return Group.ofNode(node);
  }

  // What forbids that a node joins the loop of an operand.

  private Optional<Refusal> whyNotJoined(Node node, Node operand) {
    if (!fuses) {
      return Optional.of(Refusal.nodeByNode());
    }
    if (isElementwise(node)) {
      return whyNotElement(node, operand);
    }
    if (foldedAxes(node).isPresent()) {
      return whyNotFolded(node, foldedAxes(node).get(), operand);
    }
    if (isMovement(node)) {
      return whyNotMoved(node, operand);
    }
    return Optional.of(isAlias(node) ? Refusal.keptApart(node) : Refusal.ownKernel(node));
  }

  /** Why no loop computes a value. What is moved keeps the reason why it is not moved in a loop. */
  private Refusal whyNoLoop(Node node) {
    boolean isView = isMovement(node) || isAlias(node);
    return isView ? refusals.of(node, node.operand(0)) : Refusal.ownKernel(node);
  }

  private Optional<Refusal> whyNotElement(Node node, Node operand) {
    Group group = groups.of(operand);
    if (node.op() instanceof Logic.Comparison) {
      return Optional.of(Refusal.comparison(node));
    }
    if (!group.isLoop()) {
      return Optional.of(whyNoLoop(operand));
    }
    boolean fits =
        group.isRowValue(operand)
            ? group.isRowShape(node.type())
            : group.space().equals(node.type().shape());
    return fits
        ? whyNotOneMore(node, group)
        : Optional.of(Refusal.otherShapes(node.type().shape(), group.space()));
  }

  private Optional<Refusal> whyNotFolded(Node node, Axes axes, Node operand) {
    Group group = groups.of(operand);
    if (node.op() instanceof Probability.SparseSoftmaxCrossEntropy) {
      return Optional.of(Refusal.readAtLabels());
    }
    if (!group.isLoop()) {
      return Optional.of(whyNoLoop(operand));
    }
    if (group.isRowValue(operand)) {
      return Optional.of(Refusal.foldedAlready(group.rowAxes().orElseThrow()));
    }
    if (!group.space().equals(node.operand(0).type().shape())) {
      return Optional.of(Refusal.otherShapes(node.operand(0).type().shape(), group.space()));
    }
    if (group.rowAxes().isPresent() && !group.rowAxes().get().equals(axes)) {
      return Optional.of(Refusal.otherAxes(Optional.of(axes), group.rowAxes()));
    }
    return whyNotFoldedWith(node.type().dtype(), group).or(() -> whyNotOneMore(node, group));
  }

  /**
   * Numbers of one floating dtype are folded in registers; others are stored right away, which the
   * parts of rows that are cut cannot be.
   */
  private static Optional<Refusal> whyNotFoldedWith(DType dtype, Group group) {
    boolean cuts = cutsRows(group);
    return foldedDTypes(group)
        .filter(folded -> folded != dtype && (cuts || (dtype.isFloating() && folded.isFloating())))
        .map(folded ->
            cuts
                ? Refusal.cutRows(rowLength(group), dtype, folded)
                : Refusal.otherDTypes(dtype, folded))
        .findFirst();
  }

  /** The dtypes of the values that a loop folds its rows to. */
  private static Stream<DType> foldedDTypes(Group group) {
    return group.nodes().stream()
        .filter(node -> foldedAxes(node).isPresent())
        .map(node -> node.type().dtype());
  }

  private static long rowLength(Group group) {
    return group.rowAxes().orElseThrow().indices().stream()
        .mapToLong(axis -> group.space().size(axis))
        .reduce(1, Math::multiplyExact);
  }

  /** Whether the rows of a loop are long, and cut into parts where what it folds lets them. */
  private static boolean cutsRows(Group group) {
    if (group.rowAxes().isEmpty()) {
      return false;
    }
    Shape space = group.space();
    int last = space.rank() - 1;
    long length = rowLength(group);
    return length > LONGEST_UNCUT
        && LoopCompiler.cutsRows(
            space.elementCount() / length,
            length,
            group.rowAxes().get().contains(last) ? 1 : space.size(last));
  }

  /** A row value that is repeated along its row, or renamed on the way, stays in the loop. */
  private Optional<Refusal> whyNotMoved(Node node, Node operand) {
    Group group = groups.of(operand);
    boolean repeats = node.op() instanceof Movement.Broadcast;
    boolean renames = node.op() instanceof Movement.Reshape && group.isRowShape(node.type());
    if (!group.isLoop() && !ProductGrouping.isProduct(operand)) {
      return Optional.of(whyNoLoop(operand));
    }
    if (!group.isRowValue(operand) || !(repeats || renames)) {
      return Optional.of(Refusal.moved(node));
    }
    if (repeats && !isRepeatedInRow(node, operand, group)) {
      return Optional.of(
          Refusal.repeatedElsewhere(node, group.space(), group.rowAxes().orElseThrow()));
    }
    return (repeats ? whyNotAgain(group) : Optional.<Refusal>empty())
        .or(() -> whyNotOneMore(node, group));
  }

  /**
   * What forbids that a loop goes over its rows again, once they are folded: one thread would go
   * over long ones if they cannot be cut.
   */
  private static Optional<Refusal> whyNotAgain(Group group) {
    return foldedDTypes(group)
        .filter(folded -> cutsRows(group) && !folded.isFloating())
        .map(folded -> Refusal.uncutRows(rowLength(group), folded))
        .findFirst();
  }

  private static boolean isRepeatedInRow(Node node, Node operand, Group group) {
    var kept = group.keptDims().dims();
    var dims = operand.type().shape().dims();
    int missing = kept.size() - dims.size();
    for (int axis = 0; axis < kept.size(); axis++) {
      boolean one = kept.get(axis).is(1);
      if (axis < missing ? !one : !kept.get(axis).equals(dims.get(axis - missing))) {
        return false;
      }
    }
    return node.type().shape().equals(group.space());
  }

  private Optional<Refusal> whyNotOneMore(Node node, Group group) {
    boolean folds = group.rowAxes().isPresent() || foldedAxes(node).isPresent();
    return whyTooLong(group.nodes().size() + 1, group.codeSize() + CodeSize.of(node), folds)
        .or(() -> groups.makeRoom(node, group));
  }

  private static Optional<Refusal> whyTooLong(int nodes, int codeSize, boolean folds) {
    if (nodes > LARGEST_LOOP) {
      return Optional.of(Refusal.manyNodes(nodes, LARGEST_LOOP));
    }
    return codeSize > CodeSize.limit(folds)
        ? Optional.of(Refusal.muchCode(codeSize, CodeSize.limit(folds)))
        : Optional.empty();
  }

  // Bringing other loops along.

  /** Brings what computes an operand of a loop's node into the loop, where that can be. */
  private void pull(Node reader, Node operand) {
    Group group = groups.of(reader);
    Group other = groups.of(operand);
    if (other == group) {
      return;
    }
    if (!other.isLoop()) {
      refusals.add(reader, operand, whyNoLoop(operand));
    } else if (group.isRowValue(reader)) {
      refusals.add(
          reader, operand, whyNotAlike(group, other).orElseGet(() -> Refusal.bringsNoLoop(reader)));
    } else if (operand.op() instanceof Logic.Comparison && other.nodes().size() == 1) {
      pullComparison(operand, group);
    } else {
      merge(reader, operand);
    }
  }

  /**
   * Moves a comparison, which waits in a loop of its own, to the loop that reads it: comparing
   * again where the result is needed costs less than keeping the result from where it could have
   * been had.
   */
  private void pullComparison(Node comparison, Group group) {
    Optional<Refusal> refusal =
        readers(comparison).stream()
            .filter(reader -> !groups.contains(reader) || groups.of(reader) != group)
            .findFirst()
            .map(Refusal::readElsewhere)
            .or(() -> groups.makeRoom(group, groups.of(comparison)));
    if (refusal.isEmpty()) {
      group.addInOrder(comparison);
      groups.place(comparison, group);
      return;
    }
    readers(comparison).stream()
        .filter(reader -> groups.contains(reader) && groups.of(reader) == group)
        .forEach(reader -> refusals.add(reader, comparison, refusal));
  }

  /** Tries again where what was in between has joined one of both loops since. */
  private void mergeWhatCameTogether() {
    for (Node reader : graph.nodes()) {
      for (Node operand : reader.operands()) {
        if (areApart(reader, operand) && groups.of(operand).isLoop()) {
          refusals
              .of(reader, operand)
              .needed()
              .filter(needed -> !areApart(needed, reader) || !areApart(needed, operand))
              .ifPresent(_ -> merge(reader, operand));
        }
      }
    }
  }

  private void merge(Node reader, Node operand) {
    Group group = groups.of(reader);
    Group other = groups.of(operand);
    Optional<Refusal> refusal = whyNotMerged(group, other);
    refusals.add(reader, operand, refusal);
    if (refusal.isEmpty()) {
      group.addAll(other);
      other.nodes().forEach(node -> groups.place(node, group));
    }
  }

  private Optional<Refusal> whyNotMerged(Group one, Group other) {
    return whyNotAlike(one, other)
        .or(() ->
            whyTooLong(
                one.nodes().size() + other.nodes().size(),
                one.codeSize() + other.codeSize(),
                one.rowAxes().isPresent()))
        .or(() -> groups.makeRoom(one, other));
  }

  /** What loops fold, and over what they go, must be the same. */
  private static Optional<Refusal> whyNotAlike(Group one, Group other) {
    if (!one.space().equals(other.space())) {
      return Optional.of(Refusal.otherShapes(one.space(), other.space()));
    }
    if (!one.rowAxes().equals(other.rowAxes())) {
      return Optional.of(Refusal.otherAxes(one.rowAxes(), other.rowAxes()));
    }
    return foldedDTypes(one).flatMap(dtype -> whyNotFoldedWith(dtype, other).stream()).findFirst();
  }
}
