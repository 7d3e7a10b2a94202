package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.CloseConnectionException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A step ends or is given up, whoever comes first. */
class TimedStepTest {
  private static final Duration NONE = Duration.ofNanos(-1);

  private final TimedStep step = new TimedStep();

  @Test
  void oneThatHasNotBegunIsNotGivenUp() {
    assertFalse(step.giveUp(NONE));
    step.end();
    assertFalse(step.giveUp(NONE));
  }

  @Test
  void oneThatEndsFirstIsNotGivenUp() {
    step.begin();
    step.end();
    assertFalse(step.giveUp(NONE));
  }

  @Test
  void oneThatIsGivenUpDoesNotEndAndNeverBeginsAgain() {
    step.beginIfIdle();
    assertTrue(step.giveUp(NONE));
    assertFalse(step.giveUp(NONE));
    assertThrows(CloseConnectionException.class, step::end);
    step.begin();
    step.beginIfIdle();
    assertFalse(step.giveUp(NONE));
    assertThrows(CloseConnectionException.class, step::end);
  }

  @Test
  void oneThatBeganJustNowIsNotGivenUp() {
    step.begin();
    assertFalse(step.giveUp(Duration.ofDays(1)));
    step.end();
  }
}
