package dev.adjoint.tensor;

import java.util.Map;

/**
 * What is known of a tensor before its numbers: the dtype and the shape, such as {@code f32[N,
 * 10]}.
 *
 * @param dtype the type of the elements
 * @param shape the sizes of the axes, constant or symbolic
 */
public record TensorType(DType dtype, Shape shape) {

  /**
   * A type of constant sizes.
   *
   * @throws IllegalArgumentException for more than 8 sizes or a negative one
   */
  public static TensorType of(DType dtype, long... sizes) {
    return new TensorType(dtype, Shape.of(sizes));
  }

  /**
   * Reads what {@link #toString()} writes.
   *
   * @throws IllegalArgumentException if the text is not the short name of a dtype and a shape
   */
  public static TensorType parse(String text) {
    int bracket = text.indexOf('[');
    if (bracket < 0) {
      throw new IllegalArgumentException(
          "'%s' is no tensor type: expected a dtype and sizes in brackets, as in f32[N, 10]."
              .formatted(Excerpt.of(text)));
    }
    return new TensorType(
        DType.parse(text.substring(0, bracket).strip()), Shape.parse(text.substring(bracket)));
  }

  /** The number of axes. */
  public int rank() {
    return shape.rank();
  }

  /**
   * The size of an axis.
   *
   * @throws IndexOutOfBoundsException if the axis is not in 0 to rank - 1
   */
  public Dim dim(int axis) {
    return shape.dim(axis);
  }

  /** The same dtype with another shape. */
  public TensorType withShape(Shape other) {
    return new TensorType(dtype, other);
  }

  /** The same shape with another dtype. */
  public TensorType withDType(DType other) {
    return new TensorType(other, shape);
  }

  /** Whether every size is a number. */
  public boolean isConstant() {
    return shape.isConstant();
  }

  /** The type of constant sizes for given values of the names; fails as {@link Shape#bind} does. */
  public TensorType bind(Map<String, Long> sizes) {
    return withShape(shape.bind(sizes));
  }

  /** The short name and the sizes, such as {@code f32[N, 28, 28, 1]}; {@link #parse} reads it. */
  @Override
  public String toString() {
    return dtype.shortName() + shape;
  }
}
