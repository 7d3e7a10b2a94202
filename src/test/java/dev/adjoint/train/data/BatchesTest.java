package dev.adjoint.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class BatchesTest {
  private static Dataset counting(int size) {
    int[] numbers = new int[size];
    Arrays.setAll(numbers, i -> i);
    return TensorDataset.of(Map.of("number", Tensor.vector(numbers)));
  }

  private static List<List<Integer>> numbers(BatchStream stream) throws IOException {
    List<List<Integer>> batches = new ArrayList<>();
    try (stream) {
      for (Optional<Batch> next = stream.next(); next.isPresent(); next = stream.next()) {
        Batch batch = next.orElseThrow();
        assertEquals(batch.size(), batch.column("number").dim(0));
        batches.add(Arrays.stream(batch.column("number").toInts()).boxed().toList());
      }
      assertTrue(stream.next().isEmpty());
    }
    return batches;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 100})
  void theLastBatchMayBeShort(int prefetch) throws IOException {
    Batches batches = Batches.of(counting(7), 3).prefetched(prefetch);
    assertEquals(3, batches.count());
    assertEquals(
        List.of(List.of(0, 1, 2), List.of(3, 4, 5), List.of(6)), numbers(batches.epoch(0)));
    assertEquals(List.of(List.of(6)), numbers(batches.epoch(0, 2)));
    assertEquals(List.of(), numbers(batches.epoch(0, 3)));
  }

  @Test
  void anEmptyDatasetHasNoBatches() throws IOException {
    assertEquals(List.of(), numbers(Batches.of(counting(0), 3).prefetched(2).epoch(0)));
  }

  @Test
  void epochsHaveOrdersOfTheirOwnThatRepeat() throws IOException {
    Batches batches = Batches.of(counting(50), 8).shuffled(5);
    List<List<Integer>> first = numbers(batches.epoch(0));
    assertEquals(first, numbers(batches.prefetched(2).epoch(0)));
    assertNotEquals(first, numbers(batches.epoch(1)));
    assertNotEquals(first, numbers(batches.shuffled(6).epoch(0)));
    assertEquals(first.subList(4, 7), numbers(batches.epoch(0, 4)));
    assertEquals(
        numbers(Batches.of(counting(50), 50).epoch(0)).getFirst(),
        first.stream().flatMap(List::stream).sorted().toList());
  }

  /** Counts what was read, and fails at one example. */
  private record Watched(Dataset data, AtomicInteger read, int failing) implements Dataset {
    @Override
    public int size() {
      return data.size();
    }

    @Override
    public Map<String, TensorType> columns() {
      return data.columns();
    }

    @Override
    public List<String> classes() {
      return data.classes();
    }

    @Override
    public Map<String, Tensor> examples(int... indices) throws IOException {
      if (indices[0] == failing) {
        throw new IOException("example " + failing + " is gone");
      }
      read.addAndGet(indices.length);
      return data.examples(indices);
    }
  }

  @Test
  void anErrorOfTheReaderArrivesBehindTheBatchesBeforeIt() throws IOException {
    Dataset data = new Watched(counting(5), new AtomicInteger(), 3);
    try (BatchStream stream = Batches.of(data, 1).prefetched(8).epoch(0)) {
      for (int i = 0; i < 3; i++) {
        assertEquals(i, stream.next().orElseThrow().number());
      }
      assertEquals("example 3 is gone", assertThrows(IOException.class, stream::next).getMessage());
      assertTrue(stream.next().isEmpty());
    }
  }

  @Test
  void aProgrammingErrorArrivesToo() {
    Batches batches =
        Batches.of(counting(5), 1).augmented(new RandomShiftFlip(1, true)).prefetched(1);
    try (BatchStream stream = batches.epoch(0)) {
      assertThrows(IllegalArgumentException.class, stream::next);
    }
  }

  @Test
  void aSlowReaderHoldsTheThreadBackAndClosingEndsIt() throws Exception {
    AtomicInteger read = new AtomicInteger();
    BatchStream stream =
        Batches.of(new Watched(counting(1000), read, -1), 1).prefetched(4).epoch(0);
    stream.next();
    // One with the reader, four in the queue, one that waits for a place in it.
    while (read.get() < 6) {
      Thread.onSpinWait();
    }
    Thread.sleep(20);
    assertEquals(6, read.get());
    stream.close();
    assertEquals(6, read.get());
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().equals("adjoint-batches") && thread.isAlive()));
    assertTrue(stream.next().isEmpty());
  }

  @Test
  void shiftsAndMirrorsDependOnTheExampleAlone() throws IOException {
    Dataset digits = StrokeDigits.of(1, 12);
    Batches batches = Batches.of(digits, 12).shuffled(3).augmented(new RandomShiftFlip(2, true));
    Map<Integer, Tensor> whole = byLabelAndOrder(batches.epoch(1));
    Map<Integer, Tensor> single =
        byLabelAndOrder(new Batches(digits, 1, true, 3, new RandomShiftFlip(2, true), 0).epoch(1));
    assertEquals(whole, single);
    assertNotEquals(whole, byLabelAndOrder(batches.epoch(2)));
  }

  private static Map<Integer, Tensor> byLabelAndOrder(BatchStream stream) throws IOException {
    Map<Integer, Tensor> images = new java.util.TreeMap<>();
    try (stream) {
      for (Optional<Batch> next = stream.next(); next.isPresent(); next = stream.next()) {
        Tensor image = next.orElseThrow().column("image");
        float[] all = image.toFloats();
        for (int i = 0; i < next.orElseThrow().size(); i++) {
          images.put(images.size(), Tensor.vector(Arrays.copyOfRange(all, i * 784, i * 784 + 784)));
        }
      }
    }
    return images;
  }

  @Test
  void aShiftMovesAndAMirrorMirrors() {
    Tensor image = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3, 1);
    java.util.Set<Tensor> seen = new java.util.HashSet<>();
    for (long key = 0; key < 400; key++) {
      seen.add(
          new RandomShiftFlip(1, true)
              .apply(Map.of("image", image), new long[] {key})
              .get("image"));
    }
    assertEquals(18, seen.size());
    assertTrue(seen.contains(image));
    assertTrue(seen.contains(Tensor.of(new float[] {3, 2, 1, 6, 5, 4}, 1, 2, 3, 1)));
    assertTrue(seen.contains(Tensor.of(new float[] {0, 0, 0, 0, 1, 2}, 1, 2, 3, 1)));
  }

  @Test
  void sizesThatMakeNoSenseAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Batches.of(counting(3), 0));
    assertThrows(IllegalArgumentException.class, () -> Batches.of(counting(3), 1).prefetched(-1));
    assertThrows(IllegalArgumentException.class, () -> new RandomShiftFlip(-1, false));
    Batch batch = new Batch(0, 1, Map.of("image", Tensor.vector(1f)));
    assertThrows(IllegalArgumentException.class, () -> batch.column("label"));
  }
}
