package dev.adjoint.runtime;

import dev.adjoint.graph.GraphException;
import java.util.Optional;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/** Tells Flight Recorder of runs and how they ended, where anybody records them. */
final class RunRecorder {
  private RunRecorder() {}

  /**
   * An event that has begun, if any recording wants it. Event classes are made ready, which takes
   * long, only if somebody has started a recorder.
   */
  static @Nullable RunEvent begin(String signature) {
    if (!FlightRecorder.isInitialized() || !RunEvent.isOn()) {
      return null;
    }
    RunEvent event = new RunEvent(signature);
    event.begin();
    return event;
  }

  /** The run gave its results. */
  static void completed(@Nullable RunEvent event) {
    if (event != null) {
      event.outcome = "completed";
      event.commit();
    }
  }

  /** The run threw. */
  static void failed(@Nullable RunEvent event, Throwable failure) {
    if (event != null) {
      event.outcome = outcome(failure);
      event.exception = thrown(failure).getClass().getName();
      event.message = String.valueOf(failure.getMessage());
      event.node = node(failure).orElse("");
      event.commit();
    }
  }

  private static String outcome(Throwable failure) {
    return switch (failure) {
      case RunException.Cancelled _ -> "cancelled";
      case RunException.TimedOut _ -> "timed out";
      default -> "failed";
    };
  }

  /** What a kernel threw tells more than that it threw. */
  private static Throwable thrown(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof RunException.Failed && cause != null ? cause : failure;
  }

  private static Optional<String> node(Throwable failure) {
    return switch (failure) {
      case RunException.Failed failed -> Optional.of(failed.node());
      case RunException.NotFinite notFinite -> Optional.of(notFinite.node());
      case GraphException refused -> refused.node();
      default -> Optional.empty();
    };
  }
}
