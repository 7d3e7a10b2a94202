package dev.adjoint.tensor;

import dev.adjoint.tensor.Polynomial.Sum;
import dev.adjoint.tensor.Polynomial.Term;
import java.util.List;
import java.util.Optional;

/**
 * {@code floor(p / d)} of polynomials in normal form. Every rewrite holds for all integers of
 * either sign for which no denominator is zero:
 *
 * <pre>
 *   (q*d + r)//d     =  q + r//d            coefficients of r reduced; unique
 *   (g*p + c)//(g*e) =  (p + c//g)//e       g > 0 and e constant
 *   (p//e + x)//d    =  (p + e*x)//(e*d)    d > 0 constant
 *   (m*p)//(m*d)     =  p//d                m a number or a product of atoms
 *   p//d             =  (-p)//(-d)          so that the leading coefficient of d is positive
 * </pre>
 */
final class FloorDivision {
  private FloorDivision() {}

  static Polynomial divide(Polynomial p, Polynomial d) {
    if (d.isZero()) {
      throw new ArithmeticException(
          "A size is divided by zero: %s//0.".formatted(p.toOperandText()));
    }
    if (d.leading().coefficient() < 0) {
      return divide(p.times(-1), d.times(-1));
    }
    return d.isConstant() ? byNumber(p, d.constantTerm()) : byExpression(p, d);
  }

  private static Polynomial byNumber(Polynomial p, long d) {
    Sum quotient = new Sum();
    Sum rest = new Sum();
    for (Term term : p.terms()) {
      quotient.add(Math.floorDiv(term.coefficient(), d), term.monomial());
      rest.add(Math.floorMod(term.coefficient(), d), term.monomial());
    }
    Polynomial r = rest.build();
    return r.isConstant() ? quotient.build() : quotient.add(properFraction(r, d)).build();
  }

  /** {@code r//d} where the coefficients of {@code r} lie in [0, d). */
  private static Polynomial properFraction(Polynomial r, long d) {
    long g = d;
    for (Term term : r.terms()) {
      g = term.monomial().isOne() ? g : Exact.gcd(term.coefficient(), g);
    }
    if (g > 1) {
      Sum scaled = new Sum();
      for (Term term : r.terms()) {
        scaled.add(term.coefficient() / g, term.monomial());
      }
      return byNumber(scaled.build(), d / g);
    }
    Optional<Atom.Quotient> inner = onlyUnitQuotient(r);
    if (inner.isPresent()) {
      Polynomial e = inner.get().denominator();
      Polynomial x = r.minus(Polynomial.of(inner.get()));
      return divide(inner.get().numerator().plus(x.times(e)), e.times(d));
    }
    return Polynomial.of(new Atom.Quotient(r, Polynomial.of(d)));
  }

  /** The quotient that is a term of its own with coefficient 1, if there is exactly one. */
  private static Optional<Atom.Quotient> onlyUnitQuotient(Polynomial p) {
    List<Atom.Quotient> found =
        p.terms().stream()
            .filter(t -> t.coefficient() == 1 && t.monomial().factors().size() == 1)
            .map(t -> t.monomial().factors().getFirst())
            .filter(Atom.Quotient.class::isInstance)
            .map(Atom.Quotient.class::cast)
            .toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private static Polynomial byExpression(Polynomial p, Polynomial d) {
    Sum quotient = new Sum();
    Polynomial r = reduce(p, d, quotient);
    if (r.isZero()) {
      return quotient.build();
    }
    long g = 0;
    Monomial m = d.leading().monomial();
    for (Polynomial side : List.of(r, d)) {
      for (Term term : side.terms()) {
        g = Exact.gcd(term.coefficient(), g);
        m = m.commonFactor(term.monomial());
      }
    }
    Polynomial fraction =
        g == 1 && m.isOne()
            ? Polynomial.of(new Atom.Quotient(r, d))
            : divide(cancel(r, g, m), cancel(d, g, m));
    return quotient.add(fraction).build();
  }

  /** Adds to {@code quotient} what the leading term of {@code d} divides; returns the remainder. */
  private static Polynomial reduce(Polynomial p, Polynomial d, Sum quotient) {
    Sum pending = new Sum().add(p);
    Sum remainder = new Sum();
    Term lead = d.leading();
    while (!pending.isZero()) {
      Term top = pending.removeLeading();
      Optional<Monomial> factor = top.monomial().dividedBy(lead.monomial());
      long times = factor.isPresent() ? Math.floorDiv(top.coefficient(), lead.coefficient()) : 0;
      if (times == 0) {
        remainder.add(top.coefficient(), top.monomial());
      } else {
        quotient.add(times, factor.orElseThrow());
        pending.add(top.coefficient(), top.monomial());
        pending.addProduct(d, Exact.negate(times), factor.orElseThrow());
        long left = Math.floorMod(top.coefficient(), lead.coefficient());
        if (left != 0) {
          pending.add(-left, top.monomial());
          remainder.add(left, top.monomial());
        }
      }
    }
    return remainder.build();
  }

  private static Polynomial cancel(Polynomial p, long g, Monomial m) {
    Sum sum = new Sum();
    for (Term term : p.terms()) {
      sum.add(term.coefficient() / g, term.monomial().dividedBy(m).orElseThrow());
    }
    return sum.build();
  }
}
