package dev.adjoint.bench;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long a large model takes to read, beside reading the bytes of its files, which are in the
 * system's cache: once into a buffer that is used again and again, and once into a new array as
 * large as the file. The least time of several counts, since the JVM is warm and the heap touched
 * then; the three take turns.
 */
final class Loading {
  private static final int TENSORS = 10;
  private static final int MEGABYTE = 1_000_000;
  private static final long HEAP_FACTOR = 4;
  private static final int BUFFER = 1 << 20;

  private final Path folder;
  private final boolean quick;

  /** What is timed. */
  @FunctionalInterface
  private interface Reading {
    Object read() throws IOException;
  }

  Loading(Path folder, boolean quick) {
    this.folder = folder;
    this.quick = quick;
  }

  /** True; what cannot be read throws. */
  boolean run() throws IOException {
    System.out.print(
        """
        | model, MB | bytes into one buffer, ms | bytes into a new array, ms | model, ms | to buffer | to array |
        |--:|--:|--:|--:|--:|--:|
        """);
    for (int megabytes : quick ? List.of(10) : List.of(100, 1000)) {
      long bytes = (long) megabytes * MEGABYTE;
      long space = Files.getFileStore(folder).getUsableSpace();
      if (Runtime.getRuntime().maxMemory() < HEAP_FACTOR * bytes || space < 2 * bytes) {
        System.err.printf("Too little heap or disk for a model of %d MB.%n", megabytes);
      } else {
        measure(megabytes);
      }
    }
    return true;
  }

  private void measure(int megabytes) throws IOException {
    Path model = folder.resolve("loading-" + megabytes);
    write(model, megabytes);
    List<Path> files;
    try (Stream<Path> all = Files.list(model)) {
      files = all.toList();
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    int rounds = quick ? 2 : megabytes > 100 ? 7 : 15;
    double channel = Double.POSITIVE_INFINITY;
    double array = Double.POSITIVE_INFINITY;
    double whole = Double.POSITIVE_INFINITY;
    for (int i = 0; i < rounds; i++) {
      channel = Math.min(channel, millis(() -> readInto(buffer, files)));
      array = Math.min(array, millis(() -> readAll(files)));
      whole = Math.min(whole, millis(() -> SavedModel.read(model)));
    }
    System.out.printf(
        "| %d | %.1f | %.1f | %.1f | %.2fx | %.2fx |%n",
        megabytes, channel, array, whole, whole / channel, whole / array);
  }

  private static void write(Path model, int megabytes) throws IOException {
    GraphBuilder g = GraphBuilder.create("large");
    Map<String, Tensor> values = new LinkedHashMap<>();
    int count = megabytes * (MEGABYTE / Float.BYTES / TENSORS);
    Value sum = g.input("x", DType.FLOAT32, count);
    for (int i = 0; i < TENSORS; i++) {
      Tensor value = Tensor.of(Values.uniform("large" + i, count, 1), count);
      values.put("w" + i, value);
      sum = sum.add(g.parameter("w" + i, value.type()));
    }
    g.signature("predict").output("y", sum);
    Graph graph = g.build();
    SavedModel.write(model, graph, values);
  }

  private static double millis(Reading reading) throws IOException {
    long start = System.nanoTime();
    Object read = reading.read();
    double millis = (System.nanoTime() - start) / 1e6;
    java.lang.ref.Reference.reachabilityFence(read);
    return millis;
  }

  private static Object readInto(ByteBuffer buffer, List<Path> files) throws IOException {
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file)) {
        do {
          buffer.clear();
        } while (channel.read(buffer) >= 0);
      }
    }
    return buffer;
  }

  private static Object readAll(List<Path> files) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.readAllBytes(file).length;
    }
    return bytes;
  }
}
