package dev.adjoint.serve;

import dev.adjoint.tensor.DType;
import java.util.List;

/**
 * The size that no tensor of a request may exceed.
 *
 * @param bytes how many bytes its elements may take
 */
record TensorLimit(long bytes) {
  /** Checks a tensor before anything is allocated for it. */
  void require(String input, DType dtype, List<Long> shape) {
    long needed = (long) WireType.elements(input, shape) * dtype.byteSize();
    if (needed > bytes) {
      throw ServeException.tooLarge(
          "The input '%s' %s %s takes %d bytes"
              .formatted(input, WireType.nameOf(dtype), shape, needed),
          bytes,
          ServerOptions.TENSOR_BYTES);
    }
  }

  /** How many elements a tensor may have at most. */
  int elements(DType dtype) {
    return (int) Math.min(bytes / dtype.byteSize(), Integer.MAX_VALUE - Long.BYTES);
  }
}
