package dev.adjoint.runtime;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;

/** Java arrays of elements, by dtype. */
final class Arrays {
  /** How many elements an array of Java has at most on any JVM. */
  static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

  private Arrays() {}

  static Object allocate(DType dtype, int elements) {
    return switch (dtype) {
      case FLOAT32 -> new float[elements];
      case FLOAT64 -> new double[elements];
      case INT32 -> new int[elements];
      case INT64 -> new long[elements];
      case BOOL -> new boolean[elements];
    };
  }

  static Object allocate(TensorType type) {
    return allocate(type.dtype(), elements(type));
  }

  /** How many elements a value has. */
  static int elements(TensorType type) {
    long count = type.shape().elementCount();
    if (count > MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          "%s has %d elements, an array holds at most %d. Use smaller sizes."
              .formatted(type, count, MOST_ELEMENTS));
    }
    return (int) count;
  }

  static void copy(Tensor from, Object to, int offset) {
    switch (from.dtype()) {
      case FLOAT32 -> from.copyTo((float[]) to, offset);
      case FLOAT64 -> from.copyTo((double[]) to, offset);
      case INT32 -> from.copyTo((int[]) to, offset);
      case INT64 -> from.copyTo((long[]) to, offset);
      case BOOL -> from.copyTo((boolean[]) to, offset);
    }
  }

  static Object copyOf(Tensor tensor) {
    Object array = allocate(tensor.type());
    copy(tensor, array, 0);
    return array;
  }

  /** A copy of part of an array. */
  static Tensor toTensor(Object array, int offset, TensorType type) {
    Object copy = allocate(type);
    System.arraycopy(array, offset, copy, 0, elements(type));
    return switch (type.dtype()) {
      case FLOAT32 -> Tensor.adopt((float[]) copy, type.shape());
      case FLOAT64 -> Tensor.adopt((double[]) copy, type.shape());
      case INT32 -> Tensor.adopt((int[]) copy, type.shape());
      case INT64 -> Tensor.adopt((long[]) copy, type.shape());
      case BOOL -> Tensor.adopt((boolean[]) copy, type.shape());
    };
  }
}
