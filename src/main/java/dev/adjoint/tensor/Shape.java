package dev.adjoint.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The sizes of a tensor's axes, slowest first; none for a scalar. Each size is a number that is not
 * negative or a symbolic {@link Dim}. Equal when all sizes are.
 */
public final class Shape {
  /** The most axes a shape can have. */
  public static final int MAX_RANK = 8;

  private static final Shape SCALAR = new Shape(List.of());

  private final List<Dim> dims;

  private Shape(List<Dim> dims) {
    if (dims.size() > MAX_RANK) {
      throw new IllegalArgumentException(
          "A shape has at most %d axes, %d are given: %s."
              .formatted(MAX_RANK, dims.size(), Excerpt.of(dims.toString())));
    }
    for (int axis = 0; axis < dims.size(); axis++) {
      if (dims.get(axis).isConstant() && dims.get(axis).value() < 0) {
        throw new IllegalArgumentException(
            "A size is not negative, axis %d of %s is.".formatted(axis, dims));
      }
    }
    this.dims = dims;
  }

  /**
   * The shape of constant sizes.
   *
   * @throws IllegalArgumentException for more than 8 sizes or a negative one
   */
  public static Shape of(long... sizes) {
    Dim[] dims = new Dim[sizes.length];
    for (int axis = 0; axis < sizes.length; axis++) {
      dims[axis] = Dim.of(sizes[axis]);
    }
    return new Shape(List.of(dims));
  }

  /**
   * The shape of given sizes.
   *
   * @throws IllegalArgumentException for more than 8 sizes or a negative constant
   */
  public static Shape of(Dim... dims) {
    return new Shape(List.of(dims));
  }

  /**
   * The shape of given sizes.
   *
   * @throws IllegalArgumentException for more than 8 sizes or a negative constant
   */
  public static Shape of(List<Dim> dims) {
    return new Shape(List.copyOf(dims));
  }

  /** The shape without axes, of one element. */
  public static Shape scalar() {
    return SCALAR;
  }

  /**
   * Reads what {@link #toString()} writes: sizes as {@link Dim#parse} takes them, separated by
   * commas, in brackets.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static Shape parse(String text) {
    String trimmed = text.strip();
    if (trimmed.length() < 2 || !trimmed.startsWith("[") || !trimmed.endsWith("]")) {
      throw new IllegalArgumentException(
          "'%s' is no shape: expected sizes in brackets, as in [N, 28, 28, 1]."
              .formatted(Excerpt.of(text)));
    }
    String inner = trimmed.substring(1, trimmed.length() - 1);
    if (inner.isBlank()) {
      return SCALAR;
    }
    List<Dim> dims = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= inner.length(); i++) {
      char c = i < inner.length() ? inner.charAt(i) : ',';
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && (depth == 0 || i == inner.length())) {
        if (dims.size() == MAX_RANK) {
          throw new IllegalArgumentException(
              "A shape has at most %d axes, more are given: '%s'."
                  .formatted(MAX_RANK, Excerpt.of(text)));
        }
        dims.add(Dim.parse(inner.substring(start, i)));
        start = i + 1;
      }
    }
    return of(dims);
  }

  /** The number of axes, 0 to 8. */
  public int rank() {
    return dims.size();
  }

  /**
   * The size of an axis.
   *
   * @throws IndexOutOfBoundsException if the axis is not in 0 to rank - 1
   */
  public Dim dim(int axis) {
    return dims.get(checkAxis(axis, rank() - 1));
  }

  /** All sizes, slowest axis first. */
  public List<Dim> dims() {
    return dims;
  }

  /** Whether every size is a number. */
  public boolean isConstant() {
    for (Dim dim : dims) {
      if (!dim.isConstant()) {
        return false;
      }
    }
    return true;
  }

  /**
   * All sizes as numbers.
   *
   * @throws IllegalStateException if one is symbolic
   */
  public long[] sizes() {
    long[] sizes = new long[dims.size()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = dims.get(axis).value();
    }
    return sizes;
  }

  /**
   * The size of an axis as a number.
   *
   * @throws IndexOutOfBoundsException if the axis is not in 0 to rank - 1
   * @throws IllegalStateException if the size is symbolic
   */
  public long size(int axis) {
    return dim(axis).value();
  }

  /** The product of all sizes, 1 for a scalar. */
  public Dim elements() {
    Dim product = Dim.of(1);
    for (Dim dim : dims) {
      product = product.times(dim);
    }
    return product;
  }

  /**
   * The product of all sizes as a number.
   *
   * @throws IllegalStateException if a size is symbolic
   * @throws ArithmeticException if it does not fit 64 bits
   */
  public long elementCount() {
    long[] sizes = sizes();
    for (long size : sizes) {
      if (size == 0) {
        return 0;
      }
    }
    long product = 1;
    for (long size : sizes) {
      product = Exact.multiply(product, size);
    }
    return product;
  }

  /** The names the sizes depend on, in alphabetical order. */
  public Set<String> names() {
    SortedSet<String> names = new TreeSet<>();
    for (Dim dim : dims) {
      names.addAll(dim.names());
    }
    return Collections.unmodifiableSortedSet(names);
  }

  /**
   * The constant shape for given values of the names.
   *
   * @throws IllegalArgumentException if a name has no value, a value or a resulting size is
   *     negative
   * @throws ArithmeticException if a size divides by zero or does not fit 64 bits
   */
  public Shape bind(Map<String, Long> sizes) {
    if (isConstant()) {
      return this;
    }
    for (String name : names()) {
      Long size = sizes.get(name);
      if (size != null && size < 0) {
        throw new IllegalArgumentException(
            "A size is not negative, '%s' of %s is bound to %d.".formatted(name, this, size));
      }
    }
    List<Dim> bound = new ArrayList<>();
    for (int axis = 0; axis < rank(); axis++) {
      long size = dim(axis).evaluate(sizes);
      if (size < 0) {
        throw new IllegalArgumentException(
            "Axis %d of %s would have %d elements with %s; bind larger sizes."
                .formatted(axis, this, size, sizes));
      }
      bound.add(Dim.of(size));
    }
    return of(bound);
  }

  /** This with another size of one axis. */
  public Shape withDim(int axis, Dim dim) {
    List<Dim> changed = new ArrayList<>(dims);
    changed.set(checkAxis(axis, rank() - 1), dim);
    return of(changed);
  }

  /**
   * This with one more axis, before the present {@code axis}; {@code axis} may be the rank.
   *
   * @throws IllegalArgumentException if the rank is 8 already
   */
  public Shape insert(int axis, Dim dim) {
    List<Dim> changed = new ArrayList<>(dims);
    changed.add(checkAxis(axis, rank()), dim);
    return of(changed);
  }

  /** This without one axis. */
  public Shape remove(int axis) {
    List<Dim> changed = new ArrayList<>(dims);
    changed.remove(checkAxis(axis, rank() - 1));
    return of(changed);
  }

  /** This with one more axis, the fastest. */
  public Shape append(Dim dim) {
    return insert(rank(), dim);
  }

  private int checkAxis(int axis, int last) {
    if (axis < 0 || axis > last) {
      throw new IndexOutOfBoundsException(
          "There is no axis %d in %s; %s."
              .formatted(axis, this, last < 0 ? "a scalar has none" : "axes are 0 to " + last));
    }
    return axis;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && dims.equals(shape.dims);
  }

  @Override
  public int hashCode() {
    return dims.hashCode();
  }

  /** The sizes in brackets, such as {@code [N, 28, 28, 1]}; {@link #parse} reads it. */
  @Override
  public String toString() {
    return dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
