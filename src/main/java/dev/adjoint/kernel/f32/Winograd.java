package dev.adjoint.kernel.f32;

/**
 * The transforms of Winograd's minimal filtering: m outputs of a filter of r taps take {@code m + r
 * - 1} products in place of m r. With T for the input, G for the filter and A for the result, along
 * both axes of a tile,
 *
 * <pre>
 * y = A^T ((G w G^T) * (T x T^T)) A
 * </pre>
 *
 * <p>Filter and input are read as polynomials and multiplied at points: 0, 1, -1, 2, -2 and
 * infinity are six, 1/2 and -1/2 make them eight. The input's transform is the same for every split
 * of m + r, so 3 x 3 filters (m = 4) and 5 x 5 filters (m = 2) share the one of six points, and so
 * does a filter's gradient, where the output's gradient acts as the filter. (Winograd, "Arithmetic
 * Complexity of Computations", 1980; Lavin and Gray, "Fast Algorithms for Convolutional Neural
 * Networks", 2016.)
 */
final class Winograd {
  private static final double[] FINITE = {0, 1, -1, 2, -2, 0.5, -0.5};
  private static final int FEW = 6;
  private static final int MANY = 8;

  /** Elements of a line of the cache. */
  private static final int LINE = 16;

  /** Eight points for less than this part of the products of six: they round more. */
  private static final double WORTH = 0.75;

  private final int points;
  private final int taps;

  private Winograd(int points, int taps) {
    this.points = points;
    this.taps = taps;
  }

  /** The algorithm for filters of 3 x 3 or 5 x 5 and the given results, which are cut to tiles. */
  static Winograd of(int taps, int height, int width) {
    return new Winograd(points(taps, height, width), taps);
  }

  /**
   * The algorithm for gradients of filters: {@code results} are the filter's taps, and the output's
   * gradient, of the given size, is cut to filters.
   */
  static Winograd ofGradient(int results, int height, int width) {
    int points = points(results, height, width);
    return new Winograd(points, points + 1 - results);
  }

  /**
   * Six points, but eight if those take far fewer products.
   *
   * @param fixed the length of what is not cut, filters or results
   * @param height of what is cut to tiles
   * @param width and its width
   */
  private static int points(int fixed, int height, int width) {
    return products(MANY, fixed, height, width) < WORTH * products(FEW, fixed, height, width)
        ? MANY
        : FEW;
  }

  private static long products(int points, int fixed, int height, int width) {
    int tile = points + 1 - fixed;
    return (long) Math.ceilDiv(height, tile) * Math.ceilDiv(width, tile) * points * points;
  }

  /**
   * Whether there is an algorithm for an axis of so many taps and results, or for the gradient of a
   * filter with respect to so many taps, of which each sums so many terms.
   */
  static boolean suits(int taps, int others) {
    return (taps == 3 || taps == 5) && others >= FEW + 1 - taps;
  }

  /** How many points there are, and how long and wide an input tile is. */
  int points() {
    return points;
  }

  /**
   * From one point's elements to the next's, of which each has so many: never a multiple of the
   * cache's period, since a tile's transform writes to all points one after the other.
   */
  static int pitch(int elements) {
    return (Math.ceilDiv(elements, LINE) | 1) * LINE;
  }

  /** How many products a tile takes. */
  int products() {
    return points * points;
  }

  /** How long and wide a filter is. */
  int taps() {
    return taps;
  }

  /** How long and wide a result is. */
  int outputs() {
    return points + 1 - taps;
  }

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
    /** {@link #input()} with 6 points. */
    INPUT_AT_6,
    /** {@link #input()} with 8 points. */
    INPUT_AT_8,
    /** {@link #filter()} of 4 taps with 6 points. */
    FILTER_OF_4_AT_6,
    /** {@link #filter()} of 4 taps with 8 points. */
    FILTER_OF_4_AT_8,
    /** {@link #result()} of 4 with 6 points. */
    RESULT_OF_4_AT_6,
    /** {@link #result()} of 4 with 8 points. */
    RESULT_OF_4_AT_8,
    /** Any other. */
    OTHER
  }

  /**
   * The matrix T, points x points. The row of a finite point has the coefficients of the polynomial
   * with a root at every other finite point; the last row, of that with a root at all of them.
   */
  Matrix input() {
    float[] entries = new float[points * points];
    for (int point = 0; point < points; point++) {
      double[] coefficients = polynomial(point);
      for (int power = 0; power < coefficients.length; power++) {
        entries[point * points + power] = rounded(coefficients[power]);
      }
    }
    return new Matrix(entries, points, points == FEW ? Kind.INPUT_AT_6 : Kind.INPUT_AT_8);
  }

  /** The coefficients, from that of power 0 on, with a root at all finite points but one. */
  private double[] polynomial(int except) {
    double[] product = {1};
    for (int point = 0; point < points - 1; point++) {
      if (point != except) {
        product = timesRoot(product, FINITE[point]);
      }
    }
    return product;
  }

  private static double[] timesRoot(double[] polynomial, double root) {
    double[] product = new double[polynomial.length + 1];
    for (int power = 0; power < polynomial.length; power++) {
      product[power + 1] += polynomial[power];
      product[power] -= root * polynomial[power];
    }
    return product;
  }

  /** The matrix G, points x taps: a filter's values at the points, each scaled. */
  Matrix filter() {
    float[] entries = new float[points * taps];
    for (int point = 0; point < points - 1; point++) {
      for (int tap = 0; tap < taps; tap++) {
        entries[point * taps + tap] = rounded(scale(point) * Math.pow(FINITE[point], tap));
      }
    }
    entries[entries.length - 1] = 1;
    return new Matrix(entries, points, filterKind());
  }

  private Kind filterKind() {
    return taps != 4 ? Kind.OTHER : points == FEW ? Kind.FILTER_OF_4_AT_6 : Kind.FILTER_OF_4_AT_8;
  }

  /** One over the value that the point's polynomial has there. */
  private double scale(int point) {
    double value = 1;
    for (int other = 0; other < points - 1; other++) {
      value *= other == point ? 1 : FINITE[point] - FINITE[other];
    }
    return 1 / value;
  }

  /** The transposed of A, outputs x points. */
  Matrix result() {
    float[] entries = new float[outputs() * points];
    for (int output = 0; output < outputs(); output++) {
      for (int point = 0; point < points - 1; point++) {
        entries[output * points + point] = rounded(Math.pow(FINITE[point], output));
      }
    }
    entries[entries.length - 1] = 1;
    return new Matrix(entries, outputs(), resultKind());
  }

  private Kind resultKind() {
    return outputs() != 4
        ? Kind.OTHER
        : points == FEW ? Kind.RESULT_OF_4_AT_6 : Kind.RESULT_OF_4_AT_8;
  }

  @SuppressWarnings("cast") // needless in f64
  private static float rounded(double value) {
    return (float) value;
  }
}
