package dev.adjoint.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The type of a tensor's elements. Its text, as in {@code f32[N, 10]}, is the short name. */
public enum DType {
  /** IEEE 754 binary32, Java {@code float}. */
  FLOAT32("f32", 4),
  /** IEEE 754 binary64, Java {@code double}. */
  FLOAT64("f64", 8),
  /** Signed 32 bits, Java {@code int}. */
  INT32("i32", 4),
  /** Signed 64 bits, Java {@code long}. */
  INT64("i64", 8),
  /** True or false, Java {@code boolean}; one byte, 0 or 1, wherever it is laid out in bytes. */
  BOOL("bool", 1);

  private final String shortName;
  private final int byteSize;

  DType(String shortName, int byteSize) {
    this.shortName = shortName;
    this.byteSize = byteSize;
  }

  /**
   * The name used in text forms: {@code f32}, {@code f64}, {@code i32}, {@code i64}, {@code bool}.
   */
  public String shortName() {
    return shortName;
  }

  /** Bytes per element. */
  public int byteSize() {
    return byteSize;
  }

  /** Whether elements are IEEE 754 numbers. */
  public boolean isFloating() {
    return this == FLOAT32 || this == FLOAT64;
  }

  /** Whether elements are signed integers; {@link #BOOL} is not. */
  public boolean isInteger() {
    return this == INT32 || this == INT64;
  }

  /**
   * The dtype of a {@link #shortName()}.
   *
   * @throws IllegalArgumentException if no dtype has that name; the message lists those that exist
   */
  public static DType parse(String shortName) {
    for (DType dtype : values()) {
      if (dtype.shortName.equals(shortName)) {
        return dtype;
      }
    }
    throw new IllegalArgumentException(
        "No dtype is called '%s'; known are %s."
            .formatted(
                Excerpt.of(shortName),
                Arrays.stream(values()).map(DType::shortName).collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return shortName;
  }
}
