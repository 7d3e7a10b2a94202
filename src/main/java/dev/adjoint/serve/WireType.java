package dev.adjoint.serve;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Datatypes, shapes and raw bytes as the protocol has them. */
final class WireType {
  private WireType() {}

  static String nameOf(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "FP32";
      case FLOAT64 -> "FP64";
      case INT32 -> "INT32";
      case INT64 -> "INT64";
      case BOOL -> "BOOL";
    };
  }

  static DType of(String input, String name) {
    return Arrays.stream(DType.values())
        .filter(dtype -> nameOf(dtype).equals(name))
        .findFirst()
        .orElseThrow(() ->
            ServeException.invalid(
                "The input '%s' has the datatype '%s'; served are BOOL, INT32, INT64, FP32, FP64.",
                input, name));
  }

  /** How many elements a shape has, checked before anything is allocated. */
  static int elements(String input, List<Long> shape) {
    long count = 1;
    boolean empty = shape.contains(0L);
    for (long size : shape) {
      if (size < 0
          || (!empty && size > Integer.MAX_VALUE / count)
          || shape.size() > Shape.MAX_RANK) {
        throw ServeException.invalid("The input '%s' has the impossible shape %s.", input, shape);
      }
      count = empty ? 1 : count * size;
    }
    return empty ? 0 : (int) count;
  }

  static long[] sizes(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  /** A tensor of raw bytes. */
  static Tensor raw(String input, DType dtype, List<Long> shape, ByteBuffer bytes) {
    long expected = (long) elements(input, shape) * dtype.byteSize();
    if (bytes.remaining() != expected) {
      throw ServeException.invalid(
          "The input '%s' %s %s takes %d bytes, given %d.",
          input, nameOf(dtype), shape, expected, bytes.remaining());
    }
    return Tensor.of(bytes, dtype, sizes(shape));
  }
}
