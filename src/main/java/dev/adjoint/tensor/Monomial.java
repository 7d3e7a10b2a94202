package dev.adjoint.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A product of atoms, each as often as its power, in ascending order; empty for 1.
 *
 * <p>Ordered by degree, then so that a higher power of an earlier atom is greater. This order
 * survives multiplication, which polynomial division needs in order to end with a unique remainder.
 */
record Monomial(List<Atom> factors) implements Comparable<Monomial> {
  static final Monomial ONE = new Monomial(List.of());

  static Monomial of(Atom atom) {
    return new Monomial(List.of(atom));
  }

  boolean isOne() {
    return factors.isEmpty();
  }

  Monomial times(Monomial other) {
    if (isOne()) {
      return other;
    }
    if (other.isOne()) {
      return this;
    }
    return new Monomial(Stream.concat(factors.stream(), other.factors.stream()).sorted().toList());
  }

  /** The monomial that times {@code divisor} gives this one, if there is one. */
  Optional<Monomial> dividedBy(Monomial divisor) {
    List<Atom> rest = new ArrayList<>();
    int next = 0;
    for (Atom atom : factors) {
      if (next < divisor.factors.size() && atom.equals(divisor.factors.get(next))) {
        next++;
      } else {
        rest.add(atom);
      }
    }
    return next == divisor.factors.size()
        ? Optional.of(new Monomial(List.copyOf(rest)))
        : Optional.empty();
  }

  /** The greatest monomial that divides both. */
  Monomial commonFactor(Monomial other) {
    List<Atom> common = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < factors.size() && j < other.factors.size()) {
      int order = factors.get(i).compareTo(other.factors.get(j));
      if (order == 0) {
        common.add(factors.get(i));
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    return new Monomial(List.copyOf(common));
  }

  @Override
  public int compareTo(Monomial other) {
    int byDegree = Integer.compare(factors.size(), other.factors.size());
    for (int i = 0; byDegree == 0 && i < factors.size(); i++) {
      int order = other.factors.get(i).compareTo(factors.get(i));
      if (order != 0) {
        return order;
      }
    }
    return byDegree;
  }

  /** An upper bound of the length of {@link #toString()}. */
  long length() {
    long sum = 0;
    for (Atom atom : factors) {
      sum += atom.length() + 3;
    }
    return sum;
  }

  int depth() {
    int depth = 0;
    for (Atom atom : factors) {
      depth = Math.max(depth, atom.depth());
    }
    return depth;
  }

  /** The factors joined by {@code *}; a quotient stands in parentheses, so a sign may precede. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Atom atom : factors) {
      text.append(text.isEmpty() ? "" : "*");
      text.append(atom instanceof Atom.Quotient ? "(" + atom + ")" : atom.toString());
    }
    return text.toString();
  }
}
