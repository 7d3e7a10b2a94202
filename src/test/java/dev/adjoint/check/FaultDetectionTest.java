package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.GradientReport.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The proof that the checker detects: every fault of a long list, within the usual tries. */
class FaultDetectionTest {
  private static final List<Long> SEEDS = List.of(1L, 2L, 3L);

  static List<GradientFault> faults() {
    return GradientFaults.ALL;
  }

  @Test
  void thereAreManyFaultsAndEachHasAName() {
    assertTrue(faults().size() >= 80, () -> faults().size() + " faults");
    assertEquals(faults().size(), faults().stream().map(GradientFault::name).distinct().count());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void isCaughtAndTheOperatorIsNamed(GradientFault fault) {
    for (long seed : SEEDS) {
      GradientReport report = fault.check(new FaultyOp(fault.name()), seed).run();
      assertEquals(Outcome.FAILED, report.outcome(), report::toString);
      String reason = report.fault().orElse("");
      assertTrue(reason.contains("target"), report::toString);
    }
  }

  /** The same networks with the true rules: it is the fault that is caught. */
  @ParameterizedTest
  @MethodSource("faults")
  void theTrueOperatorIsNotReported(GradientFault fault) {
    for (long seed : SEEDS) {
      GradientReport report = fault.check(fault.truth(), seed).run();
      assertNotEquals(Outcome.FAILED, report.outcome(), report::toString);
      assertNotEquals(Outcome.INCONCLUSIVE, report.outcome(), report::toString);
    }
  }
}
