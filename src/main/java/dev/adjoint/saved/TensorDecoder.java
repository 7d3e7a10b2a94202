package dev.adjoint.saved;

import com.google.protobuf.ByteString;
import dev.adjoint.graph.GraphException;
import dev.adjoint.saved.proto.TensorProto;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.nio.ByteBuffer;

/**
 * Reads the constants of one graph. Memory is taken for elements that are there, or, where one
 * stands for all, within a limit for the whole graph.
 *
 * <p>Throws {@link IllegalArgumentException} for what is no tensor.
 */
final class TensorDecoder {
  private final ReadLimits limits;
  private long repeatedBytes;

  TensorDecoder(ReadLimits limits) {
    this.limits = limits;
  }

  Tensor decode(TensorProto tensor) {
    TensorType type = type(tensor);
    long bytes = Math.multiplyExact(type.shape().elementCount(), type.dtype().byteSize());
    return switch (tensor.getDataCase()) {
      case ELEMENTS -> elements(type, bytes, tensor.getElements());
      case REPEATED_ELEMENT -> repeated(type, bytes, tensor.getRepeatedElement());
      case DATA_NOT_SET -> throw new GraphException("a constant %s has no data.".formatted(type));
    };
  }

  private static TensorType type(TensorProto tensor) {
    if (tensor.getSizesCount() > Shape.MAX_RANK) {
      throw new GraphException(
          "a constant has at most %d axes, this one has %d."
              .formatted(Shape.MAX_RANK, tensor.getSizesCount()));
    }
    long[] sizes = new long[tensor.getSizesCount()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = tensor.getSizes(axis);
    }
    return TensorType.of(DTypes.decode(tensor.getDtype()), sizes);
  }

  private static Tensor elements(TensorType type, long bytes, ByteString data) {
    requireLength(type, bytes, data);
    return of(type, data.asReadOnlyByteBuffer());
  }

  private Tensor repeated(TensorType type, long bytes, ByteString element) {
    int width = type.dtype().byteSize();
    requireLength(type.withShape(Shape.scalar()), width, element);
    if (bytes == 0) {
      throw new GraphException("a constant %s has no element to repeat.".formatted(type));
    }
    if (bytes > limits.repeatedBytes() - repeatedBytes) {
      throw new GraphException(
          ("a constant %s of one repeated element fills %d bytes; with those before it that is more"
                  + " than %d, the limit 'repeatedBytes' of the reader.")
              .formatted(type, bytes, limits.repeatedBytes()));
    }
    repeatedBytes += bytes;
    byte[] filled = new byte[Math.toIntExact(bytes)];
    element.copyTo(filled, 0);
    for (int done = width; done < filled.length; done += Math.min(done, filled.length - done)) {
      System.arraycopy(filled, 0, filled, done, Math.min(done, filled.length - done));
    }
    return of(type, ByteBuffer.wrap(filled));
  }

  private static void requireLength(TensorType type, long bytes, ByteString data) {
    if (data.size() != bytes) {
      throw new GraphException(
          "a constant %s takes %d bytes, the file has %d.".formatted(type, bytes, data.size()));
    }
    if (type.dtype() == DType.BOOL) {
      for (int i = 0; i < data.size(); i++) {
        if (data.byteAt(i) != 0 && data.byteAt(i) != 1) {
          throw new GraphException(
              "element %d of a constant %s is the byte %d, neither 0 nor 1."
                  .formatted(i, type, data.byteAt(i)));
        }
      }
    }
  }

  private static Tensor of(TensorType type, ByteBuffer bytes) {
    return Tensor.of(bytes, type.dtype(), type.shape().sizes());
  }
}
