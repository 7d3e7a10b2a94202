package dev.adjoint.serve;

import dev.adjoint.graph.Signature;
import dev.adjoint.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A body without JSON, which is the bytes of a model's only input. One size of its shape may vary:
 * that follows from the number of bytes. All outputs are answered in binary.
 */
final class RawBody {
  private RawBody() {}

  /**
   * Reads a request to a signature.
   *
   * @throws ServeException if it has not one input of such a shape, or the bytes do not fit
   */
  static InferBody read(Signature signature, byte[] body, TensorLimit limit) {
    List<TensorMetadata> inputs = TensorMetadata.of(signature.inputs());
    if (inputs.size() != 1) {
      throw ServeException.invalid(
          "A body of one tensor alone is for a model with one input, this one has %d. Say in JSON"
              + " which.",
          inputs.size());
    }
    TensorMetadata input = inputs.getFirst();
    List<Long> shape = shape(input, body.length);
    limit.require(input.name(), input.dtype(), shape);
    Tensor tensor = WireType.raw(input.name(), input.dtype(), shape, ByteBuffer.wrap(body));
    return new InferBody(
        Optional.empty(),
        Optional.empty(),
        Map.of(input.name(), tensor),
        Map.of(),
        true,
        Optional.empty());
  }

  private static List<Long> shape(TensorMetadata input, int bytes) {
    List<Long> sizes = input.sizes();
    long varying = sizes.stream().filter(size -> size < 0).count();
    long step =
        sizes.stream()
            .filter(size -> size >= 0)
            .reduce((long) input.dtype().byteSize(), Math::multiplyExact);
    if (varying > 1 || (varying == 1 && step == 0)) {
      throw ServeException.invalid(
          "The input '%s' has the shape %s, which does not follow from %d bytes. Say it in JSON.",
          input.name(), sizes, bytes);
    }
    return sizes.stream().map(size -> size < 0 ? bytes / step : size).toList();
  }
}
