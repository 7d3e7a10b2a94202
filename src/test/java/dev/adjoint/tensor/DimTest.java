package dev.adjoint.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DimTest {
  private static final Dim N = Dim.named("N");
  private static final Dim M = Dim.named("M");
  private static final Dim H = Dim.named("H");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | 7",
        "-3 | -3",
        "N*7*7 | 49*N",
        "N + M - N | M",
        "M + N + 1 | N + M + 1",
        "(N + 1)*(N - 1) | N*N - 1",
        "N - N | 0",
        "-N - M | -(M + N)",
        "2*N//4 | N//2",
        "(2*N + 3)//2 | N + 1",
        "(2*N + 1)//4 | N//2",
        "(N - 1)//2 + 1 | (N + 1)//2",
        "N//2//3 | N//6",
        "(N//2 + M)//3 | (N + 2*M)//6",
        "N//M//3 | N//(3*M)",
        "N//1 | N",
        "N//-1 | -N",
        "N//-2 | -N//2",
        "N*7*7//N | 49",
        "(N*M + N)//N | M + 1",
        "(N*M + K)//N | M + K//N",
        "(2*N)//(4*M) | N//(2*M)",
        "(N*K)//(M*K) | N//M",
        "(N*N - 1)//(N + 1) | N - 1",
        "N//(-M) | (-N)//M",
        "max(2, 3) | 3",
        "max(N, N) | N",
        "max(N, N + 1) | N + 1",
        "max(N, M) | max(M, N)",
        "max(N + 1, M + 1) | max(N, M) + 1",
        "max(2*N, 2*M) | 2*max(N, M)",
        "max(max(N, M), K) | max(N, max(M, K))",
        "max(N - 3, 0) + 3 | max(N, 3)",
        "-max(-N, -M) + max(N, M) | N + M"
      })
  void equalExpressionsAreEqual(String left, String right) {
    assertEquals(Dim.parse(left), Dim.parse(right));
    assertEquals(Dim.parse(left).hashCode(), Dim.parse(right).hashCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "N//2*2 | N",
        "(N + 1)//2 | N//2",
        "N//3//M | N//(3*M)",
        "max(N, 0) | N",
        "max(N*M, 0) | max(N, 0)*max(M, 0)",
        "-(N//2) | -N//2",
        "(N + M)//2 | N//2 + M//2",
        "(2*N + 1)//(2*M) | N//M"
      })
  void nearMissesStayDifferent(String left, String right) {
    assertFalse(Dim.parse(left).equals(Dim.parse(right)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "N*7*7 | 49*N",
        "M + N + 1 | M + N + 1",
        "(N + 1)//2 | (N + 1)//2",
        "N - 3 | N - 3",
        "-N | -N",
        "-(N//2) | -(N//2)",
        "3*(N//2) | 3*(N//2)",
        "N - N//2 | N - N//2",
        "2*N//3 | (2*N)//3",
        "N//(M*2) | N//(2*M)",
        "(-1)//N | (-1)//N",
        "max(N - 3, 0) | max(N - 3, 0)",
        "max(0, N - 3)//2 | max(N - 3, 0)//2",
        "N*M*N | M*N*N",
        "-9223372036854775808*N + 1 | -9223372036854775808*N + 1",
        "N*N - 9223372036854775807*N - 1 | N*N - 9223372036854775807*N - 1"
      })
  void printsCompactly(String text, String printed) {
    assertEquals(printed, Dim.parse(text).toString());
    assertEquals(Dim.parse(text), Dim.parse(printed));
  }

  /** A maximum inside an operand of a maximum must be resolved in one go, or the text would not. */
  @Test
  void nestedMaximaAreResolvedAtOnce() {
    Dim dim = Dim.parse("B - max(A, B, C) + max(A, B, C + max(A, C) + max(A, B), C)");
    assertEquals(dim, Dim.parse(dim.toString()));
    assertEquals(dim, dim.substitute(Map.of()));
  }

  @Test
  void theSmallestCoefficientPrintsAndParses() {
    Dim dim = N.times(N).plus(N.times(Long.MIN_VALUE)).plus(Long.MIN_VALUE);
    assertEquals(dim, Dim.parse(dim.toString()), dim.toString());
  }

  @Test
  void sizesOfLayersComeOutAsExpected() {
    Dim flattened = N.times(7).times(7);
    Dim concatenated = flattened.plus(N);
    Dim strided = H.minus(3).floorDiv(2).plus(1);
    assertEquals("49*N", flattened.toString());
    assertEquals("50*N", concatenated.toString());
    assertEquals("(H + 1)//2 - 1", strided.toString());
    assertEquals(Dim.of(50), concatenated.floorDiv(N));
    assertEquals(H.plus(1).floorDiv(2), H.plus(1).floorDiv(2).plus(H).minus(H));
    assertEquals(14, H.ceilDiv(2).evaluate(Map.of("H", 27L)));
    assertEquals(3, N.min(M).evaluate(Map.of("N", 3L, "M", 8L)));
  }

  @Test
  void constantsAreNumbers() {
    assertTrue(N.minus(N).isConstant());
    assertEquals(0, N.minus(N).value());
    assertTrue(Dim.of(3).is(3));
    assertFalse(N.is(3));
    assertEquals(-4, Dim.of(-7).floorDiv(2).value());
    assertEquals(-3, Dim.of(-7).ceilDiv(2).value());
    assertEquals(-7, Dim.of(-7).min(Dim.of(2)).value());
    assertEquals(7, Dim.of(-7).negate().value());
    assertTrue(Dim.of(-5).compareTo(Dim.of(0)) < 0 && Dim.of(0).compareTo(Dim.of(9)) < 0);
  }

  @Test
  void namesAndSubstitution() {
    Dim dim = Dim.parse("max(N//M, H) + 1");
    assertEquals(Set.of("H", "M", "N"), dim.names());
    assertEquals(Set.of(), Dim.of(3).names());
    assertEquals(
        Dim.parse("max(2*H, H) + 1"),
        dim.substitute(Map.of("N", Dim.parse("4*H"), "M", Dim.of(2), "X", Dim.of(1))));
    assertEquals(6, dim.evaluate(Map.of("N", 17L, "M", 3L, "H", 2L)));
  }

  @Test
  void symbolicHasNoValue() {
    var e = assertThrows(IllegalStateException.class, N.plus(1)::value);
    assertEquals("The size N + 1 is symbolic and has no value; bind N first.", e.getMessage());
  }

  @Test
  void unboundNameIsNamed() {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> N.plus(M).evaluate(Map.of("N", 1L, "K", 2L)));
    assertEquals("The size M + N needs a value for 'M'; given are [K, N].", e.getMessage());
  }

  @Test
  void divisionByZeroIsSaidInWords() {
    assertEquals(
        "A size is divided by zero: (N + 1)//0.",
        assertThrows(ArithmeticException.class, () -> N.plus(1).floorDiv(0)).getMessage());
    assertEquals(
        "A size is divided by zero: 6//0.",
        assertThrows(
                ArithmeticException.class, () -> N.floorDiv(M).evaluate(Map.of("N", 6L, "M", 0L)))
            .getMessage());
  }

  @Test
  void overflowIsSaidInWords() {
    Dim big = Dim.of(Long.MAX_VALUE);
    for (Runnable operation :
        new Runnable[] {
          () -> big.plus(1),
          () -> big.times(2),
          () -> big.times(N).plus(N),
          () -> Dim.of(Long.MIN_VALUE).negate(),
          () -> Dim.of(Long.MIN_VALUE).floorDiv(-1),
          () -> N.times(big).evaluate(Map.of("N", 2L))
        }) {
      var e = assertThrows(ArithmeticException.class, operation::run);
      assertTrue(e.getMessage().startsWith("A size does not fit 64 bits: "), e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "N +",
        "+ N",
        "N M",
        "2N",
        "(N",
        "N)",
        "N/2",
        "N//0",
        "N//(M - M)",
        "max",
        "max(N)",
        "max(N, )",
        "max(N M)",
        "N.x",
        "\u0000",
        "N\u00e9",
        "9223372036854775808",
        "()",
        ",",
        "3 3",
        "9223372036854775807 + 1"
      })
  void garbageIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Dim.parse(text));
  }

  @Test
  void parserSaysWhere() {
    var e = assertThrows(IllegalArgumentException.class, () -> Dim.parse("N + * 2"));
    assertEquals(
        "'N + * 2' is no size: at character 4 expected a number, a name, max(..) or a parenthesis,"
            + " found '* 2'.",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "max", "2N", "N-1", "a b", "\u00e9"})
  void badNamesAreRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> Dim.named(name));
  }

  @Test
  void hostileTextEndsSoonAndInWords() {
    String sum = "(a+b+c+d+e+f+g+h)";
    String nestedQuotients = "max(N,M//".repeat(200) + "1" + ")".repeat(200);
    for (String text :
        new String[] {
          "(".repeat(4000),
          "(".repeat(100_000) + "N" + ")".repeat(100_000),
          "-".repeat(4001),
          sum + ("*" + sum).repeat(100),
          "N//(".repeat(150) + "M" + ")".repeat(150),
          nestedQuotients,
          "N*".repeat(2000) + "N",
          "(" + "N*".repeat(900) + "N)//(N+1)",
          "max(" + "N*N,".repeat(20) + sum + "*" + sum + ")".repeat(3)
        }) {
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () -> assertThrows(IllegalArgumentException.class, () -> Dim.parse(text)));
    }
  }

  @Test
  void hostileArithmeticEndsInWords() {
    Dim dim = N;
    ArithmeticException end = null;
    for (int i = 0; i < 200 && end == null; i++) {
      try {
        dim = dim.plus(M).floorDiv(dim.times(dim)).max(dim);
      } catch (ArithmeticException e) {
        end = e;
      }
    }
    assertEquals(
        "The size expression grows beyond 1000 terms, 64 levels or 4096 characters; bind some of"
            + " its names.",
        end == null ? "" : end.getMessage());
  }
}
