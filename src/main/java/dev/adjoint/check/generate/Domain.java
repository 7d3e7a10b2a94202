package dev.adjoint.check.generate;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The values that an operand may have. A domain draws them in two ways: {@linkplain #smooth where
 * the operator is smooth}, at a distance from kinks, jumps and poles, as finite differences need
 * them; and {@linkplain #anything wherever the operator computes something}, among NaN, infinities,
 * signed zeros, extremes and equal elements. A BOOL is true or false, whatever the domain.
 */
public sealed interface Domain {
  /** A number of moderate size. Integers: from -9 to 9. */
  record Real() implements Domain {
    @Override
    public double smoothReal(RandomGenerator random) {
      return random.nextDouble(-2, 2);
    }

    @Override
    public long smoothInteger(RandomGenerator random) {
      return random.nextLong(-9, 10);
    }
  }

  /**
   * A number from {@code low} to {@code high}.
   *
   * @param low the least value
   * @param high the largest value, such that there is a whole number between both
   */
  record Between(double low, double high) implements Domain {
    @Override
    public double smoothReal(RandomGenerator random) {
      return random.nextDouble(low, high);
    }

    @Override
    public long smoothInteger(RandomGenerator random) {
      return random.nextLong((long) Math.ceil(low), (long) Math.floor(high) + 1);
    }
  }

  /** A number at a distance from 0. Integers: any but 0, which is an error. */
  record NonZero() implements Domain {
    @Override
    public double smoothReal(RandomGenerator random) {
      return random.nextDouble(0.5, 2) * sign(random);
    }

    @Override
    public long smoothInteger(RandomGenerator random) {
      return random.nextLong(1, 10) * sign(random);
    }

    @Override
    public boolean isRequired(DType dtype) {
      return dtype.isInteger();
    }
  }

  /** One of 0.5, 1, 2 and their negations. Integers: 1, 2, 4 and their negations. */
  record PowerOfTwo() implements Domain {
    @Override
    public double smoothReal(RandomGenerator random) {
      return 0.5 * smoothInteger(random);
    }

    @Override
    public long smoothInteger(RandomGenerator random) {
      return (1L << random.nextInt(3)) * sign(random);
    }

    @Override
    public boolean isRequired(DType dtype) {
      return dtype.isInteger();
    }
  }

  /**
   * A number that lies at a distance from all multiples of a spacing, of 0 and thus of the points
   * where rounding jumps.
   *
   * @param spacing the distance of the multiples; each value is at least a quarter of it away
   */
  record OffLattice(double spacing) implements Domain {
    @Override
    public double smoothReal(RandomGenerator random) {
      return (random.nextInt(-5, 5) + random.nextDouble(0.25, 0.75)) * spacing;
    }

    @Override
    public long smoothInteger(RandomGenerator random) {
      return random.nextLong(-9, 10);
    }
  }

  /**
   * Numbers all different, at a distance from each other, from 0, and from those of the other
   * operands that are compared with them.
   *
   * @param part the number of this operand among those compared, from 0
   * @param parts how many operands are compared with each other
   */
  record Separated(int part, int parts) implements Domain {
    private static final double DISTANCE = 1.0 / 16;

    @Override
    public Tensor smooth(TensorType type, RandomGenerator random) {
      int[] places = shuffled(elements(type), random);
      int middle = places.length * parts / 2;
      if (type.dtype().isFloating()) {
        DoubleStream values =
            IntStream.of(places).mapToDouble(p -> (p * parts + part - middle + 0.5) * DISTANCE);
        return tensor(type, values);
      }
      return type.dtype() == DType.BOOL
          ? Domain.super.smooth(type, random)
          : tensor(type, IntStream.of(places).mapToLong(p -> (long) p * parts + part - middle));
    }

    @Override
    public double smoothReal(RandomGenerator random) {
      return random.nextDouble(-2, 2);
    }

    @Override
    public long smoothInteger(RandomGenerator random) {
      return random.nextLong(-9, 10);
    }

    private static int[] shuffled(int size, RandomGenerator random) {
      int[] places = IntStream.range(0, size).toArray();
      for (int i = size - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        int place = places[i];
        places[i] = places[other];
        places[other] = place;
      }
      return places;
    }
  }

  /**
   * A whole number, also in floating point: an exponent, a class. No derivative with respect to it
   * is asked for. Integers outside are an error, or cost too much.
   *
   * @param least the least value
   * @param most the largest value
   */
  record Whole(long least, long most) implements Domain {
    @Override
    public double smoothReal(RandomGenerator random) {
      return smoothInteger(random);
    }

    @Override
    public long smoothInteger(RandomGenerator random) {
      return random.nextLong(least, most + 1);
    }

    @Override
    public boolean isRequired(DType dtype) {
      return dtype.isInteger();
    }

    @Override
    public boolean isDiscrete() {
      return true;
    }
  }

  /** A number of moderate size. */
  static Domain real() {
    return new Real();
  }

  /** A number above 0: from a quarter to 4. */
  static Domain positive() {
    return new Between(0.25, 4);
  }

  /** A probability above 0. */
  static Domain probability() {
    return new Between(0.0625, 1);
  }

  /** An index of an axis of the given size, which is 0 only where there is no index. */
  static Domain indices(long size) {
    return new Whole(0, Math.max(0, size - 1));
  }

  /** Numbers all different, for an operator that compares elements of this operand only. */
  static Domain separated() {
    return new Separated(0, 1);
  }

  /** A number of floating point at which the operator is smooth. */
  double smoothReal(RandomGenerator random);

  /** An integer of moderate size. */
  long smoothInteger(RandomGenerator random);

  /** Whether values of this dtype from outside are an error when the graph runs. */
  default boolean isRequired(DType dtype) {
    return false;
  }

  /** Whether no derivative with respect to the value is asked for, though it may exist. */
  default boolean isDiscrete() {
    return false;
  }

  /** Values at which the operator is smooth, of a type of constant sizes. */
  default Tensor smooth(TensorType type, RandomGenerator random) {
    int size = elements(type);
    return switch (type.dtype()) {
      case FLOAT32, FLOAT64 ->
          tensor(type, DoubleStream.generate(() -> smoothReal(random)).limit(size));
      case INT32, INT64 ->
          tensor(type, LongStream.generate(() -> smoothInteger(random)).limit(size));
      case BOOL -> tensor(type, LongStream.generate(() -> random.nextInt(2)).limit(size));
    };
  }

  /** Values of all kinds for which the operator computes something. */
  default Tensor anything(TensorType type, RandomGenerator random) {
    DType dtype = type.dtype();
    if (dtype == DType.BOOL || isRequired(dtype)) {
      return smooth(type, random);
    }
    int size = elements(type);
    return dtype.isFloating()
        ? tensor(type, DoubleStream.generate(() -> anyReal(dtype, random)).limit(size))
        : tensor(type, LongStream.generate(() -> anyInteger(dtype, random)).limit(size));
  }

  private static double anyReal(DType dtype, RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 ->
          among(
              dtype == DType.FLOAT32
                  ? extremes(Float.MAX_VALUE, Float.MIN_VALUE)
                  : extremes(Double.MAX_VALUE, Double.MIN_VALUE),
              random);
      case 1 -> 0.5 * random.nextInt(-4, 5);
      case 2 -> random.nextGaussian();
      default -> random.nextGaussian() * 100;
    };
  }

  private static List<Double> extremes(double largest, double smallest) {
    return List.of(
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0.0,
        -0.0,
        largest,
        -largest,
        smallest,
        -smallest);
  }

  private static long anyInteger(DType dtype, RandomGenerator random) {
    boolean narrow = dtype == DType.INT32;
    return switch (random.nextInt(4)) {
      case 0 ->
          among(
              narrow
                  ? List.of((long) Integer.MIN_VALUE, (long) Integer.MAX_VALUE)
                  : List.of(Long.MIN_VALUE, Long.MAX_VALUE),
              random);
      case 1 -> narrow ? random.nextInt() : random.nextLong();
      default -> random.nextLong(-3, 4);
    };
  }

  private static <T> T among(List<T> values, RandomGenerator random) {
    return values.get(random.nextInt(values.size()));
  }

  private static int sign(RandomGenerator random) {
    return random.nextBoolean() ? 1 : -1;
  }

  private static int elements(TensorType type) {
    return Math.toIntExact(type.shape().elementCount());
  }

  private static Tensor tensor(TensorType type, DoubleStream values) {
    return Tensor.of(values.toArray(), type.shape().sizes()).cast(type.dtype());
  }

  private static Tensor tensor(TensorType type, LongStream values) {
    return Tensor.of(values.toArray(), type.shape().sizes()).cast(type.dtype());
  }
}
