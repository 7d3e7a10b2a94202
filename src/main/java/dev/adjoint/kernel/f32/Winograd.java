package dev.adjoint.kernel.f32;

/**
 * The transforms of Winograd's minimal filtering with six points: 0, 1, -1, 2, -2 and infinity.
 * They compute m outputs of a filter of r taps, m + r = 7, with 6 products in place of m r. With
 * {@code T6} for the input, {@code G_r} for the filter and {@code A_m} for the result, along both
 * axes of a tile,
 *
 * <pre>
 * y = A_m^T ((G_r w G_r^T) * (T6 x T6^T)) A_m
 * </pre>
 *
 * <p>The input's transform is the same for every split of 7, so 3 x 3 filters (m = 4) and 5 x 5
 * filters (m = 2) share it, and so does a filter's gradient, where the output's gradient acts as
 * the filter. (Winograd, "Arithmetic Complexity of Computations", 1980; Lavin and Gray, "Fast
 * Algorithms for Convolutional Neural Networks", 2016.)
 */
final class Winograd {
  /** How many points there are, and how long and wide an input tile is. */
  static final int POINTS = 6;

  private static final int[] FINITE = {0, 1, -1, 2, -2};
  private static final double[] SCALES = {1 / 4.0, -1 / 6.0, -1 / 6.0, 1 / 24.0, 1 / 24.0};
  private static final float[] INPUT = {
    4, 0, -5, 0, 1, 0,
    0, -4, -4, 1, 1, 0,
    0, 4, -4, -1, 1, 0,
    0, -2, -1, 2, 1, 0,
    0, 2, -1, -2, 1, 0,
    0, 4, 0, -5, 0, 1
  };

  private Winograd() {}

  /** A matrix by rows, and which of the transforms it is. */
  static final class Matrix {
    private final float[] entries;
    private final int rows;
    private final int columns;
    private final Kind kind;

    private Matrix(float[] entries, int rows, Kind kind) {
      this.entries = entries;
      this.rows = rows;
      this.columns = entries.length / rows;
      this.kind = kind;
    }

    int rows() {
      return rows;
    }

    int columns() {
      return columns;
    }

    float entry(int row, int column) {
      return entries[row * columns + column];
    }

    Kind kind() {
      return kind;
    }
  }

  /** The transforms that have loops of their own. */
  enum Kind {
    /** {@link #input()}. */
    INPUT,
    /** {@link #result} of 4. */
    FOUR,
    /** Any other. */
    OTHER
  }

  /** The matrix T6, 6 x 6. */
  static Matrix input() {
    return new Matrix(INPUT.clone(), POINTS, Kind.INPUT);
  }

  /** The matrix G_taps, 6 x taps: a filter's values at the points, each scaled. */
  @SuppressWarnings("cast") // needless in f64
  static Matrix filter(int taps) {
    float[] entries = new float[POINTS * taps];
    for (int point = 0; point < FINITE.length; point++) {
      for (int tap = 0; tap < taps; tap++) {
        entries[point * taps + tap] = (float) (SCALES[point] * Math.pow(FINITE[point], tap));
      }
    }
    entries[entries.length - 1] = 1;
    return new Matrix(entries, POINTS, Kind.OTHER);
  }

  /** The transposed of A_outputs, outputs x 6. */
  @SuppressWarnings("cast") // needless in f64
  static Matrix result(int outputs) {
    float[] entries = new float[outputs * POINTS];
    for (int output = 0; output < outputs; output++) {
      for (int point = 0; point < FINITE.length; point++) {
        entries[output * POINTS + point] = (float) Math.pow(FINITE[point], output);
      }
    }
    entries[entries.length - 1] = 1;
    return new Matrix(entries, outputs, outputs == 4 ? Kind.FOUR : Kind.OTHER);
  }
}
