package dev.adjoint.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Files that are cut off or changed, by accident (the checksum is wrong) or on purpose (it fits).
 */
@Timeout(60)
class GraphFileDamageTest {
  private static final byte[] FILE = GraphFile.toBytes(EveryOperator.graph());
  private static final byte[] SMALL = GraphFile.toBytes(small());
  private static final GraphReader READER = GraphReader.installed();

  private static Graph small() {
    GraphBuilder g = GraphBuilder.create("small");
    Value x = g.input("x", TensorType.parse("f32[N, 3]"));
    Value w = g.parameter("w", Tensor.vector(1f, 2f, 3f));
    g.metadata("k", "v");
    g.signature("s").output("y", x.mul(w).sum(1)).update(w, w.neg());
    return g.build();
  }

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
      isRefused(Sealed.again(flip(SMALL, bit)), "bit " + bit);
    }
  }

  @Test
  void aBitFlippedInEveryByteOfEveryOperatorIsRefusedOrAValidGraph() throws Exception {
    int refused = 0;
    for (int at = 0; at < FILE.length - 5; at++) {
      int bit = at * 8 + at % 7;
      refused += isRefused(Sealed.again(flip(FILE, bit)), "bit " + bit) ? 1 : 0;
    }
    assertTrue(refused > FILE.length / 4, "few flips are refused: " + refused);
  }

  @Test
  void everyByteLeftOutUnderAChecksumThatFitsIsRefusedOrAValidGraph() throws Exception {
    for (int at = 0; at < SMALL.length - 5; at++) {
      byte[] shorter = new byte[SMALL.length - 1];
      System.arraycopy(SMALL, 0, shorter, 0, at);
      System.arraycopy(SMALL, at + 1, shorter, at, shorter.length - at);
      isRefused(Sealed.again(shorter), "byte " + at);
    }
  }

  private static byte[] flip(byte[] file, int bit) {
    byte[] flipped = file.clone();
    flipped[bit / 8] ^= (byte) (1 << (bit % 8));
    return flipped;
  }

  /** Fails if the bytes are read as anything but a graph that can be written and read again. */
  private static boolean isRefused(byte[] file, String where) throws SavedGraphException {
    Graph graph;
    try {
      graph = READER.fromBytes(file);
    } catch (SavedGraphException e) {
      assertTrue(isRefusal(e.getCause()), () -> where + " makes a rule fail: " + e.getCause());
      return true;
    }
    assertEquals(graph, READER.fromBytes(GraphFile.toBytes(graph)), where);
    return false;
  }

  /** Whether a rule said no, rather than falling over its own feet. */
  private static boolean isRefusal(Throwable cause) {
    return cause == null
        || cause instanceof IOException
        || cause instanceof GraphException
        || cause.getClass() == IllegalArgumentException.class
        || cause instanceof ArithmeticException;
  }
}
