package dev.adjoint.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** What is refused, and in which words. */
public final class ExceptionAssertions {
  private ExceptionAssertions() {}

  /** The call throws the type, with exactly this message. */
  public static <E extends Exception> E assertMessage(
      Class<E> type, String message, Executable call) {
    E thrown = assertThrows(type, call);
    assertEquals(message, thrown.getMessage());
    return thrown;
  }

  /** The call throws the type, with each of these pieces in its message. */
  public static <E extends Exception> E assertRefused(
      Class<E> type, Executable call, String... pieces) {
    E thrown = assertThrows(type, call);
    String message = String.valueOf(thrown.getMessage());
    for (String piece : pieces) {
      assertTrue(message.contains(piece), () -> piece + " is not in: " + message);
    }
    return thrown;
  }
}
