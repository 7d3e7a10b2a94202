package dev.adjoint.tensor;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The elements of a tensor in row-major order, in the Java array of their dtype. What differs by
 * dtype is written here once; everything else is written over this interface.
 */
sealed interface Storage {
  DType dtype();

  /** The Java array that holds the elements. */
  Object array();

  /** The element as a double; 0 or 1 for a boolean. */
  double getDouble(int i);

  /** The element as a long: 0 or 1 for a boolean, cut toward zero and saturated for a float. */
  long getLong(int i);

  /** Whether the element is not zero; NaN is not. */
  default boolean getBoolean(int i) {
    return getDouble(i) != 0;
  }

  /** Bits that are equal exactly for equal elements; all NaNs are equal, 0.0 and -0.0 are not. */
  long bits(int i);

  /** Sets an element of a storage that no tensor holds yet, converting as a cast does. */
  void set(int i, Storage source, int from);

  /** Sets an element of a storage that no tensor holds yet, converting as a cast does. */
  void set(int i, double value);

  /** Moves elements {@code from..to-1} into a buffer, in its byte order. */
  void write(int from, int to, ByteBuffer target);

  /** Sets elements {@code from..to-1} of a storage that no tensor holds yet from a buffer. */
  void read(int from, int to, ByteBuffer source);

  default int size() {
    return Array.getLength(array());
  }

  static Storage allocate(DType dtype, int size) {
    return switch (dtype) {
      case FLOAT32 -> new Floats(new float[size]);
      case FLOAT64 -> new Doubles(new double[size]);
      case INT32 -> new Ints(new int[size]);
      case INT64 -> new Longs(new long[size]);
      case BOOL -> new Booleans(new boolean[size]);
    };
  }

  /** Elements converted to another dtype. */
  default Storage convert(DType dtype) {
    Storage converted = allocate(dtype, size());
    for (int i = 0; i < size(); i++) {
      converted.set(i, this, i);
    }
    return converted;
  }

  /** The elements as bytes, least significant first. */
  default ByteBuffer toBytes() {
    long bytes = (long) size() * dtype().byteSize();
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "%d bytes do not fit one buffer; write the tensor to a file instead.".formatted(bytes));
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    write(0, size(), buffer);
    return buffer.flip();
  }

  /** Elements of dtype {@link DType#FLOAT32}. */
  @SuppressWarnings("ArrayRecordComponent") // Tensor compares elements, never storages.
  record Floats(float[] array) implements Storage {
    @Override
    public DType dtype() {
      return DType.FLOAT32;
    }

    @Override
    public double getDouble(int i) {
      return array[i];
    }

    @Override
    public long getLong(int i) {
      return (long) array[i];
    }

    @Override
    public long bits(int i) {
      return Float.floatToIntBits(array[i]);
    }

    @Override
    public void set(int i, Storage source, int from) {
      // A long goes to float in one rounding, not by way of double.
      array[i] =
          source.dtype().isInteger()
              ? (float) source.getLong(from)
              : (float) source.getDouble(from);
    }

    @Override
    public void set(int i, double value) {
      array[i] = (float) value;
    }

    @Override
    public void write(int from, int to, ByteBuffer target) {
      target.asFloatBuffer().put(array, from, to - from);
      target.position(target.position() + (to - from) * Float.BYTES);
    }

    @Override
    public void read(int from, int to, ByteBuffer source) {
      source.asFloatBuffer().get(array, from, to - from);
      source.position(source.position() + (to - from) * Float.BYTES);
    }
  }

  /** Elements of dtype {@link DType#FLOAT64}. */
  @SuppressWarnings("ArrayRecordComponent") // Tensor compares elements, never storages.
  record Doubles(double[] array) implements Storage {
    @Override
    public DType dtype() {
      return DType.FLOAT64;
    }

    @Override
    public double getDouble(int i) {
      return array[i];
    }

    @Override
    public long getLong(int i) {
      return (long) array[i];
    }

    @Override
    public long bits(int i) {
      return Double.doubleToLongBits(array[i]);
    }

    @Override
    public void set(int i, Storage source, int from) {
      array[i] = source.getDouble(from);
    }

    @Override
    public void set(int i, double value) {
      array[i] = value;
    }

    @Override
    public void write(int from, int to, ByteBuffer target) {
      target.asDoubleBuffer().put(array, from, to - from);
      target.position(target.position() + (to - from) * Double.BYTES);
    }

    @Override
    public void read(int from, int to, ByteBuffer source) {
      source.asDoubleBuffer().get(array, from, to - from);
      source.position(source.position() + (to - from) * Double.BYTES);
    }
  }

  /** Elements of dtype {@link DType#INT32}. */
  @SuppressWarnings("ArrayRecordComponent") // Tensor compares elements, never storages.
  record Ints(int[] array) implements Storage {
    @Override
    public DType dtype() {
      return DType.INT32;
    }

    @Override
    public double getDouble(int i) {
      return array[i];
    }

    @Override
    public long getLong(int i) {
      return array[i];
    }

    @Override
    public long bits(int i) {
      return array[i];
    }

    @Override
    public void set(int i, Storage source, int from) {
      array[i] =
          source.dtype().isFloating() ? (int) source.getDouble(from) : (int) source.getLong(from);
    }

    @Override
    public void set(int i, double value) {
      array[i] = (int) value;
    }

    @Override
    public void write(int from, int to, ByteBuffer target) {
      target.asIntBuffer().put(array, from, to - from);
      target.position(target.position() + (to - from) * Integer.BYTES);
    }

    @Override
    public void read(int from, int to, ByteBuffer source) {
      source.asIntBuffer().get(array, from, to - from);
      source.position(source.position() + (to - from) * Integer.BYTES);
    }
  }

  /** Elements of dtype {@link DType#INT64}. */
  @SuppressWarnings("ArrayRecordComponent") // Tensor compares elements, never storages.
  record Longs(long[] array) implements Storage {
    @Override
    public DType dtype() {
      return DType.INT64;
    }

    @Override
    public double getDouble(int i) {
      return array[i];
    }

    @Override
    public long getLong(int i) {
      return array[i];
    }

    @Override
    public long bits(int i) {
      return array[i];
    }

    @Override
    public void set(int i, Storage source, int from) {
      array[i] = source.getLong(from);
    }

    @Override
    public void set(int i, double value) {
      array[i] = (long) value;
    }

    @Override
    public void write(int from, int to, ByteBuffer target) {
      target.asLongBuffer().put(array, from, to - from);
      target.position(target.position() + (to - from) * Long.BYTES);
    }

    @Override
    public void read(int from, int to, ByteBuffer source) {
      source.asLongBuffer().get(array, from, to - from);
      source.position(source.position() + (to - from) * Long.BYTES);
    }
  }

  /** Elements of dtype {@link DType#BOOL}. */
  @SuppressWarnings("ArrayRecordComponent") // Tensor compares elements, never storages.
  record Booleans(boolean[] array) implements Storage {
    @Override
    public DType dtype() {
      return DType.BOOL;
    }

    @Override
    public double getDouble(int i) {
      return array[i] ? 1 : 0;
    }

    @Override
    public long getLong(int i) {
      return array[i] ? 1 : 0;
    }

    @Override
    public boolean getBoolean(int i) {
      return array[i];
    }

    @Override
    public long bits(int i) {
      return getLong(i);
    }

    @Override
    public void set(int i, Storage source, int from) {
      array[i] = source.getBoolean(from);
    }

    @Override
    public void set(int i, double value) {
      array[i] = value != 0;
    }

    @Override
    public void write(int from, int to, ByteBuffer target) {
      for (int i = from; i < to; i++) {
        target.put(array[i] ? (byte) 1 : (byte) 0);
      }
    }

    @Override
    public void read(int from, int to, ByteBuffer source) {
      for (int i = from; i < to; i++) {
        array[i] = source.get() != 0;
      }
    }
  }
}
