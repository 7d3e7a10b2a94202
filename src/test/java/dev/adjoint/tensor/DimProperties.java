package dev.adjoint.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

class DimProperties {

  /** An expression that remembers how it was written. */
  sealed interface Expr {
    record Literal(long value) implements Expr {}

    record Name(String name) implements Expr {}

    record Binary(String operator, Expr left, Expr right) implements Expr {}

    default long naive(Map<String, Long> sizes) {
      return switch (this) {
        case Literal(var value) -> value;
        case Name(var name) -> sizes.get(name);
        case Binary(var operator, var left, var right) -> {
          long a = left.naive(sizes);
          long b = right.naive(sizes);
          yield switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "//" -> Math.floorDiv(a, b);
            case "max" -> Math.max(a, b);
            case "min" -> Math.min(a, b);
            default -> throw new AssertionError(operator);
          };
        }
      };
    }

    default Dim build() {
      return switch (this) {
        case Literal(var value) -> Dim.of(value);
        case Name(var name) -> Dim.named(name);
        case Binary(var operator, var left, var right) -> {
          Dim a = left.build();
          Dim b = right.build();
          yield switch (operator) {
            case "+" -> a.plus(b);
            case "-" -> a.minus(b);
            case "*" -> a.times(b);
            case "//" -> a.floorDiv(b);
            case "max" -> a.max(b);
            case "min" -> a.min(b);
            default -> throw new AssertionError(operator);
          };
        }
      };
    }
  }

  @Property(tries = 5000)
  void normalFormKeepsTheValue(
      @ForAll("expressions") Expr expr, @ForAll("sizes") Map<String, Long> sizes) {
    Dim dim = buildOrDiscard(expr);
    long expected = naiveOrDiscard(expr, sizes);
    assertEquals(expected, dim.evaluate(sizes), dim::toString);
  }

  @Property(tries = 2000)
  void textReadsBackAsTheSameSize(@ForAll("expressions") Expr expr) {
    Dim dim = buildOrDiscard(expr);
    assertEquals(dim, Dim.parse(dim.toString()), dim::toString);
  }

  @Property(tries = 2000)
  void substitutingNumbersEvaluates(
      @ForAll("expressions") Expr expr, @ForAll("sizes") Map<String, Long> sizes) {
    Dim dim = buildOrDiscard(expr);
    long expected = naiveOrDiscard(expr, sizes);
    Map<String, Dim> numbers =
        Map.of(
            "A", Dim.of(sizes.get("A")), "B", Dim.of(sizes.get("B")), "C", Dim.of(sizes.get("C")));
    assertEquals(Dim.of(expected), dim.substitute(numbers));
  }

  @Property(tries = 1000)
  void substitutingNothingChangesNothing(@ForAll("expressions") Expr expr) {
    Dim dim = buildOrDiscard(expr);
    assertEquals(dim, dim.substitute(Map.of()));
  }

  @Property
  void ringLaws(@ForAll("dims") Dim a, @ForAll("dims") Dim b, @ForAll("dims") Dim c) {
    assertEquals(a.plus(b), b.plus(a));
    assertEquals(a.times(b), b.times(a));
    assertEquals(a.plus(b).plus(c), a.plus(b.plus(c)));
    assertEquals(a.times(b).times(c), a.times(b.times(c)));
    assertEquals(a.times(b.plus(c)), a.times(b).plus(a.times(c)));
    assertEquals(a.minus(b), a.plus(b.negate()));
    assertEquals(Dim.of(0), a.minus(a));
  }

  @Property
  void wholeMultiplesLeaveTheQuotient(
      @ForAll("polynomials") Dim p, @ForAll("polynomials") Dim q, @ForAll("polynomials") Dim d) {
    Assume.that(!d.is(0));
    assertEquals(q.plus(p.floorDiv(d)), p.plus(q.times(d)).floorDiv(d));
    assertEquals(q, q.times(d).floorDiv(d));
    assertEquals(p.floorDiv(d), p.negate().floorDiv(d.negate()));
  }

  @Property
  void commonFactorsCancel(
      @ForAll("polynomials") Dim p,
      @ForAll("polynomials") Dim d,
      @ForAll @IntRange(min = 1, max = 9) int k) {
    Assume.that(!d.is(0));
    assertEquals(p.floorDiv(d), p.times(k).floorDiv(d.times(k)));
    assertEquals(p.floorDiv(d), p.times(Dim.named("A")).floorDiv(d.times(Dim.named("A"))));
  }

  @Property
  void quotientsOfQuotientsMerge(
      @ForAll("polynomials") Dim p,
      @ForAll @IntRange(min = 1, max = 12) int a,
      @ForAll @IntRange(min = 1, max = 12) int b) {
    assertEquals(p.floorDiv((long) a * b), p.floorDiv(a).floorDiv(b));
  }

  @Property
  void maximumLaws(
      @ForAll("polynomials") Dim a,
      @ForAll("polynomials") Dim b,
      @ForAll("polynomials") Dim c,
      @ForAll @IntRange(min = 0, max = 9) int k) {
    assertEquals(a.max(b), b.max(a));
    assertEquals(a, a.max(a));
    assertEquals(a.max(b).max(c), a.max(b.max(c)));
    assertEquals(a.max(b).plus(c), a.plus(c).max(b.plus(c)));
    assertEquals(a.max(b).times(k), a.times(k).max(b.times(k)));
    assertEquals(a.plus(b), a.max(b).plus(a.min(b)));
    assertEquals(a.plus(k), a.max(a.plus(k)));
  }

  @Property
  void orderIsTotalAndAgreesWithEquals(
      @ForAll("dims") Dim a, @ForAll("dims") Dim b, @ForAll("dims") Dim c) {
    assertEquals(a.equals(b), a.compareTo(b) == 0);
    assertEquals(Integer.signum(a.compareTo(b)), -Integer.signum(b.compareTo(a)));
    if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
      assertEquals(true, a.compareTo(c) <= 0);
    }
    assertEquals(Integer.signum(a.compareTo(b)), Integer.signum(a.plus(c).compareTo(b.plus(c))));
  }

  @Property
  void differentPolynomialsAreDifferent(@ForAll("polynomials") Dim a) {
    assertNotEquals(a, a.plus(1));
    assertNotEquals(a, a.plus(Dim.named("A")));
  }

  @Property
  void anyTextParsesOrIsRefused(@ForAll("texts") String text) {
    try {
      Dim dim = Dim.parse(text);
      assertEquals(dim, Dim.parse(dim.toString()));
    } catch (IllegalArgumentException e) {
      assertNotEquals(null, e.getMessage());
    }
  }

  @Provide
  Arbitrary<Expr> expressions() {
    return expressions(Arbitraries.of("+", "-", "*", "//", "//", "max", "min"));
  }

  @Provide
  Arbitrary<Dim> dims() {
    return expressions(Arbitraries.of("+", "-", "*", "//", "max"), 2)
        .filter(expr -> tryBuild(expr) != null)
        .map(DimProperties::tryBuild);
  }

  @Provide
  Arbitrary<Dim> polynomials() {
    return expressions(Arbitraries.of("+", "-", "*"), 3).map(Expr::build);
  }

  @Provide
  Arbitrary<Map<String, Long>> sizes() {
    Arbitrary<Long> size = Arbitraries.longs().between(-9, 30);
    return Combinators.combine(size, size, size).as((a, b, c) -> Map.of("A", a, "B", b, "C", c));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of("A", "B", "1", "2", "(", ")", "+", "-", "*", "//", "max(", ",", " ", "/")
        .list()
        .ofMaxSize(15)
        .map(parts -> String.join("", parts));
  }

  private static Arbitrary<Expr> expressions(Arbitrary<String> operators) {
    return expressions(operators, 4);
  }

  private static Arbitrary<Expr> expressions(Arbitrary<String> operators, int depth) {
    Arbitrary<Expr> leaf =
        Arbitraries.oneOf(
            Arbitraries.of("A", "B", "C").map(Expr.Name::new),
            Arbitraries.longs().between(-7, 12).map(Expr.Literal::new));
    Arbitrary<Expr> expr = leaf;
    for (int i = 0; i < depth; i++) {
      Arbitrary<Expr> inner = expr;
      expr =
          Arbitraries.frequencyOf(
              Tuple.of(1, leaf),
              Tuple.of(4, Combinators.combine(operators, inner, inner).as(Expr.Binary::new)));
    }
    return expr;
  }

  private static Dim tryBuild(Expr expr) {
    try {
      return expr.build();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  private static Dim buildOrDiscard(Expr expr) {
    Dim dim = tryBuild(expr);
    Assume.that(dim != null);
    return dim;
  }

  private static long naiveOrDiscard(Expr expr, Map<String, Long> sizes) {
    try {
      return expr.naive(sizes);
    } catch (ArithmeticException e) {
      Assume.that(false);
      return 0;
    }
  }
}
