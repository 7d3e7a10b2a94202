package dev.adjoint.reference;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.Arrays;

/**
 * The elements of a value while rules compute with it: doubles for floating point, longs for
 * integers and booleans (0 and 1). Elements are addressed by their place in row-major order, which
 * {@link #at} gives for an index.
 *
 * <p>A rule writes to its result without rounding; {@link #round} then brings every element into
 * the dtype's range, once.
 */
abstract sealed class Grid {
  private final TensorType type;
  private final Extent extent;

  private Grid(TensorType type, Extent extent) {
    this.type = type;
    this.extent = extent;
  }

  /** Zeros, or false. */
  static Grid zeros(TensorType type) {
    Extent extent = Extent.of(type.shape());
    long bytes = (long) Double.BYTES * extent.count();
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes > heap) {
      throw new Fault(
          "%s needs %d bytes, the heap has at most %d. Give Java more with -Xmx.",
          type, bytes, heap);
    }
    return type.dtype().isFloating()
        ? new Doubles(type, extent, new double[extent.count()])
        : new Longs(type, extent, new long[extent.count()]);
  }

  /** The elements of a tensor, under a dtype that holds them exactly. */
  static Grid of(Tensor tensor, DType dtype) {
    Grid grid = zeros(new TensorType(dtype, tensor.shape()));
    for (int i = 0; i < tensor.size(); i++) {
      if (dtype.isFloating()) {
        grid.set(i, tensor.getDouble(i));
      } else {
        grid.set(i, tensor.getLong(i));
      }
    }
    return grid;
  }

  DType dtype() {
    return type.dtype();
  }

  TensorType type() {
    return type;
  }

  Extent extent() {
    return extent;
  }

  int rank() {
    return extent.rank();
  }

  long size(int axis) {
    return extent.size(axis);
  }

  int count() {
    return extent.count();
  }

  /** The place of the element at an index. */
  int at(long... index) {
    return extent.place(index);
  }

  boolean isFloating() {
    return dtype().isFloating();
  }

  boolean getBoolean(int i) {
    return getLong(i) != 0;
  }

  void set(int i, boolean value) {
    set(i, value ? 1L : 0L);
  }

  /** The element, of floating point. */
  abstract double getDouble(int i);

  /** The element, an integer or a boolean. */
  abstract long getLong(int i);

  abstract void set(int i, double value);

  abstract void set(int i, long value);

  /** This element becomes that of another grid. */
  abstract void copy(int i, Grid source, int from);

  /** This element becomes {@code function(this element, that of another grid)}. */
  abstract void combine(int i, Binary function, Grid source, int from);

  /** Adds the product of two elements to this one. */
  abstract void addProduct(int i, Grid a, int atA, Grid b, int atB);

  /** Whether an element is larger than another of this grid, where NaN is above every number. */
  abstract boolean isAbove(int i, int j);

  /** Whether an element is smaller than another of this grid, where NaN is below every number. */
  abstract boolean isBelow(int i, int j);

  /** The same elements in row-major order under another shape. */
  abstract Grid reshape(Shape shape);

  /** Rounds every element to the dtype: to float, or to the low 32 bits. */
  abstract void round();

  abstract Tensor toTensor();

  final void fill(double floating, long integer) {
    for (int i = 0; i < count(); i++) {
      if (isFloating()) {
        set(i, floating);
      } else {
        set(i, integer);
      }
    }
  }

  private static final class Doubles extends Grid {
    private final double[] elements;

    private Doubles(TensorType type, Extent extent, double[] elements) {
      super(type, extent);
      this.elements = elements;
    }

    @Override
    double getDouble(int i) {
      return elements[i];
    }

    @Override
    long getLong(int i) {
      throw new IllegalStateException("asked for an integer, the dtype is " + dtype());
    }

    @Override
    void set(int i, double value) {
      elements[i] = value;
    }

    @Override
    void set(int i, long value) {
      throw new IllegalStateException("given an integer, the dtype is " + dtype());
    }

    @Override
    void copy(int i, Grid source, int from) {
      elements[i] = source.getDouble(from);
    }

    @Override
    void combine(int i, Binary function, Grid source, int from) {
      elements[i] = function.floating().applyAsDouble(elements[i], source.getDouble(from));
    }

    @Override
    void addProduct(int i, Grid a, int atA, Grid b, int atB) {
      elements[i] += a.getDouble(atA) * b.getDouble(atB);
    }

    @Override
    boolean isAbove(int i, int j) {
      return Double.isNaN(elements[i]) ? !Double.isNaN(elements[j]) : elements[i] > elements[j];
    }

    @Override
    boolean isBelow(int i, int j) {
      return Double.isNaN(elements[i]) ? !Double.isNaN(elements[j]) : elements[i] < elements[j];
    }

    @Override
    Grid reshape(Shape shape) {
      return new Doubles(type().withShape(shape), Extent.of(shape), elements);
    }

    @Override
    void round() {
      if (dtype() == DType.FLOAT32) {
        Arrays.setAll(elements, i -> (float) elements[i]);
      }
    }

    @Override
    Tensor toTensor() {
      Tensor tensor = Tensor.adopt(elements.clone(), type().shape());
      return tensor.cast(dtype());
    }
  }

  private static final class Longs extends Grid {
    private final long[] elements;

    private Longs(TensorType type, Extent extent, long[] elements) {
      super(type, extent);
      this.elements = elements;
    }

    @Override
    double getDouble(int i) {
      throw new IllegalStateException("asked for floating point, the dtype is " + dtype());
    }

    @Override
    long getLong(int i) {
      return elements[i];
    }

    @Override
    void set(int i, double value) {
      throw new IllegalStateException("given floating point, the dtype is " + dtype());
    }

    @Override
    void set(int i, long value) {
      elements[i] = value;
    }

    @Override
    void copy(int i, Grid source, int from) {
      elements[i] = source.getLong(from);
    }

    @Override
    void combine(int i, Binary function, Grid source, int from) {
      elements[i] = function.integer().applyAsLong(elements[i], source.getLong(from));
    }

    @Override
    void addProduct(int i, Grid a, int atA, Grid b, int atB) {
      elements[i] += a.getLong(atA) * b.getLong(atB);
    }

    @Override
    boolean isAbove(int i, int j) {
      return elements[i] > elements[j];
    }

    @Override
    boolean isBelow(int i, int j) {
      return elements[i] < elements[j];
    }

    @Override
    Grid reshape(Shape shape) {
      return new Longs(type().withShape(shape), Extent.of(shape), elements);
    }

    @Override
    void round() {
      if (dtype() == DType.INT32) {
        Arrays.setAll(elements, i -> (int) elements[i]);
      }
    }

    @Override
    Tensor toTensor() {
      Tensor tensor = Tensor.adopt(elements.clone(), type().shape());
      return tensor.cast(dtype());
    }
  }
}
