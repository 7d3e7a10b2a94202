package dev.adjoint.runtime;

import com.google.common.collect.ImmutableList;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.op.Axes;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a node is not computed by the kernel that computes one of its operands: the rule that forbids
 * it, with the figures. Becomes text only when somebody reads it, for a graph has many.
 *
 * @param rule a sentence with places for the figures
 * @param figures what goes there
 * @param needed what is {@link #between}, which may end while other nodes find their places
 */
record Refusal(String rule, ImmutableList<Object> figures, Optional<Node> needed) {
  private static Refusal of(String rule, Object... figures) {
    return new Refusal(rule, ImmutableList.copyOf(figures), Optional.empty());
  }

  // Of any node.

  /** No rule should leave this; but a plan does not fail for want of an explanation. */
  static Refusal untried() {
    return of("no rule tried to");
  }

  static Refusal nodeByNode() {
    return of("the session gives every node a kernel of its own");
  }

  static Refusal ownKernel(Node node) {
    return of("%s (%s) has a kernel of its own, which is no loop", node, node.op());
  }

  static Refusal moved(Node movement) {
    return of("a %s moves elements of an array in memory", movement.op());
  }

  static Refusal keptApart(Node alias) {
    return of("%s (%s) keeps them apart", alias, alias.op());
  }

  // Of loops.

  static Refusal otherShapes(Shape one, Shape other) {
    return of("one loop goes over %s, the other over %s", one, other);
  }

  static Refusal otherAxes(Optional<Axes> one, Optional<Axes> other) {
    return of("one loop folds %s, the other %s", one, other);
  }

  static Refusal otherDTypes(DType one, DType other) {
    return of("a loop folds numbers of one floating dtype, not of %s and %s", one, other);
  }

  /** Sums of different loops do not make these one loop. */
  static Refusal bringsNoLoop(Node rowValue) {
    return of("%s is one value for each row, and joins one loop of those it reads", rowValue);
  }

  static Refusal foldedAlready(Axes axes) {
    return of("that is one value for each row, folded over %s, which its loop cannot fold", axes);
  }

  static Refusal cutRows(long elements, DType one, DType other) {
    return of(
        "rows of %,d elements are cut into parts, of which one loop folds one dtype, not %s and %s",
        elements, one, other);
  }

  static Refusal uncutRows(long elements, DType folded) {
    return of(
        "its loop would go over rows of %,d elements again in one piece, since what it folds is %s",
        elements, folded);
  }

  static Refusal repeatedElsewhere(Node repeated, Shape shape, Axes axes) {
    return of(
        "%s (%s) does not repeat it along its own row, which is %s of %s",
        repeated, repeated.op(), axes, shape);
  }

  static Refusal manyNodes(int nodes, int most) {
    return of("one loop would compute %d nodes, which is done with at most %d", nodes, most);
  }

  static Refusal muchCode(int percent, int most) {
    return of(
        "one loop would be about %d%% of the longest method that the JVM compiles, and at most %d%%"
            + " compile well",
        percent, most);
  }

  static Refusal between(Node needed) {
    return new Refusal(
        "%s is needed in between, for which no loop can wait",
        ImmutableList.of(needed), Optional.of(needed));
  }

  static Refusal farApart(int kernels) {
    return of("more than %,d kernels would have to be looked at to put both in one place", kernels);
  }

  static Refusal comparison(Node comparison) {
    return of(
        "%s (%s) is computed where it is read, not where its operands are",
        comparison, comparison.op());
  }

  static Refusal readElsewhere(Node reader) {
    return of("%s reads it in another kernel", reader);
  }

  static Refusal readAtLabels() {
    return of("the logits are read a second time, at the labels, so all operands are in memory");
  }

  // Of products and what finishes them.

  static Refusal notFloating(DType dtype) {
    return of("a loop finishes products of floating point, not of %s", dtype);
  }

  static Refusal finishesNoFold(Node last, Axes axes) {
    return of("the loop of %s folds %s, and only elementwise loops finish a product", last, axes);
  }

  static Refusal finishesAnother(Node last, Node product) {
    return of("the loop of %s finishes %s already", last, product);
  }

  static Refusal finishedElsewhere(Node last) {
    return of("the loop of %s finishes that already", last);
  }

  static Refusal poolsNoProduct(Node pooling) {
    return of(
        "%s (%s) has a kernel of its own unless it pools what finishes a correlation",
        pooling, pooling.op());
  }

  static Refusal poolsOtherType(Node product) {
    return of("its type is not that of %s", product);
  }

  static Refusal resultUnpooled(Node pooled) {
    return of("%s is a result or an update, needed unpooled", pooled);
  }

  static Refusal readUnpooled(Node reader) {
    return of("%s needs that unpooled", reader);
  }

  static Refusal poolsAnother(Node pooling) {
    return of("the kernel computes %s already", pooling);
  }

  static Refusal noWholeWindows(Node product) {
    return of("the kernel of %s computes no parts that hold whole windows", product);
  }

  // Text.

  /** The rule with the figures in it. */
  String text() {
    return String.format(Locale.ROOT, rule, figures.stream().map(Refusal::word).toArray());
  }

  private static Object word(Object figure) {
    return switch (figure) {
      case Node node -> "'" + node.name() + "'";
      case Op op -> op.operatorName();
      case Axes axes -> (axes.count() == 1 ? "axis " : "axes ") + axes.indices();
      case Optional<?> axes -> axes.map(Refusal::word).orElse("nothing");
      default -> figure;
    };
  }
}
