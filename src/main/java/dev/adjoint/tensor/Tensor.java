package dev.adjoint.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * An immutable array of 0 to 8 axes: a dtype, constant sizes and the elements in row-major order
 * (the last axis fastest). Any size may be 0; there are at most 2^31 - 9 elements.
 *
 * <p>Data is copied when it enters and when it leaves, except through {@link #adopt}. Factories
 * that take sizes throw {@link IllegalArgumentException} when there are more than 8, when one is
 * negative or when they do not give the number of elements present; reading as the Java type of
 * another dtype throws {@link IllegalStateException} (use {@link #cast} first).
 *
 * <p>Two tensors are equal when type and elements are: NaN equals NaN, 0.0 does not equal -0.0.
 */
public final class Tensor {
  private static final int MAX_SIZE = Integer.MAX_VALUE - 8;

  private final Storage storage;
  private final Shape shape;

  /** Takes a storage that nobody changes any more and that has as many elements as the shape. */
  Tensor(Storage storage, Shape shape) {
    int size = checkSize(storage.dtype(), shape);
    if (size != storage.size()) {
      throw new IllegalArgumentException(
          "%s has %d elements, %d are given; pass sizes whose product is %d."
              .formatted(
                  new TensorType(storage.dtype(), shape), size, storage.size(), storage.size()));
    }
    this.storage = storage;
    this.shape = shape;
  }

  static int checkSize(DType dtype, Shape shape) {
    if (!shape.isConstant()) {
      throw new IllegalArgumentException(
          "A tensor has constant sizes, %s has not; bind %s first."
              .formatted(new TensorType(dtype, shape), String.join(", ", shape.names())));
    }
    long size;
    try {
      size = shape.elementCount();
    } catch (ArithmeticException e) {
      size = Long.MAX_VALUE;
    }
    if (size > MAX_SIZE) {
      throw new IllegalArgumentException(
          "A tensor has at most %d elements, %s has more; split it."
              .formatted(MAX_SIZE, new TensorType(dtype, shape)));
    }
    return (int) size;
  }

  /** A {@link DType#FLOAT32} tensor of given sizes, none for a scalar; copies the elements. */
  public static Tensor of(float[] data, long... sizes) {
    return adopt(data.clone(), Shape.of(sizes));
  }

  /** A {@link DType#FLOAT64} tensor of given sizes, none for a scalar; copies the elements. */
  public static Tensor of(double[] data, long... sizes) {
    return adopt(data.clone(), Shape.of(sizes));
  }

  /** A {@link DType#INT32} tensor of given sizes, none for a scalar; copies the elements. */
  public static Tensor of(int[] data, long... sizes) {
    return adopt(data.clone(), Shape.of(sizes));
  }

  /** A {@link DType#INT64} tensor of given sizes, none for a scalar; copies the elements. */
  public static Tensor of(long[] data, long... sizes) {
    return adopt(data.clone(), Shape.of(sizes));
  }

  /** A {@link DType#BOOL} tensor of given sizes, none for a scalar; copies the elements. */
  public static Tensor of(boolean[] data, long... sizes) {
    return adopt(data.clone(), Shape.of(sizes));
  }

  /** A {@link DType#FLOAT32} tensor of one axis; copies the elements. */
  public static Tensor vector(float... data) {
    return of(data, data.length);
  }

  /** A {@link DType#FLOAT64} tensor of one axis; copies the elements. */
  public static Tensor vector(double... data) {
    return of(data, data.length);
  }

  /** A {@link DType#INT32} tensor of one axis; copies the elements. */
  public static Tensor vector(int... data) {
    return of(data, data.length);
  }

  /** A {@link DType#INT64} tensor of one axis; copies the elements. */
  public static Tensor vector(long... data) {
    return of(data, data.length);
  }

  /** A {@link DType#BOOL} tensor of one axis; copies the elements. */
  public static Tensor vector(boolean... data) {
    return of(data, data.length);
  }

  /** A {@link DType#FLOAT32} tensor of rank 0. */
  public static Tensor scalar(float value) {
    return adopt(new float[] {value}, Shape.scalar());
  }

  /** A {@link DType#FLOAT64} tensor of rank 0. */
  public static Tensor scalar(double value) {
    return adopt(new double[] {value}, Shape.scalar());
  }

  /** A {@link DType#INT32} tensor of rank 0. */
  public static Tensor scalar(int value) {
    return adopt(new int[] {value}, Shape.scalar());
  }

  /** A {@link DType#INT64} tensor of rank 0. */
  public static Tensor scalar(long value) {
    return adopt(new long[] {value}, Shape.scalar());
  }

  /** A {@link DType#BOOL} tensor of rank 0. */
  public static Tensor scalar(boolean value) {
    return adopt(new boolean[] {value}, Shape.scalar());
  }

  /**
   * A {@link DType#FLOAT32} tensor that takes the array over without a copy. The caller gives it
   * up: it must not be written afterwards.
   */
  public static Tensor adopt(float[] data, Shape shape) {
    return new Tensor(new Storage.Floats(data), shape);
  }

  /**
   * A {@link DType#FLOAT64} tensor that takes the array over without a copy. The caller gives it
   * up: it must not be written afterwards.
   */
  public static Tensor adopt(double[] data, Shape shape) {
    return new Tensor(new Storage.Doubles(data), shape);
  }

  /**
   * A {@link DType#INT32} tensor that takes the array over without a copy. The caller gives it up:
   * it must not be written afterwards.
   */
  public static Tensor adopt(int[] data, Shape shape) {
    return new Tensor(new Storage.Ints(data), shape);
  }

  /**
   * A {@link DType#INT64} tensor that takes the array over without a copy. The caller gives it up:
   * it must not be written afterwards.
   */
  public static Tensor adopt(long[] data, Shape shape) {
    return new Tensor(new Storage.Longs(data), shape);
  }

  /**
   * A {@link DType#BOOL} tensor that takes the array over without a copy. The caller gives it up:
   * it must not be written afterwards.
   */
  public static Tensor adopt(boolean[] data, Shape shape) {
    return new Tensor(new Storage.Booleans(data), shape);
  }

  /** A {@link DType#FLOAT32} tensor of what remains in the buffer, whose position does not move. */
  public static Tensor of(FloatBuffer data, long... sizes) {
    float[] copy = new float[data.remaining()];
    data.get(data.position(), copy);
    return adopt(copy, Shape.of(sizes));
  }

  /** A {@link DType#FLOAT64} tensor of what remains in the buffer, whose position does not move. */
  public static Tensor of(DoubleBuffer data, long... sizes) {
    double[] copy = new double[data.remaining()];
    data.get(data.position(), copy);
    return adopt(copy, Shape.of(sizes));
  }

  /** A {@link DType#INT32} tensor of what remains in the buffer, whose position does not move. */
  public static Tensor of(IntBuffer data, long... sizes) {
    int[] copy = new int[data.remaining()];
    data.get(data.position(), copy);
    return adopt(copy, Shape.of(sizes));
  }

  /** A {@link DType#INT64} tensor of what remains in the buffer, whose position does not move. */
  public static Tensor of(LongBuffer data, long... sizes) {
    long[] copy = new long[data.remaining()];
    data.get(data.position(), copy);
    return adopt(copy, Shape.of(sizes));
  }

  /**
   * A tensor of what remains in a buffer of bytes, least significant first whatever the order of
   * the buffer, a boolean in one byte (0 is false). The position does not move.
   *
   * @throws IllegalArgumentException also if the bytes are not exactly those of the elements
   */
  public static Tensor of(ByteBuffer littleEndianBytes, DType dtype, long... sizes) {
    Shape shape = Shape.of(sizes);
    int size = checkSize(dtype, shape);
    long bytes = (long) size * dtype.byteSize();
    if (littleEndianBytes.remaining() != bytes) {
      throw new IllegalArgumentException(
          "%s takes %d bytes, %d remain in the buffer."
              .formatted(new TensorType(dtype, shape), bytes, littleEndianBytes.remaining()));
    }
    Storage storage = Storage.allocate(dtype, size);
    storage.read(0, size, littleEndianBytes.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    return new Tensor(storage, shape);
  }

  /**
   * A tensor of nested Java arrays, such as {@code float[][]}, of any of the five element types; of
   * a boxed element, a scalar. Axes after an empty one get size 0.
   *
   * @throws IllegalArgumentException if the arrays are ragged (the message names the first element
   *     that differs), hold null or another type, or have more than 8 levels
   */
  public static Tensor nested(Object arrays) {
    return Nested.read(arrays);
  }

  /**
   * A tensor of one value, converted to the dtype as {@link #cast} does.
   *
   * @throws IllegalArgumentException if the shape is symbolic
   */
  public static Tensor fill(DType dtype, Shape shape, double value) {
    Storage storage = Storage.allocate(dtype, checkSize(dtype, shape));
    for (int i = 0; i < storage.size(); i++) {
      storage.set(i, value);
    }
    return new Tensor(storage, shape);
  }

  /** A tensor of zeros, or of false. */
  public static Tensor zeros(DType dtype, long... sizes) {
    Shape shape = Shape.of(sizes);
    return new Tensor(Storage.allocate(dtype, checkSize(dtype, shape)), shape);
  }

  /** The type of the elements. */
  public DType dtype() {
    return storage.dtype();
  }

  /** The sizes, all constant. */
  public Shape shape() {
    return shape;
  }

  /** The dtype and the shape. */
  public TensorType type() {
    return new TensorType(dtype(), shape);
  }

  /** The number of axes, 0 to 8. */
  public int rank() {
    return shape.rank();
  }

  /** The number of elements. */
  public int size() {
    return storage.size();
  }

  /**
   * The size of an axis.
   *
   * @throws IndexOutOfBoundsException if the axis is not in 0 to rank - 1
   */
  public long dim(int axis) {
    return shape.size(axis);
  }

  /** The same elements in the same order under other sizes; shares the data. */
  public Tensor reshape(long... sizes) {
    return new Tensor(storage, Shape.of(sizes));
  }

  /**
   * The elements converted as Java converts: floats to integers cut toward zero, saturate, NaN to
   * 0; INT64 to INT32 keeps the low 32 bits; to BOOL whether the element is not zero (NaN is not);
   * BOOL to 0 or 1; everything else to the nearest value.
   */
  public Tensor cast(DType dtype) {
    return dtype == dtype() ? this : new Tensor(storage.convert(dtype), shape);
  }

  /**
   * The element at a row-major index, of any dtype; 0 or 1 for a boolean, the nearest double for a
   * large INT64.
   *
   * @throws IndexOutOfBoundsException if the index is not in 0 to size - 1
   */
  public double getDouble(int flat) {
    return storage.getDouble(checkFlat(flat));
  }

  /**
   * The element at a row-major index of an integer or BOOL tensor; 0 or 1 for a boolean.
   *
   * @throws IndexOutOfBoundsException if the index is not in 0 to size - 1
   */
  public long getLong(int flat) {
    if (dtype().isFloating()) {
      throw mismatch("an integer or bool tensor");
    }
    return storage.getLong(checkFlat(flat));
  }

  /**
   * The element at a row-major index of a BOOL tensor.
   *
   * @throws IndexOutOfBoundsException if the index is not in 0 to size - 1
   */
  public boolean getBoolean(int flat) {
    return booleans()[checkFlat(flat)];
  }

  /**
   * The element at a position, one index per axis, as {@link #getDouble} gives it.
   *
   * @throws IllegalArgumentException if there is not one index per axis
   * @throws IndexOutOfBoundsException if an index is not in 0 to the size of its axis - 1
   */
  public double at(long... index) {
    if (index.length != rank()) {
      throw new IllegalArgumentException(
          "%s takes %d indices, given are %s.".formatted(type(), rank(), Arrays.toString(index)));
    }
    long flat = 0;
    for (int axis = 0; axis < index.length; axis++) {
      if (index[axis] < 0 || index[axis] >= dim(axis)) {
        throw new IndexOutOfBoundsException(
            "%s lies outside %s at axis %d.".formatted(Arrays.toString(index), type(), axis));
      }
      flat = flat * dim(axis) + index[axis];
    }
    return storage.getDouble((int) flat);
  }

  private int checkFlat(int flat) {
    if (flat < 0 || flat >= size()) {
      throw new IndexOutOfBoundsException(
          "There is no element %d in %s, which has %d.".formatted(flat, type(), size()));
    }
    return flat;
  }

  /** A copy of the elements of a {@link DType#FLOAT32} tensor in row-major order. */
  public float[] toFloats() {
    return floats().clone();
  }

  /** A copy of the elements of a {@link DType#FLOAT64} tensor in row-major order. */
  public double[] toDoubles() {
    return doubles().clone();
  }

  /** A copy of the elements of a {@link DType#INT32} tensor in row-major order. */
  public int[] toInts() {
    return ints().clone();
  }

  /** A copy of the elements of a {@link DType#INT64} tensor in row-major order. */
  public long[] toLongs() {
    return longs().clone();
  }

  /** A copy of the elements of a {@link DType#BOOL} tensor in row-major order. */
  public boolean[] toBooleans() {
    return booleans().clone();
  }

  /**
   * Copies the elements of a {@link DType#FLOAT32} tensor to {@code target} from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void copyTo(float[] target, int offset) {
    copy(floats(), target, target.length, offset);
  }

  /**
   * Copies the elements of a {@link DType#FLOAT64} tensor to {@code target} from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void copyTo(double[] target, int offset) {
    copy(doubles(), target, target.length, offset);
  }

  /**
   * Copies the elements of a {@link DType#INT32} tensor to {@code target} from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void copyTo(int[] target, int offset) {
    copy(ints(), target, target.length, offset);
  }

  /**
   * Copies the elements of a {@link DType#INT64} tensor to {@code target} from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void copyTo(long[] target, int offset) {
    copy(longs(), target, target.length, offset);
  }

  /**
   * Copies the elements of a {@link DType#BOOL} tensor to {@code target} from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void copyTo(boolean[] target, int offset) {
    copy(booleans(), target, target.length, offset);
  }

  private void copy(Object elements, Object target, int length, int offset) {
    if (offset < 0 || offset > length - size()) {
      throw new IndexOutOfBoundsException(
          "The %d elements of %s do not fit an array of %d from %d on."
              .formatted(size(), type(), length, offset));
    }
    System.arraycopy(elements, 0, target, offset, size());
  }

  /** A read-only view of the elements of a {@link DType#FLOAT32} tensor. */
  public FloatBuffer floatBuffer() {
    return FloatBuffer.wrap(floats()).asReadOnlyBuffer();
  }

  /** A read-only view of the elements of a {@link DType#FLOAT64} tensor. */
  public DoubleBuffer doubleBuffer() {
    return DoubleBuffer.wrap(doubles()).asReadOnlyBuffer();
  }

  /** A read-only view of the elements of a {@link DType#INT32} tensor. */
  public IntBuffer intBuffer() {
    return IntBuffer.wrap(ints()).asReadOnlyBuffer();
  }

  /** A read-only view of the elements of a {@link DType#INT64} tensor. */
  public LongBuffer longBuffer() {
    return LongBuffer.wrap(longs()).asReadOnlyBuffer();
  }

  /** A copy of the elements of any dtype as {@link #getDouble} gives them. */
  public double[] asDoubles() {
    double[] doubles = new double[size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = storage.getDouble(i);
    }
    return doubles;
  }

  /**
   * A copy of the elements as bytes, least significant first, a boolean as one byte, 0 or 1.
   *
   * @throws IllegalStateException if they do not fit a buffer, whose capacity is an int
   */
  public ByteBuffer toBytes() {
    return storage.toBytes();
  }

  /** A copy as nested Java arrays, such as {@code float[][]}; of a scalar, a boxed element. */
  public Object toNested() {
    return Nested.write(storage, shape);
  }

  private float[] floats() {
    if (storage instanceof Storage.Floats(var array)) {
      return array;
    }
    throw mismatch(DType.FLOAT32.toString());
  }

  private double[] doubles() {
    if (storage instanceof Storage.Doubles(var array)) {
      return array;
    }
    throw mismatch(DType.FLOAT64.toString());
  }

  private int[] ints() {
    if (storage instanceof Storage.Ints(var array)) {
      return array;
    }
    throw mismatch(DType.INT32.toString());
  }

  private long[] longs() {
    if (storage instanceof Storage.Longs(var array)) {
      return array;
    }
    throw mismatch(DType.INT64.toString());
  }

  private boolean[] booleans() {
    if (storage instanceof Storage.Booleans(var array)) {
      return array;
    }
    throw mismatch(DType.BOOL.toString());
  }

  private IllegalStateException mismatch(String wanted) {
    return new IllegalStateException(
        "%s was asked for, this tensor is %s; cast it first.".formatted(wanted, type()));
  }

  Storage storage() {
    return storage;
  }

  /**
   * Whether the other has the same type and every element {@code x} of this is close to its {@code
   * y}: {@code |x - y| <= absolute + relative * |y|}. NaN is close to NaN, an infinity to itself.
   */
  public boolean closeTo(Tensor other, double relative, double absolute) {
    if (!type().equals(other.type())) {
      return false;
    }
    return Comparison.areClose(storage, other.storage, relative, absolute);
  }

  /**
   * The largest {@code |x - y|} over the elements of this and the other; 0 without elements,
   * infinity where only one is NaN or infinite.
   *
   * @throws IllegalArgumentException if the types differ
   */
  public double maxDifference(Tensor other) {
    if (!type().equals(other.type())) {
      throw new IllegalArgumentException(
          "Only tensors of one type are compared, these are %s and %s."
              .formatted(type(), other.type()));
    }
    return Comparison.largestDifference(storage, other.storage);
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    return other instanceof Tensor tensor
        && type().equals(tensor.type())
        && Comparison.areSameBits(storage, tensor.storage);
  }

  @Override
  public int hashCode() {
    return Comparison.hash(storage, type().hashCode());
  }

  /**
   * The elements as NumPy prints an array: nested brackets, columns aligned, at most 8 digits after
   * the point, beyond 1000 elements only the first and last three of each axis.
   */
  @Override
  public String toString() {
    return TensorPrinter.print(this);
  }
}
