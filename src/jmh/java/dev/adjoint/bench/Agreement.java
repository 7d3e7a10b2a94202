package dev.adjoint.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Checks that contenders, each in a JVM of its own, compute the same: the first one to be asked
 * leaves what it computed in a folder, and the others are compared with that.
 *
 * @param folder where the samples lie
 */
record Agreement(Path folder) {
  /** Of long results only so many elements are compared, evenly spread. */
  private static final int MOST = 1 << 16;

  /**
   * Compares a contender's sample with that of the first one, or keeps it if it is the first.
   *
   * @throws IllegalStateException if they differ by more than the workload's tolerance
   */
  void check(Workload workload, Contender contender, float[] whole) {
    float[] sample = thinned(whole);
    Path file = folder.resolve(Integer.toHexString(workload.name().hashCode()) + ".sample");
    try {
      if (Files.exists(file)) {
        compare(workload, contender, whole.length, sample, read(file));
      } else {
        write(file, sample);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void compare(
      Workload workload, Contender contender, int elements, float[] sample, float[] first) {
    if (sample.length != first.length) {
      throw new IllegalStateException(
          "%s: %s computes %,d elements (a sample of %,d), the first contender a sample of %,d."
              .formatted(
                  workload.name(), contender.label(), elements, sample.length, first.length));
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < first.length; i++) {
      largest = Math.max(largest, Math.abs(first[i]));
      double d = Math.abs(sample[i] - first[i]);
      difference = d <= difference ? difference : d;
    }
    if (!(difference <= workload.tolerance() * largest)) {
      throw new IllegalStateException(
          "%s: %s differs from the first contender by %.3g where the largest value is %.3g; at most %.0e of it is allowed."
              .formatted(
                  workload.name(), contender.label(), difference, largest, workload.tolerance()));
    }
  }

  /** Every k-th element for an odd k, so that no feature is left out. */
  private static float[] thinned(float[] values) {
    int step = values.length / MOST | 1;
    float[] sample = new float[(values.length + step - 1) / step];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = values[i * step];
    }
    return sample;
  }

  private static float[] read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static void write(Path file, float[] values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    Files.write(file, bytes.array());
  }
}
