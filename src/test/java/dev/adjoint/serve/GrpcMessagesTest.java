package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.primitives.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages come out as they went in, and not before they are whole. */
class GrpcMessagesTest {
  private static final byte[] FIRST = {0, 0, 0, 0, 3, 7, 8, 9};
  private static final byte[] EMPTY = {0, 0, 0, 0, 0};
  private static final byte[] LAST = {1, 0, 0, 0, 1, 5};
  private static final byte[] ALL = Bytes.concat(FIRST, EMPTY, LAST);

  @Test
  void messagesComeOutWhole() {
    for (int size = 1; size <= ALL.length; size++) {
      GrpcMessages messages = new GrpcMessages(3, new RequestBudget(100).share());
      List<Integer> ends = new ArrayList<>();
      byte[] out = {};
      for (int at = 0; at < ALL.length; at += size) {
        int end = Math.min(at + size, ALL.length);
        out = Bytes.concat(out, messages.take(Arrays.copyOfRange(ALL, at, end), false));
        ends.add(out.length);
      }
      assertArrayEquals(ALL, out);
      List<Integer> wholes = List.of(0, FIRST.length, FIRST.length + EMPTY.length, ALL.length);
      ends.forEach(end -> assertEquals(true, wholes.contains(end), ends::toString));
    }
  }

  @Test
  void whatIsLeftComesAtLast() {
    GrpcMessages messages = new GrpcMessages(3, new RequestBudget(100).share());
    assertEquals(0, messages.take(new byte[] {0, 0, 0}, false).length);
    assertArrayEquals(new byte[] {0, 0, 0, 1}, messages.take(new byte[] {1}, true));
  }

  /** Nothing of it is kept, however long it is said to be, up to 4 GiB. */
  @Test
  void aMessageThatIsTooLongComesOutAtOnce() {
    for (byte[] prefix : List.of(new byte[] {0, 0, 0, 0, 4}, new byte[] {0, -1, -1, -1, -1})) {
      GrpcMessages messages = new GrpcMessages(3, new RequestBudget(100).share());
      assertEquals(0, messages.take(Arrays.copyOf(prefix, 4), false).length);
      assertArrayEquals(prefix, messages.take(new byte[] {prefix[4]}, false));
      assertArrayEquals(new byte[] {1, 2}, messages.take(new byte[] {1, 2}, false));
      assertArrayEquals(new byte[] {3}, messages.take(new byte[] {3}, false));
    }
  }
}
