package dev.adjoint.tensor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A size: a number, or an expression of named sizes such as {@code N}, {@code 49*N} or {@code (H +
 * 1)//2}.
 *
 * <p>Expressions are built with {@code +}, {@code -}, {@code *}, floor division and maximum and are
 * kept in a normal form: a sum of integer coefficients times products of names, quotients and
 * maxima. Two sizes are equal when their normal forms are: {@code (2N + 3)//2} equals {@code N +
 * 1}, {@code N*7*7 / N} equals 49. Every simplification holds for all integer values of the names
 * for which no denominator is zero; not every pair of equal expressions is recognised (for instance
 * {@code N//2 + (N + 1)//2} stays what it is, though it is {@code N}).
 *
 * <p>Names stand for integers that are not negative; an expression may still be negative, as a
 * padding is. Division rounds toward minus infinity, like {@link Math#floorDiv(long, long)}.
 *
 * <p>Operations throw {@link ArithmeticException} when a coefficient does not fit 64 bits, when a
 * denominator is zero, or when an expression grows beyond 1000 terms, 64 nested quotients and
 * maxima or 4096 characters.
 *
 * <p>The {@linkplain #compareTo order} is total and consistent with equals: numbers in their order,
 * expressions by their leading terms. It says nothing about which of two expressions is larger.
 */
public final class Dim implements Comparable<Dim> {
  private static final Dim[] SMALL = small();

  private final Polynomial form;

  private Dim(Polynomial form) {
    this.form = form;
  }

  private static Dim[] small() {
    Dim[] dims = new Dim[17];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = new Dim(Polynomial.of(i));
    }
    return dims;
  }

  private static Dim of(Polynomial form) {
    return form.isConstant() ? of(form.constantTerm()) : new Dim(form);
  }

  /** A number. */
  public static Dim of(long value) {
    return value >= 0 && value < SMALL.length ? SMALL[(int) value] : new Dim(Polynomial.of(value));
  }

  /**
   * A named size.
   *
   * @param name a letter or underscore, then letters, digits and underscores (ASCII); not {@code
   *     max}
   * @throws IllegalArgumentException for any other name
   */
  public static Dim named(String name) {
    if (!DimParser.isName(name) || name.length() > DimParser.MAX_NAME) {
      throw new IllegalArgumentException(
          ("'%s' cannot name a size: a name is a letter or underscore, then letters, digits and"
                  + " underscores, at most %d of them, and not the word max.")
              .formatted(Excerpt.of(name), DimParser.MAX_NAME));
    }
    return new Dim(Polynomial.of(new Atom.Name(name)));
  }

  /**
   * Reads what {@link #toString()} writes, and any other expression of integers, names, {@code +},
   * {@code -}, {@code *}, {@code //} (which bind and round as in Python), {@code max(a, b, ..)} and
   * parentheses.
   *
   * @throws IllegalArgumentException if the text is no such expression, is longer than 4096
   *     characters, nested deeper than 160 parentheses, divides by zero or overflows; the message
   *     says where
   */
  public static Dim parse(String text) {
    return new DimParser(text).parseAll();
  }

  /** The sum. */
  public Dim plus(Dim other) {
    return isConstant() && other.isConstant()
        ? of(Exact.add(value(), other.value()))
        : of(form.plus(other.form));
  }

  /** The sum. */
  public Dim plus(long other) {
    return plus(of(other));
  }

  /** The difference. */
  public Dim minus(Dim other) {
    return isConstant() && other.isConstant()
        ? of(Exact.subtract(value(), other.value()))
        : of(form.minus(other.form));
  }

  /** The difference. */
  public Dim minus(long other) {
    return minus(of(other));
  }

  /** The product. */
  public Dim times(Dim other) {
    return isConstant() && other.isConstant()
        ? of(Exact.multiply(value(), other.value()))
        : of(form.times(other.form));
  }

  /** The product. */
  public Dim times(long other) {
    return times(of(other));
  }

  /** This with the other sign. */
  public Dim negate() {
    return times(-1);
  }

  /**
   * {@code floor(this / divisor)}. A symbolic divisor is taken not to be zero.
   *
   * @throws ArithmeticException if the divisor is the number zero
   */
  public Dim floorDiv(Dim divisor) {
    return isConstant() && divisor.isConstant()
        ? of(Exact.floorDiv(value(), divisor.value()))
        : of(FloorDivision.divide(form, divisor.form));
  }

  /**
   * {@code floor(this / divisor)}.
   *
   * @throws ArithmeticException if the divisor is zero
   */
  public Dim floorDiv(long divisor) {
    return floorDiv(of(divisor));
  }

  /**
   * {@code ceil(this / divisor)}, which is {@code -floor(-this / divisor)}.
   *
   * @throws ArithmeticException if the divisor is zero
   */
  public Dim ceilDiv(long divisor) {
    return negate().floorDiv(divisor).negate();
  }

  /** The larger of both. */
  public Dim max(Dim other) {
    return isConstant() && other.isConstant()
        ? of(Math.max(value(), other.value()))
        : of(Maxima.max(List.of(form, other.form)));
  }

  static Dim max(List<Dim> operands) {
    return of(Maxima.max(operands.stream().map(dim -> dim.form).toList()));
  }

  /** The smaller of both, {@code -max(-this, -other)}. */
  public Dim min(Dim other) {
    return negate().max(other.negate()).negate();
  }

  /** Whether this is a number. */
  public boolean isConstant() {
    return form.isConstant();
  }

  /** Whether this is the number {@code value}. */
  public boolean is(long value) {
    return isConstant() && form.constantTerm() == value;
  }

  /**
   * The number that this is.
   *
   * @throws IllegalStateException if it is symbolic
   */
  public long value() {
    if (!isConstant()) {
      throw new IllegalStateException(
          "The size %s is symbolic and has no value; bind %s first."
              .formatted(this, String.join(", ", names())));
    }
    return form.constantTerm();
  }

  /** The names this depends on, in alphabetical order; empty for a number. */
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>();
    collectNames(form, names);
    return Collections.unmodifiableSortedSet(names);
  }

  private static void collectNames(Polynomial p, Collection<String> names) {
    for (Polynomial.Term term : p.terms()) {
      for (Atom atom : term.monomial().factors()) {
        switch (atom) {
          case Atom.Name(var name) -> names.add(name);
          case Atom.Quotient(var numerator, var denominator) -> {
            collectNames(numerator, names);
            collectNames(denominator, names);
          }
          case Atom.Maximum(var operands) -> operands.forEach(o -> collectNames(o, names));
        }
      }
    }
  }

  /**
   * The value for given sizes; names that do not occur are ignored.
   *
   * @throws IllegalArgumentException if a name that occurs has no size
   * @throws ArithmeticException if a denominator becomes zero or the value does not fit 64 bits
   */
  public long evaluate(Map<String, Long> sizes) {
    return evaluate(form, sizes);
  }

  private long evaluate(Polynomial p, Map<String, Long> sizes) {
    return p.evaluate(atom ->
        switch (atom) {
          case Atom.Name(var name) -> lookUp(name, sizes);
          case Atom.Quotient(var numerator, var denominator) ->
              Exact.floorDiv(evaluate(numerator, sizes), evaluate(denominator, sizes));
          case Atom.Maximum(var operands) ->
              operands.stream().mapToLong(o -> evaluate(o, sizes)).max().orElseThrow();
        });
  }

  private long lookUp(String name, Map<String, Long> sizes) {
    Long size = sizes.get(name);
    if (size == null) {
      throw new IllegalArgumentException(
          "The size %s needs a value for '%s'; given are %s."
              .formatted(this, name, new TreeSet<>(sizes.keySet())));
    }
    return size;
  }

  /**
   * This with names replaced by sizes; names that the map lacks stay.
   *
   * @throws ArithmeticException if a denominator becomes zero or the result grows too large
   */
  public Dim substitute(Map<String, Dim> sizes) {
    return isConstant() ? this : substitute(form, sizes);
  }

  private static Dim substitute(Polynomial p, Map<String, Dim> sizes) {
    Dim sum = of(0);
    for (Polynomial.Term term : p.terms()) {
      Dim product = of(term.coefficient());
      for (Atom atom : term.monomial().factors()) {
        product = product.times(substitute(atom, sizes));
      }
      sum = sum.plus(product);
    }
    return sum;
  }

  private static Dim substitute(Atom atom, Map<String, Dim> sizes) {
    Function<Polynomial, Dim> inner = p -> substitute(p, sizes);
    return switch (atom) {
      case Atom.Name(var name) -> {
        Dim size = sizes.get(name);
        yield size == null ? of(Polynomial.of(atom)) : size;
      }
      case Atom.Quotient(var numerator, var denominator) ->
          inner.apply(numerator).floorDiv(inner.apply(denominator));
      case Atom.Maximum(var operands) -> {
        List<Polynomial> forms = new ArrayList<>();
        operands.forEach(o -> forms.add(inner.apply(o).form));
        yield of(Maxima.max(forms));
      }
    };
  }

  @Override
  public int compareTo(Dim other) {
    return form.compareTo(other.form);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dim dim && form.equals(dim.form);
  }

  @Override
  public int hashCode() {
    return form.hashCode();
  }

  /**
   * The normal form as text, such as {@code 49*N} or {@code (H + 1)//2}; {@link #parse} reads it.
   */
  @Override
  public String toString() {
    return form.toString();
  }
}
