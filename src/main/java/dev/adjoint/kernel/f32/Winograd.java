package dev.adjoint.kernel.f32;

import com.google.common.primitives.ImmutableDoubleArray;

/**
 * The transforms of Winograd's minimal filtering: m outputs of a filter of r taps take {@code m + r
 * - 1} products in place of m r. With T for the input, G for the filter and A for the result, along
 * both axes of a tile,
 *
 * <pre>
 * y = A^T ((G w G^T) * (T x T^T)) A
 * </pre>
 *
 * <p>Filter and input are read as polynomials and multiplied at {@link Points}. The input's
 * transform is the same for every split of m + r, so 3 x 3 filters (m = 4) and 5 x 5 filters (m =
 * 2) share the one of six points, and so does a filter's gradient, where the output's gradient acts
 * as the filter. (Winograd, "Arithmetic Complexity of Computations", 1980; Lavin and Gray, "Fast
 * Algorithms for Convolutional Neural Networks", 2016.)
 *
 * <p>How far values grow: with t, g the sums of magnitudes in the rows of T, G, an input's
 * transform has up to {@code max(t)^2} times the input's largest magnitude, a sum of k products up
 * to {@code k max(t g)^2} times both, and a result's terms up to {@code k max(|A^T| (t g))^2}. The
 * first and the last, the largest over all splits:
 *
 * <pre>
 * points   input    result of or for 3 taps   5 taps
 * 6          100                      2,845    3,326
 * 8          225                      9,670    7,531
 * 9       21,412                          -   27,222
 * </pre>
 *
 * <p>A filter's transform has {@code max(g)^2}, at most 2; loops that scale a sum after adding it
 * up have up to 6.7 times the filter's largest magnitude on their way. Neighbours in a tile share
 * sums, so an infinity or NaN spreads to all of the tile.
 */
final class Winograd {
  /** Elements of a line of the cache. */
  private static final int LINE = 16;

  /** Pairs of features of a kernel that is transformed: four gigabytes with a hundred products. */
  private static final long MOST_PAIRS = 10_000_000;

  /** More points for less than this part of the products of fewer: they round more. */
  private static final double WORTH = 0.75;

  /** Nine points for sums of so many products at each: most of what they round evens out. */
  private static final int MANY_TERMS = 16;

  private static final Points[] FEW = {Points.SIX, Points.EIGHT};

  private final Points points;
  private final int taps;

  private Winograd(Points points, int taps) {
    this.points = points;
    this.taps = taps;
  }

  /**
   * Where polynomials are multiplied, in rising order of products saved and of rounding. Finite
   * points come in pairs of opposite signs behind the 0.
   */
  private enum Points {
    /** 0, 1, -1, 2, -2 and infinity. */
    SIX(/* withInfinity= */ true, 1, 2),

    /** Those, 1/2 and -1/2. */
    EIGHT(/* withInfinity= */ true, 1, 2, 0.5),

    /**
     * 0 and four pairs. Of all choices of four out of twenty numbers between 3/8 and 4 this is
     * among those with the least sum of {@code |A^T| (|G| * |T|)}, which bounds the error; its
     * matrix T is exact in 24 bits. It rounds 2.5 times as much as eight points.
     */
    NINE(/* withInfinity= */ false, 0.5, 0.875, 1.5, 4);

    private final ImmutableDoubleArray finite;
    private final boolean withInfinity;

    Points(boolean withInfinity, double... pairs) {
      this.withInfinity = withInfinity;
      ImmutableDoubleArray.Builder points = ImmutableDoubleArray.builder().add(0);
      for (double pair : pairs) {
        points.add(pair).add(-pair);
      }
      this.finite = points.build();
    }

    int count() {
      return finite.length() + (withInfinity ? 1 : 0);
    }

    int tiles(int fixed, int height, int width) {
      int tile = count() + 1 - fixed;
      return Math.ceilDiv(height, tile) * Math.ceilDiv(width, tile);
    }

    long products(int fixed, int height, int width) {
      return (long) tiles(fixed, height, width) * count() * count();
    }
  }

  /**
   * The algorithm for filters of 3 x 3 or 5 x 5 and results of the given size, which are cut to
   * tiles.
   *
   * @param features how many are summed
   */
  static Winograd of(int taps, int features, int height, int width) {
    boolean many = features >= MANY_TERMS;
    return new Winograd(points(taps, many, height, width), taps);
  }

  /**
   * The algorithm for gradients of filters: {@code results} are the filter's taps, and the output's
   * gradient, so many images of the given size, is cut to filters.
   */
  static Winograd ofGradient(int results, int images, int height, int width) {
    boolean many = images * (long) Points.NINE.tiles(results, height, width) >= MANY_TERMS;
    Points points = points(results, many, height, width);
    return new Winograd(points, points.count() + 1 - results);
  }

  /**
   * Few points, but more if those take far fewer products and their error stays as documented.
   *
   * @param fixed the length of what is not cut, filters or results
   * @param many whether many products are summed at each point
   * @param height of what is cut to tiles
   * @param width and its width
   */
  private static Points points(int fixed, boolean many, int height, int width) {
    Points chosen = Points.SIX;
    for (Points more : fixed == 5 && many ? Points.values() : FEW) {
      if (more.products(fixed, height, width) < WORTH * chosen.products(fixed, height, width)) {
        chosen = more;
      }
    }
    return chosen;
  }

  /**
   * Whether there is an algorithm for an axis of so many taps and results, or for the gradient of a
   * filter with respect to so many taps, of which each sums so many terms.
   */
  static boolean suits(int taps, int others) {
    return (taps == 3 || taps == 5) && others >= Points.SIX.count() + 1 - taps;
  }

  /** Whether an array holds the transformed kernel of so many features, a matrix for each point. */
  static boolean holds(int inputs, int outputs) {
    return (long) inputs * outputs <= MOST_PAIRS;
  }

  /** How many points there are, and how long and wide an input tile is. */
  int points() {
    return points.count();
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
    return points() * points();
  }

  /** How long and wide a filter is. */
  int taps() {
    return taps;
  }

  /** How long and wide a result is. */
  int outputs() {
    return points() + 1 - taps;
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
    /** {@link #input()} with 9 points. */
    INPUT_AT_9,
    /** {@link #filter()} of 4 taps with 6 points. */
    FILTER_OF_4_AT_6,
    /** {@link #filter()} of 4 taps with 8 points. */
    FILTER_OF_4_AT_8,
    /** {@link #filter()} of 5 taps with 9 points. */
    FILTER_OF_5_AT_9,
    /** {@link #result()} of 4 with 6 points. */
    RESULT_OF_4_AT_6,
    /** {@link #result()} of 4 with 8 points. */
    RESULT_OF_4_AT_8,
    /** {@link #result()} of 5 with 9 points. */
    RESULT_OF_5_AT_9,
    /** Any other. */
    OTHER
  }

  /**
   * The matrix T, points x points. The row of a finite point has the coefficients of the polynomial
   * with a root at every other finite point; the row of infinity, the last, of that with a root at
   * all of them.
   */
  Matrix input() {
    int count = points();
    float[] entries = new float[count * count];
    for (int point = 0; point < count; point++) {
      double[] coefficients = polynomial(point);
      for (int power = 0; power < coefficients.length; power++) {
        entries[point * count + power] = rounded(coefficients[power]);
      }
    }
    return new Matrix(entries, count, inputKind());
  }

  private Kind inputKind() {
    return switch (points) {
      case SIX -> Kind.INPUT_AT_6;
      case EIGHT -> Kind.INPUT_AT_8;
      case NINE -> Kind.INPUT_AT_9;
    };
  }

  /** The coefficients, from that of power 0 on, with a root at all finite points but one. */
  private double[] polynomial(int except) {
    double[] product = {1};
    for (int point = 0; point < points.finite.length(); point++) {
      if (point != except) {
        product = timesRoot(product, points.finite.get(point));
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
    float[] entries = new float[points() * taps];
    for (int point = 0; point < points.finite.length(); point++) {
      for (int tap = 0; tap < taps; tap++) {
        entries[point * taps + tap] =
            rounded(scale(point) * Math.pow(points.finite.get(point), tap));
      }
    }
    if (points.withInfinity) {
      entries[entries.length - 1] = 1;
    }
    return new Matrix(entries, points(), filterKind());
  }

  private Kind filterKind() {
    return switch (points) {
      case SIX -> taps == 4 ? Kind.FILTER_OF_4_AT_6 : Kind.OTHER;
      case EIGHT -> taps == 4 ? Kind.FILTER_OF_4_AT_8 : Kind.OTHER;
      case NINE -> taps == 5 ? Kind.FILTER_OF_5_AT_9 : Kind.OTHER;
    };
  }

  /** One over the value that the point's polynomial has there. */
  private double scale(int point) {
    double value = 1;
    for (int other = 0; other < points.finite.length(); other++) {
      value *= other == point ? 1 : points.finite.get(point) - points.finite.get(other);
    }
    return 1 / value;
  }

  /** The transposed of A, outputs x points. */
  Matrix result() {
    int count = points();
    float[] entries = new float[outputs() * count];
    for (int output = 0; output < outputs(); output++) {
      for (int point = 0; point < points.finite.length(); point++) {
        entries[output * count + point] = rounded(Math.pow(points.finite.get(point), output));
      }
    }
    if (points.withInfinity) {
      entries[entries.length - 1] = 1;
    }
    return new Matrix(entries, outputs(), resultKind());
  }

  private Kind resultKind() {
    return switch (points) {
      case SIX -> outputs() == 4 ? Kind.RESULT_OF_4_AT_6 : Kind.OTHER;
      case EIGHT -> outputs() == 4 ? Kind.RESULT_OF_4_AT_8 : Kind.OTHER;
      case NINE -> outputs() == 5 ? Kind.RESULT_OF_5_AT_9 : Kind.OTHER;
    };
  }

  @SuppressWarnings("cast") // needless in f64
  private static float rounded(double value) {
    return (float) value;
  }
}
