package dev.adjoint.kernel.f32;

/** Sums of which parts were computed by different tasks. */
final class Slices {
  private Slices() {}

  /** Adds the parts of elements {@code from} to {@code to - 1} in their order. */
  static void sum(
      int slices, int size, float[] parts, int partsAt, int from, int to, float[] y, int yAt) {
    System.arraycopy(parts, partsAt + from, y, yAt + from, to - from);
    for (int slice = 1; slice < slices; slice++) {
      int at = partsAt + slice * size + from;
      add(parts, at, y, yAt + from, to - from);
    }
  }

  private static void add(float[] x, int xAt, float[] y, int yAt, int count) {
    for (int i = 0; i < count; i++) {
      y[yAt + i] += x[xAt + i];
    }
  }
}
