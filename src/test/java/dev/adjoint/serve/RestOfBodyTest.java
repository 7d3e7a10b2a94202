package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestOfBodyTest {
  private static final String HEAD = "Port: 80\r\n\r\n";

  /** Reads headers, and then the rest of a body that comes so; gives what was not read. */
  private static Queue<String> left(OptionalLong length, boolean isAsked, String... pieces) {
    Queue<String> coming = new ArrayDeque<>(List.of(pieces));
    RestOfBody rest = new RestOfBody(() -> coming.remove().getBytes(StandardCharsets.ISO_8859_1));
    byte[] first = rest.pull();
    rest.begins(first.length - HEAD.length(), length, isAsked);
    rest.read();
    return coming;
  }

  private static void assertLeft(List<String> expected, Queue<String> left) {
    assertArrayEquals(expected.toArray(), left.toArray());
  }

  @Test
  void aBodyOfALengthIsReadToItsEnd() {
    assertLeft(List.of("next"), left(OptionalLong.of(5), false, HEAD + "ab", "c", "de", "next"));
    assertLeft(List.of("next"), left(OptionalLong.of(2), false, HEAD + "ab", "next"));
    assertLeft(List.of("next"), left(OptionalLong.of(0), false, HEAD, "next"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void theLastChunkMayComeInTwoPieces(int cut) {
    String last = "0\r\n\r\n";
    String begun = HEAD + "3\r\nabc\r\n" + last.substring(0, cut);
    if (cut == 5) {
      assertLeft(List.of("next"), left(OptionalLong.empty(), false, begun, "next"));
    } else {
      assertLeft(
          List.of("next"), left(OptionalLong.empty(), false, begun, last.substring(cut), "next"));
    }
  }

  @Test
  void theEndOfTheHeadersIsNoLastChunk() {
    assertLeft(List.of("n"), left(OptionalLong.empty(), false, HEAD, "0", "\r\n\r", "\n", "n"));
  }

  @Test
  void aBodyThatTheClientHoldsBackIsNotAwaited() {
    assertLeft(List.of("next"), left(OptionalLong.of(5), true, HEAD, "next"));
    assertLeft(List.of("next"), left(OptionalLong.of(5), true, HEAD + "ab", "cde", "next"));
  }

  @Test
  void theEndOfTheConnectionIsNoFailure() {
    for (RuntimeException end :
        List.of(
            new UncheckedIOException(new IOException("reset")),
            new ServerConnectionException("closed", new IOException("reset")))) {
      RestOfBody rest =
          new RestOfBody(() -> {
            throw end;
          });
      rest.begins(0, OptionalLong.of(5), false);
      rest.read();
    }
  }
}
