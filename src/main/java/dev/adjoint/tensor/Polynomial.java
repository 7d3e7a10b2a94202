package dev.adjoint.tensor;

import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * The normal form of a size: a sum of integer coefficients times monomials, greatest monomial
 * first, no coefficient zero, no monomial twice. Two polynomials are equal exactly when their terms
 * are.
 *
 * <p>Ordered by the sign of the leading coefficient of the difference, so that adding the same to
 * both sides never changes which one is greater; constants compare as numbers.
 *
 * <p>Bounded in terms, depth and length of text, so that arithmetic on hostile expressions ends
 * with an {@link ArithmeticException} before it costs time or stack.
 */
final class Polynomial implements Comparable<Polynomial> {
  static final int MAX_TERMS = 1000;
  static final int MAX_DEPTH = 64;
  static final int MAX_LENGTH = 4096;
  static final Polynomial ZERO = new Polynomial(List.of());

  record Term(long coefficient, Monomial monomial) {}

  private final List<Term> terms;
  private final int depth;
  private final long length;
  private final int hash;

  private Polynomial(List<Term> terms) {
    this.terms = terms;
    int deepest = 0;
    long chars = 1;
    for (Term term : terms) {
      deepest = Math.max(deepest, term.monomial.depth());
      chars += 4 + digits(term.coefficient) + term.monomial.length();
    }
    if (deepest > MAX_DEPTH || chars > MAX_LENGTH) {
      throw tooLarge();
    }
    depth = deepest;
    length = chars;
    hash = isConstant() ? Long.hashCode(constantTerm()) : terms.hashCode();
  }

  /** The length of the number as text. */
  private static int digits(long number) {
    int digits = number < 0 ? 2 : 1;
    for (long rest = number / 10; rest != 0; rest /= 10) {
      digits++;
    }
    return digits;
  }

  static Polynomial of(long constant) {
    return constant == 0 ? ZERO : new Polynomial(List.of(new Term(constant, Monomial.ONE)));
  }

  static Polynomial of(Atom atom) {
    return new Polynomial(List.of(new Term(1, Monomial.of(atom))));
  }

  /** Collects terms in any order and adds those of the same monomial. */
  static final class Sum {
    private final NavigableMap<Monomial, Long> coefficients =
        new TreeMap<>(Collections.reverseOrder());

    Sum add(long coefficient, Monomial monomial) {
      long before = coefficients.getOrDefault(monomial, 0L);
      long after = Exact.add(before, coefficient);
      if (after == 0) {
        coefficients.remove(monomial);
      } else {
        coefficients.put(monomial, after);
        if (coefficients.size() > MAX_TERMS) {
          throw tooLarge();
        }
      }
      return this;
    }

    Sum add(Polynomial p) {
      return addProduct(p, 1, Monomial.ONE);
    }

    Sum addProduct(Polynomial p, long coefficient, Monomial monomial) {
      for (Term term : p.terms) {
        add(Exact.multiply(term.coefficient, coefficient), term.monomial.times(monomial));
      }
      return this;
    }

    boolean isZero() {
      return coefficients.isEmpty();
    }

    /** Takes the term of the greatest monomial out of the sum, which must not be zero. */
    Term removeLeading() {
      var leading = coefficients.firstEntry();
      coefficients.remove(leading.getKey());
      return new Term(leading.getValue(), leading.getKey());
    }

    Polynomial build() {
      return new Polynomial(
          coefficients.entrySet().stream().map(e -> new Term(e.getValue(), e.getKey())).toList());
    }
  }

  List<Term> terms() {
    return terms;
  }

  boolean isZero() {
    return terms.isEmpty();
  }

  boolean isConstant() {
    return terms.isEmpty() || terms.getFirst().monomial.isOne();
  }

  /** The term without a monomial, 0 if there is none. */
  long constantTerm() {
    return isZero() || !terms.getLast().monomial.isOne() ? 0 : terms.getLast().coefficient;
  }

  Term leading() {
    return terms.getFirst();
  }

  Polynomial plus(Polynomial other) {
    return new Sum().add(this).add(other).build();
  }

  Polynomial minus(Polynomial other) {
    return new Sum().add(this).addProduct(other, -1, Monomial.ONE).build();
  }

  Polynomial times(long factor) {
    return new Sum().addProduct(this, factor, Monomial.ONE).build();
  }

  Polynomial times(Polynomial other) {
    Sum sum = new Sum();
    for (Term term : other.terms) {
      sum.addProduct(this, term.coefficient, term.monomial);
    }
    return sum.build();
  }

  /** The value, given those of the atoms. */
  long evaluate(ToLongFunction<Atom> atoms) {
    long sum = 0;
    for (Term term : terms) {
      long product = term.coefficient;
      for (Atom atom : term.monomial.factors()) {
        product = Exact.multiply(product, atoms.applyAsLong(atom));
      }
      sum = Exact.add(sum, product);
    }
    return sum;
  }

  int depth() {
    return depth;
  }

  /** An upper bound of the length of {@link #toString()}. */
  long length() {
    return length;
  }

  @Override
  public int compareTo(Polynomial other) {
    for (int i = 0; ; i++) {
      boolean mine = i < terms.size();
      boolean theirs = i < other.terms.size();
      if (!mine && !theirs) {
        return 0;
      }
      int order =
          mine && theirs
              ? terms.get(i).monomial.compareTo(other.terms.get(i).monomial)
              : Boolean.compare(mine, theirs);
      if (order != 0) {
        return order > 0
            ? Long.signum(terms.get(i).coefficient)
            : -Long.signum(other.terms.get(i).coefficient);
      }
      int byCoefficient = Long.compare(terms.get(i).coefficient, other.terms.get(i).coefficient);
      if (byCoefficient != 0) {
        return byCoefficient;
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Polynomial p) || hash != p.hash || isConstant() != p.isConstant()) {
      return false;
    }
    return isConstant() ? constantTerm() == p.constantTerm() : terms.equals(p.terms);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** The text as an operand of {@code //}: in parentheses unless it is one word or one call. */
  String toOperandText() {
    String text = toString();
    boolean plain =
        isConstant()
            ? constantTerm() >= 0
            : terms.size() == 1
                && terms.getFirst().coefficient == 1
                && terms.getFirst().monomial.factors().size() == 1
                && !(terms.getFirst().monomial.factors().getFirst() instanceof Atom.Quotient);
    return plain ? text : "(" + text + ")";
  }

  @Override
  public String toString() {
    if (isZero()) {
      return "0";
    }
    StringBuilder text = new StringBuilder();
    for (Term term : terms) {
      boolean minus = term.coefficient < 0 && term.coefficient != Long.MIN_VALUE;
      if (!text.isEmpty()) {
        text.append(minus ? " - " : " + ");
      } else if (minus) {
        text.append('-');
      }
      appendUnsigned(text, minus ? -term.coefficient : term.coefficient, term.monomial, minus);
    }
    return text.toString();
  }

  private static void appendUnsigned(
      StringBuilder text, long coefficient, Monomial monomial, boolean minus) {
    if (monomial.isOne()) {
      text.append(coefficient);
    } else if (coefficient != 1) {
      text.append(coefficient).append('*').append(monomial);
    } else if (monomial.factors().size() == 1 && !(minus && text.length() == 1)) {
      text.append(monomial.factors().getFirst());
    } else {
      text.append(monomial);
    }
  }

  static ArithmeticException tooLarge() {
    return new ArithmeticException(
        ("The size expression grows beyond %d terms, %d levels or %d characters; bind some of"
                + " its names.")
            .formatted(MAX_TERMS, MAX_DEPTH, MAX_LENGTH));
  }
}
