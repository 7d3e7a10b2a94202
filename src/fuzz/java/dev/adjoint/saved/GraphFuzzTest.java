package dev.adjoint.saved;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes are a graph or are refused. The checksum is made right for each input, or no input
 * would come past it.
 */
class GraphFuzzTest {
  private static final GraphReader READER =
      GraphReader.installed().with(ReadLimits.defaults().withFileBytes(1 << 20));

  static Stream<byte[]> contents() {
    return Stream.of(EveryOperator.graph(), EveryOperator.few())
        .map(GraphFile::toBytes)
        .map(Sealed::contents);
  }

  @MethodSource("contents")
  @FuzzTest
  void anyFileIsAGraphOrRefused(byte[] contents) throws SavedGraphException {
    Refusal.isRefusedOrAGraph(READER, Sealed.seal(contents));
  }
}
