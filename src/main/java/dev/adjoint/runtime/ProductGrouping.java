package dev.adjoint.runtime;

import dev.adjoint.graph.Node;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.Pooling;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Decides what the kernel of a product or correlation computes besides: the loop that reads its
 * result, and the pooling of that.
 */
final class ProductGrouping {
  private final GroupGraph groups;
  private final Refusals refusals;
  private final Set<Node> roots;

  /**
   * For groups whose loops are complete.
   *
   * @param roots outputs and updates
   */
  ProductGrouping(GroupGraph groups, Refusals refusals, Set<Node> roots) {
    this.groups = groups;
    this.refusals = refusals;
    this.roots = roots;
  }

  static boolean isProduct(Node node) {
    return node.op() instanceof Contraction || node.op() instanceof Convolution;
  }

  /** Makes the first loop that reads the product, and can, its epilogue. */
  void finish(Node product) {
    if (!isProduct(product)) {
      return;
    }
    for (Node reader : groups.readers(product)) {
      Group loop = groups.of(reader);
      if (loop.isLoop() && loop != groups.of(product)) {
        Optional<Refusal> refusal = whyNotFinished(product, loop);
        refusals.add(reader, product, refusal);
        if (refusal.isEmpty()) {
          loop.finish(product);
          groups.place(product, loop);
        }
      }
    }
  }

  private Optional<Refusal> whyNotFinished(Node product, Group loop) {
    if (!product.type().dtype().isFloating()) {
      return Optional.of(Refusal.notFloating(product.type().dtype()));
    }
    if (groups.of(product).isLoop()) {
      return Optional.of(Refusal.finishedElsewhere(groups.of(product).nodes().getLast()));
    }
    if (loop.rowAxes().isPresent()) {
      return Optional.of(Refusal.finishesNoFold(loop.nodes().getLast(), loop.rowAxes().get()));
    }
    if (loop.producer().isPresent()) {
      return Optional.of(Refusal.finishesAnother(loop.nodes().getLast(), loop.producer().get()));
    }
    if (!loop.space().equals(product.type().shape())) {
      return Optional.of(Refusal.otherShapes(product.type().shape(), loop.space()));
    }
    return groups.makeRoom(loop, groups.of(product));
  }

  /**
   * Lets the kernel of a product pool its result, if nobody else needs that.
   *
   * @param pools whether a product's kernel can compute a pooling
   */
  void pool(Node node, BiPredicate<Node, Node> pools) {
    if (!(node.op() instanceof Pooling.MaxPool)) {
      return;
    }
    Node pooled = node.operand(0);
    Optional<Refusal> refusal = whyNotPooled(node, pooled, pools);
    refusals.add(node, pooled, refusal);
    if (refusal.isEmpty()) {
      Group group = groups.of(pooled);
      Group finished = group.producer().isPresent() ? group : finishedByNothing(pooled, group);
      finished.pool(node);
      groups.place(node, finished);
    }
  }

  private Optional<Refusal> whyNotPooled(Node pooling, Node pooled, BiPredicate<Node, Node> pools) {
    Group group = groups.of(pooled);
    Node product = group.producer().orElse(pooled);
    if (!isProduct(product)) {
      return Optional.of(Refusal.poolsNoProduct(pooling));
    }
    if (!pooled.type().equals(product.type())) {
      return Optional.of(Refusal.poolsOtherType(product));
    }
    if (roots.contains(pooled)) {
      return Optional.of(Refusal.resultUnpooled(pooled));
    }
    Optional<Node> other =
        groups.readers(pooled).stream().filter(reader -> reader != pooling).findFirst();
    if (other.isPresent()) {
      return Optional.of(Refusal.readUnpooled(other.get()));
    }
    if (group.pooling().isPresent()) {
      return Optional.of(Refusal.poolsAnother(group.pooling().get()));
    }
    return pools.test(product, pooling)
        ? Optional.empty()
        : Optional.of(Refusal.noWholeWindows(product));
  }

  /** An empty loop behind a product, in its place. */
  private Group finishedByNothing(Node product, Group place) {
    Group loop = Group.loopOver(product.type().shape());
    loop.moveTo(place.position());
    loop.finish(product);
    groups.place(product, loop);
    return loop;
  }
}
