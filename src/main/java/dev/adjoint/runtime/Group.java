package dev.adjoint.runtime;

import dev.adjoint.graph.Node;
import dev.adjoint.op.Axes;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes that one kernel computes. A group that is a loop goes over an index space: the shape of its
 * full values. Where it has reductions, all of them fold the same axes, which form a row, and their
 * results are row values: one a row, known to all elements of it.
 *
 * <p>While groups are formed they grow; afterwards they do not change.
 */
final class Group {
  private final List<Node> nodes = new ArrayList<>();
  private final Set<Node> rowValues = new HashSet<>();
  private final Optional<Shape> space;
  private Optional<Axes> rowAxes = Optional.empty();
  private Optional<Node> producer = Optional.empty();
  private Optional<Node> pooling = Optional.empty();
  private int position = -1;
  private int last = -1;
  private int codeSize;

  private Group(Optional<Shape> space) {
    this.space = space;
  }

  /** A node that no loop can compute. */
  static Group ofNode(Node node) {
    Group group = new Group(Optional.empty());
    group.add(node);
    return group;
  }

  /** An empty loop. */
  static Group loopOver(Shape space) {
    return new Group(Optional.of(space));
  }

  void add(Node node) {
    nodes.add(node);
    codeSize += CodeSize.of(node);
    last = Math.max(last, node.index());
  }

  /** Adds a node that nodes of later indices read, at its place. */
  void addInOrder(Node node) {
    add(node);
    nodes.sort(Comparator.comparingInt(Node::index));
  }

  /** Takes over the nodes of another loop over the same space and the same row axes. */
  void addAll(Group other) {
    other.nodes.forEach(this::addInOrder);
    rowValues.addAll(other.rowValues);
  }

  void addRowValue(Node node) {
    add(node);
    rowValues.add(node);
  }

  /** Puts a product or correlation before the loop, which becomes its epilogue. */
  void finish(Node product) {
    nodes.addFirst(product);
    last = Math.max(last, product.index());
    producer = Optional.of(product);
  }

  /** Puts a pooling of one of the values behind the product and the loop that finishes it. */
  void pool(Node node) {
    add(node);
    pooling = Optional.of(node);
  }

  void foldOver(Axes axes) {
    rowAxes = Optional.of(axes);
  }

  /** The nodes, each after its operands. */
  List<Node> nodes() {
    return nodes;
  }

  boolean contains(Node node) {
    return nodes.contains(node);
  }

  boolean isLoop() {
    return space.isPresent();
  }

  /** The index space of a loop. */
  Shape space() {
    return space.orElseThrow();
  }

  /** The axes that the reductions fold. */
  Optional<Axes> rowAxes() {
    return rowAxes;
  }

  /** The product or correlation whose epilogue the loop is. */
  Optional<Node> producer() {
    return producer;
  }

  /** The pooling that the product's kernel computes at the end. */
  Optional<Node> pooling() {
    return pooling;
  }

  boolean isRowValue(Node node) {
    return rowValues.contains(node);
  }

  /** The sum of {@link CodeSize} over the nodes. */
  int codeSize() {
    return codeSize;
  }

  /** The place in the order of groups; -1 before it has one. */
  int position() {
    return position;
  }

  void moveTo(int newPosition) {
    position = newPosition;
  }

  /** The largest index of a node. */
  int last() {
    return last;
  }

  /** Whether a type is one value for each row, the folded axes dropped or of size 1. */
  boolean isRowShape(TensorType type) {
    return rowAxes.isPresent()
        && (type.shape().equals(keptDims()) || type.shape().equals(droppedDims()));
  }

  /** The index space with the folded axes of size 1. */
  Shape keptDims() {
    Shape kept = space();
    for (int axis : rowAxes.orElseThrow().indices()) {
      kept = kept.withDim(axis, Dim.of(1));
    }
    return kept;
  }

  private Shape droppedDims() {
    Shape dropped = space();
    for (int axis : rowAxes.orElseThrow().indices().reversed()) {
      dropped = dropped.remove(axis);
    }
    return dropped;
  }
}
