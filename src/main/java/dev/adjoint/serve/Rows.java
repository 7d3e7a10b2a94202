package dev.adjoint.serve;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Tensors cut and joined along their first axis. */
final class Rows {
  private Rows() {}

  /** Rows {@code from..from+count-1}. */
  static Tensor slice(Tensor tensor, int from, int count) {
    if (count == tensor.dim(0)) {
      return tensor;
    }
    long[] sizes = tensor.shape().sizes();
    int rowBytes = bytes(tensor.dtype(), sizes) / Math.max(1, (int) sizes[0]);
    sizes[0] = count;
    ByteBuffer part = tensor.toBytes().slice(from * rowBytes, count * rowBytes);
    return Tensor.of(part, tensor.dtype(), sizes);
  }

  /** All rows one after the other, then zeros up to {@code rows}. */
  static Tensor join(List<Tensor> parts, int rows) {
    Tensor first = parts.getFirst();
    if (parts.size() == 1 && first.dim(0) == rows) {
      return first;
    }
    long[] sizes = first.shape().sizes();
    sizes[0] = rows;
    ByteBuffer joined =
        ByteBuffer.allocate(bytes(first.dtype(), sizes)).order(ByteOrder.LITTLE_ENDIAN);
    parts.forEach(part -> joined.put(part.toBytes()));
    return Tensor.of(joined.rewind(), first.dtype(), sizes);
  }

  private static int bytes(DType dtype, long[] sizes) {
    long bytes = dtype.byteSize();
    for (long size : sizes) {
      bytes = Math.multiplyExact(bytes, size);
    }
    return Math.toIntExact(bytes);
  }
}
