package dev.adjoint.saved;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Files that are cut off or changed, by accident (the checksum is wrong) or on purpose (it fits).
 */
@Timeout(60)
class GraphFileDamageTest {
  private static final byte[] FILE = GraphFile.toBytes(EveryOperator.graph());
  private static final byte[] SMALL = GraphFile.toBytes(EveryOperator.few());
  private static final GraphReader READER = GraphReader.installed();

  @Test
  void aFileThatEndsAnywhereIsCutOff() {
    for (int length = 0; length < FILE.length; length++) {
      byte[] cut = Arrays.copyOf(FILE, length);
      SavedGraphException e =
          assertThrows(SavedGraphException.class, () -> READER.fromBytes(cut), "at " + length);
      assertTrue(
          e.getMessage().startsWith("The file is cut off")
              || e.getMessage().startsWith("The file is damaged"),
          e.getMessage());
    }
  }

  @Test
  void everyFlippedBitIsNoticed() {
    for (int bit = 0; bit < SMALL.length * 8; bit++) {
      byte[] flipped = flip(SMALL, bit);
      assertThrows(SavedGraphException.class, () -> READER.fromBytes(flipped), "bit " + bit);
    }
  }

  @Test
  void everyFlippedBitUnderAChecksumThatFitsIsRefusedOrAValidGraph() throws Exception {
    for (int bit = 0; bit < (SMALL.length - 5) * 8; bit++) {
      Refusal.isRefusedOrAGraph(READER, Sealed.again(flip(SMALL, bit)));
    }
  }

  @Test
  void aBitFlippedInEveryByteOfEveryOperatorIsRefusedOrAValidGraph() throws Exception {
    int refused = 0;
    for (int at = 0; at < FILE.length - 5; at++) {
      int bit = at * 8 + at % 7;
      refused += Refusal.isRefusedOrAGraph(READER, Sealed.again(flip(FILE, bit))) ? 1 : 0;
    }
    assertTrue(refused > FILE.length / 4, "few flips are refused: " + refused);
  }

  @Test
  void everyByteLeftOutUnderAChecksumThatFitsIsRefusedOrAValidGraph() throws Exception {
    for (int at = 0; at < SMALL.length - 5; at++) {
      byte[] shorter = new byte[SMALL.length - 1];
      System.arraycopy(SMALL, 0, shorter, 0, at);
      System.arraycopy(SMALL, at + 1, shorter, at, shorter.length - at);
      Refusal.isRefusedOrAGraph(READER, Sealed.again(shorter));
    }
  }

  private static byte[] flip(byte[] file, int bit) {
    byte[] flipped = file.clone();
    flipped[bit / 8] ^= (byte) (1 << (bit % 8));
    return flipped;
  }
}
