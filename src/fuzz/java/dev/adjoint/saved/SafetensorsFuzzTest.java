package dev.adjoint.saved;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.adjoint.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are tensors that can be written again, or are refused. */
class SafetensorsFuzzTest {
  static Stream<byte[]> files() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(
        out,
        Map.of("a/b", Tensor.vector(1f, 2f), "c", Tensor.scalar(true)),
        WeightStorage.FLOAT16,
        Map.of("format", "test"));
    return Stream.of(out.toByteArray());
  }

  @MethodSource("files")
  @FuzzTest
  void anyBytesAreTensorsOrRefused(byte[] bytes) throws IOException {
    try {
      Map<String, Tensor> tensors = Safetensors.tensors(MemorySegment.ofArray(bytes));
      Safetensors.write(new ByteArrayOutputStream(), tensors, WeightStorage.FULL, Map.of());
    } catch (SavedGraphException meant) {
      // Refused in words.
    }
  }
}
