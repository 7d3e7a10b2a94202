package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HttpCallTest {
  /** Why a body could not be read, and what is logged of it, which goes nowhere else. */
  private static ServeException.Kind unreadable(
      Throwable failure, List<@Nullable Throwable> logged) {
    Logger logger = Logger.getLogger(HttpCall.class.getName());
    Filter before = logger.getFilter();
    logger.setFilter(entry -> {
      logged.add(entry.getThrown());
      return false;
    });
    try {
      return HttpCall.unreadable(failure, 1).kind();
    } finally {
      logger.setFilter(before);
    }
  }

  @Test
  void onlyWhatTheClientDidWrongIsItsFault() {
    List<@Nullable Throwable> logged = new ArrayList<>();
    assertEquals(ServeException.Kind.INVALID, unreadable(new IOException("gzip"), logged));
    assertEquals(List.of(), logged);
    Throwable error = new OutOfMemoryError("test");
    assertEquals(ServeException.Kind.INTERNAL, unreadable(error, logged));
    Throwable exception = new IllegalStateException("a");
    assertEquals(ServeException.Kind.INTERNAL, unreadable(exception, logged));
    assertEquals(List.of(error, exception), logged);
  }
}
