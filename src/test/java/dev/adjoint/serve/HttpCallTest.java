package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class HttpCallTest {
  @Test
  void onlyWhatTheClientDidWrongIsItsFault() {
    assertEquals(ServeException.Kind.INVALID, HttpCall.unreadable(new IOException("gzip")).kind());
    assertEquals(
        ServeException.Kind.INTERNAL, HttpCall.unreadable(new OutOfMemoryError("test")).kind());
    assertEquals(
        ServeException.Kind.INTERNAL, HttpCall.unreadable(new IllegalStateException("a")).kind());
  }
}
