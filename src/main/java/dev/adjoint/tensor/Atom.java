package dev.adjoint.tensor;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a size expression multiplies and adds: a name, or a quotient or maximum that could not be
 * resolved. Ordered by kind, then by content; that order makes the normal form unique.
 */
sealed interface Atom extends Comparable<Atom> {

  /** A named size. */
  record Name(String name) implements Atom {
    @Override
    public String toString() {
      return name;
    }
  }

  /** {@code floor(numerator / denominator)}, reduced as far as {@link FloorDivision} knows. */
  record Quotient(Polynomial numerator, Polynomial denominator) implements Atom {
    @Override
    public String toString() {
      return numerator.toOperandText() + "//" + denominator.toOperandText();
    }
  }

  /** The largest of two or more operands, in descending order, as {@link Maxima} leaves them. */
  record Maximum(List<Polynomial> operands) implements Atom {
    @Override
    public String toString() {
      return operands.stream()
          .map(Polynomial::toString)
          .collect(Collectors.joining(", ", "max(", ")"));
    }
  }

  /** Levels of quotients and maxima, 0 for a name. */
  default int depth() {
    return switch (this) {
      case Name n -> 0;
      case Quotient q -> 1 + Math.max(q.numerator.depth(), q.denominator.depth());
      case Maximum m -> 1 + m.operands.stream().mapToInt(Polynomial::depth).max().orElse(0);
    };
  }

  /** An upper bound of the length of the text. */
  default long length() {
    return switch (this) {
      case Name n -> n.name.length();
      case Quotient q -> q.numerator.length() + q.denominator.length() + 6;
      case Maximum m -> m.operands.stream().mapToLong(p -> p.length() + 2).sum() + 5;
    };
  }

  private int kind() {
    return switch (this) {
      case Name n -> 0;
      case Quotient q -> 1;
      case Maximum m -> 2;
    };
  }

  @Override
  default int compareTo(Atom other) {
    if (this instanceof Name(var a) && other instanceof Name(var b)) {
      return a.compareTo(b);
    }
    if (this instanceof Quotient(var a, var c) && other instanceof Quotient(var b, var d)) {
      int byNumerator = a.compareTo(b);
      return byNumerator != 0 ? byNumerator : c.compareTo(d);
    }
    if (this instanceof Maximum(var a) && other instanceof Maximum(var b)) {
      for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
        int byOperand = a.get(i).compareTo(b.get(i));
        if (byOperand != 0) {
          return byOperand;
        }
      }
      return Integer.compare(a.size(), b.size());
    }
    return Integer.compare(kind(), other.kind());
  }
}
