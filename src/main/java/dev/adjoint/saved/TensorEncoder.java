package dev.adjoint.saved;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.adjoint.graph.GraphException;
import dev.adjoint.saved.proto.TensorProto;
import dev.adjoint.tensor.Tensor;

/**
 * Writes the constants of one graph. Where all elements have the same bits one is written, as long
 * as what a reader fills from such elements stays within the default limit.
 */
final class TensorEncoder {
  private static final long LARGEST = 1L << 30;

  private long repeatable = ReadLimits.defaults().repeatedBytes();
  private long written;

  /**
   * The message of a tensor.
   *
   * @throws GraphException if all constants together would be too many bytes for a file
   */
  TensorProto encode(Tensor tensor) {
    TensorProto.Builder out = TensorProto.newBuilder().setDtype(DTypes.encode(tensor.dtype()));
    for (long size : tensor.shape().sizes()) {
      out.addSizes(size);
    }
    int width = tensor.dtype().byteSize();
    requireSpace(tensor, (long) tensor.size() * width);
    ByteString bytes = UnsafeByteOperations.unsafeWrap(tensor.toBytes());
    if (tensor.size() > 1 && bytes.size() <= repeatable && isRepeated(bytes, width)) {
      repeatable -= bytes.size();
      return out.setRepeatedElement(bytes.substring(0, width)).build();
    }
    written += bytes.size();
    return out.setElements(bytes).build();
  }

  private void requireSpace(Tensor tensor, long bytes) {
    if (written + bytes > LARGEST) {
      throw new GraphException(
          ("with the constant %s all constants up to here have %d bytes, more than the %d that a"
                  + " saved graph holds. Make the large ones parameters and keep their values"
                  + " outside the graph.")
              .formatted(tensor.type(), written + bytes, LARGEST));
    }
  }

  private static boolean isRepeated(ByteString bytes, int width) {
    int shifted = bytes.size() - width;
    return bytes.substring(0, shifted).equals(bytes.substring(width));
  }
}
