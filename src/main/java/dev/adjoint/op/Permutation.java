package dev.adjoint.op;

import dev.adjoint.graph.GraphException;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An order of axes: axis k of the result is axis {@code order.get(k)} of the operand.
 *
 * @param order each number from 0 to its length once
 */
public record Permutation(List<Integer> order) {
  /** Checks that it is a permutation. */
  public Permutation {
    order = List.copyOf(order);
    if (!order.stream().sorted().toList().equals(identity(order.size()))) {
      throw new GraphException(
          "A permutation of %d axes names each from 0 to %d once, given %s."
              .formatted(order.size(), order.size() - 1, order));
    }
  }

  /** The given order. */
  public static Permutation of(Integer... order) {
    return new Permutation(List.of(order));
  }

  /** First some axes, then others. */
  public static Permutation of(List<Integer> first, List<Integer> then) {
    return new Permutation(Stream.concat(first.stream(), then.stream()).toList());
  }

  private void requireSize(int axes) {
    if (axes != size()) {
      throw new GraphException("%s orders %d axes, not %d.".formatted(order, size(), axes));
    }
  }

  private static List<Integer> identity(int size) {
    return IntStream.range(0, size).boxed().toList();
  }

  /** How many axes. */
  public int size() {
    return order.size();
  }

  /** Whether every axis stays. */
  public boolean isIdentity() {
    return order.equals(identity(size()));
  }

  /** The permutation that undoes this one. */
  public Permutation inverse() {
    List<Integer> inverse = new ArrayList<>(Collections.nCopies(size(), 0));
    for (int k = 0; k < size(); k++) {
      inverse.set(order.get(k), k);
    }
    return new Permutation(inverse);
  }

  /** This permutation followed by {@code next}. */
  public Permutation then(Permutation next) {
    requireSize(next.size());
    return new Permutation(next.order.stream().map(order::get).toList());
  }

  /** The shape with its axes reordered. */
  public Shape apply(Shape shape) {
    requireSize(shape.rank());
    return Shape.of(order.stream().map(shape::dim).toList());
  }
}
