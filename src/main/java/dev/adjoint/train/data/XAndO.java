package dev.adjoint.train.data;

import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The toy images of lecture notes: crosses and rings, {@code [9, 9, 1]}, of -1 and 1. Class 0 is X,
 * class 1 is O. {@link #x} and {@link #o} are the ideal ones; the others are shifted, scaled,
 * rotated and thickened at random, each a function of the seed and the number of the example.
 */
public final class XAndO {
  /** Height and width of an image. */
  public static final int SIDE = 9;

  /** The names of the classes. */
  public static final List<String> CLASSES = List.of("X", "O");

  private static final double REACH = 3;
  private static final double THIN = 0.5;

  /**
   * How a sign is drawn.
   *
   * @param ring whether it is an O
   * @param row of the middle, from the image's middle
   * @param column of the middle, from the image's middle
   * @param scale 1 reaches to the ends of the ideal sign
   * @param angle in radians
   * @param reach half the thickness of a stroke, in pixels
   */
  private record Sign(
      boolean ring, double row, double column, double scale, double angle, double reach) {
    static Sign random(boolean ring, SplittableRandom random) {
      return new Sign(
          ring,
          random.nextDouble(-1, 1),
          random.nextDouble(-1, 1),
          random.nextDouble(0.75, 1.15),
          random.nextDouble(-0.35, 0.35),
          random.nextDouble(THIN, 2 * THIN));
    }

    boolean covers(int i, int j) {
      double y = (i - SIDE / 2 - row) / scale;
      double x = (j - SIDE / 2 - column) / scale;
      double u = x * Math.cos(angle) + y * Math.sin(angle);
      double v = y * Math.cos(angle) - x * Math.sin(angle);
      double distance = ring ? Math.abs(Math.hypot(u, v) - REACH) : toCross(u, v);
      return distance * scale <= reach;
    }

    /** The distance to the nearer of two diagonal strokes, which end where both sizes are 3. */
    private static double toCross(double u, double v) {
      return Math.min(toStroke((u + v) / 2, (u - v) / 2), toStroke((u - v) / 2, (u + v) / 2));
    }

    /** From half the sum and difference of the coordinates along and across a stroke. */
    private static double toStroke(double along, double across) {
      double beyond = Math.max(0, Math.abs(along) - REACH);
      return Math.sqrt(2) * Math.hypot(beyond, across);
    }

    void draw(float[] pixels, int from) {
      for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
          pixels[from + i * SIDE + j] = covers(i, j) ? 1 : -1;
        }
      }
    }
  }

  private XAndO() {}

  /** The ideal X: both diagonals of the inner 7 x 7; {@code f32[1, 9, 9, 1]}. */
  public static Tensor x() {
    return ideal(false);
  }

  /** The ideal O; {@code f32[1, 9, 9, 1]}. */
  public static Tensor o() {
    return ideal(true);
  }

  private static Tensor ideal(boolean ring) {
    float[] pixels = new float[SIDE * SIDE];
    new Sign(ring, 0, 0, 1, 0, THIN).draw(pixels, 0);
    return Tensor.of(pixels, 1, SIDE, SIDE, 1);
  }

  /** Examples to learn from, and others to judge by. */
  public static TrainTest of(long seed, int train, int test) {
    return new TrainTest(of(Seeds.mix(seed, 0), train), of(Seeds.mix(seed, 1), test));
  }

  /** Some examples, X and O in turn. */
  private static Dataset of(long seed, int count) {
    float[] pixels = new float[count * SIDE * SIDE];
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> i % CLASSES.size());
    for (int i = 0; i < count; i++) {
      SplittableRandom random = new SplittableRandom(Seeds.mix(seed, i));
      Sign.random(labels[i] == 1, random).draw(pixels, i * SIDE * SIDE);
    }
    return TensorDataset.of(
        Map.of(
            Dataset.IMAGE, Tensor.of(pixels, Shape.of(count, SIDE, SIDE, 1).sizes()),
            Dataset.LABEL, Tensor.of(labels, count)));
  }
}
