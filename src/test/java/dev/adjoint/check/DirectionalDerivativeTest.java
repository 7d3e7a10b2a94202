package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.DirectionalDerivative.Estimate;
import dev.adjoint.check.DirectionalDerivative.Kind;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class DirectionalDerivativeTest {
  private static Estimate at(double x, DoubleUnaryOperator function) {
    return DirectionalDerivative.estimate(Line.of(t -> function.applyAsDouble(x + t)), 0x1p-40);
  }

  private static void assertBounded(double expected, Estimate estimate) {
    assertEquals(Kind.SMOOTH, estimate.kind());
    assertTrue(Math.abs(estimate.value() - expected) <= estimate.error(), estimate::toString);
    assertTrue(estimate.error() <= 1e-6 * Math.abs(expected), estimate::toString);
  }

  @Test
  void theErrorOfASmoothFunctionIsBoundedAndSmall() {
    for (double x = -3; x < 3; x += 0.137) {
      assertBounded(Math.exp(x), at(x, Math::exp));
      assertBounded(3 * x * x + 1, at(x, t -> t * t * t + t));
      assertBounded(1000 * Math.cos(1000 * x), at(x, t -> Math.sin(1000 * t)));
    }
  }

  @Test
  void aSmoothFunctionHasOrderTwo() {
    assertEquals(2, at(0.3, t -> Math.exp(t) * 1e3).order(), 0.3);
  }

  @Test
  void aLinearFunctionTakesFewSteps() {
    int[] calls = {0};
    at(
        1,
        t -> {
          calls[0]++;
          return 3 * t;
        });
    assertTrue(calls[0] <= 32, () -> calls[0] + " evaluations");
  }

  @Test
  void kinksJumpsAndHolesAreSeen() {
    assertEquals(Kind.KINK, at(0, Math::abs).kind());
    Estimate jump = at(2, Math::floor);
    assertTrue(jump.kind() == Kind.KINK || jump.error() >= jump.value(), jump::toString);
    assertEquals(Kind.UNDEFINED, at(-1, Math::log).kind());
    assertEquals(Kind.FLAT, at(0.5, Math::floor).kind());
    assertBounded(1, at(1e-3, Math::abs));
  }

  @Test
  void whatIsWrongIsNeverSmallerThanTheBound() {
    for (double x = 0.5; x < 20; x += 0.61) {
      double centre = x;
      Estimate stairs = at(x, t -> Math.sin(t + 1e9));
      double error = Math.abs(stairs.value() - Math.cos(centre + 1e9));
      assertTrue(
          stairs.kind() != Kind.SMOOTH || error <= 20 * stairs.error() + 1e-5,
          () -> centre + " " + stairs);
    }
    assertNotEquals(Kind.SMOOTH, at(0, t -> Math.abs(t) + t).kind());
  }

  @Test
  void slopesOfBothSides() {
    Slopes slopes = Slopes.of(Line.of(t -> Math.max(-2 * t, 3 * t) + t * t)).orElseThrow();
    assertEquals(-2, slopes.below(), 1e-6);
    assertEquals(3, slopes.above(), 1e-6);
    assertTrue(slopes.contain(0));
    assertTrue(!slopes.contain(3.01));
  }
}
