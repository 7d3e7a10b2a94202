package dev.adjoint.tensor;

import dev.adjoint.tensor.Polynomial.Sum;
import dev.adjoint.tensor.Polynomial.Term;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The maximum of polynomials in normal form. Every rewrite holds for all integers:
 *
 * <pre>
 *   max(p + c, p + d)     =  p + max(c, d)      c, d numbers
 *   max(x + p, x + q)     =  x + max(p, q)      x takes the least coefficient of every monomial
 *   max(k*p, k*q)         =  k * max(p, q)      k > 0
 *   max(max(p, q), r)     =  max(p, q, r)
 * </pre>
 */
final class Maxima {
  private Maxima() {}

  /**
   * The maximum of one or more operands.
   *
   * <p>The loop ends: the first round leaves no negative coefficient, so later rounds only take
   * away, and each resolves a maximum into operands of less depth. Another call leaves its result
   * as it is, so that the text form reads back.
   */
  static Polynomial max(List<Polynomial> operands) {
    Polynomial outer = Polynomial.ZERO;
    List<Polynomial> rest = largestConstants(operands);
    boolean flattened = true;
    while (flattened) {
      Polynomial shared = common(rest);
      outer = outer.plus(shared);
      List<Polynomial> flat = new ArrayList<>();
      for (Polynomial p : rest) {
        flat.addAll(flatten(p.minus(shared)));
        if (flat.size() > Polynomial.MAX_TERMS) {
          throw Polynomial.tooLarge();
        }
      }
      flattened = flat.size() > rest.size();
      rest = largestConstants(flat);
    }
    if (rest.size() == 1) {
      return outer.plus(rest.getFirst());
    }
    long g = 0;
    for (Polynomial p : rest) {
      for (Term term : p.terms()) {
        g = Exact.gcd(term.coefficient(), g);
      }
    }
    long scale = g;
    List<Polynomial> reduced =
        rest.stream().map(p -> shrink(p, scale)).sorted(Collections.reverseOrder()).toList();
    return outer.plus(Polynomial.of(new Atom.Maximum(reduced)).times(scale));
  }

  /**
   * What all operands share: the least coefficient of each monomial, the least operand's number.
   */
  private static Polynomial common(List<Polynomial> operands) {
    Map<Monomial, Long> least = new TreeMap<>();
    Map<Monomial, Integer> seen = new HashMap<>();
    for (Polynomial p : operands) {
      for (Term term : p.terms()) {
        if (!term.monomial().isOne()) {
          least.merge(term.monomial(), term.coefficient(), Math::min);
          seen.merge(term.monomial(), 1, Integer::sum);
        }
      }
    }
    Sum sum = new Sum();
    least.forEach((monomial, coefficient) -> {
      boolean everywhere = seen.getOrDefault(monomial, 0) == operands.size();
      sum.add(everywhere ? coefficient : Math.min(coefficient, 0), monomial);
    });
    sum.add(Collections.min(operands).constantTerm(), Monomial.ONE);
    return sum.build();
  }

  /** The operands of {@code p = x + k*max(..)}, x added and k multiplied in; else p itself. */
  private static List<Polynomial> flatten(Polynomial p) {
    List<Term> maxima =
        p.terms().stream()
            .filter(t -> t.monomial().factors().size() == 1)
            .filter(t -> t.monomial().factors().getFirst() instanceof Atom.Maximum)
            .toList();
    if (maxima.size() != 1 || maxima.getFirst().coefficient() < 0) {
      return List.of(p);
    }
    Term term = maxima.getFirst();
    if (!(term.monomial().factors().getFirst() instanceof Atom.Maximum(var operands))) {
      return List.of(p);
    }
    Polynomial x = new Sum().add(p).add(-term.coefficient(), term.monomial()).build();
    return operands.stream().map(q -> x.plus(q.times(term.coefficient()))).toList();
  }

  /** Of operands that differ by a number only the largest. */
  private static List<Polynomial> largestConstants(List<Polynomial> operands) {
    Map<Polynomial, Polynomial> largest = new TreeMap<>();
    for (Polynomial p : operands) {
      Polynomial symbolic =
          new Sum().add(p).add(Exact.negate(p.constantTerm()), Monomial.ONE).build();
      largest.merge(symbolic, p, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }
    return List.copyOf(largest.values());
  }

  private static Polynomial shrink(Polynomial p, long g) {
    Sum sum = new Sum();
    for (Term term : p.terms()) {
      sum.add(term.coefficient() / g, term.monomial());
    }
    return sum.build();
  }
}
