package dev.adjoint.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StrokeDigitsTest {
  @Test
  void theyAreTheSameEverywhere() {
    Tensor images = StrokeDigits.of(42, 20).examples(IntStream.range(0, 20).toArray()).get("image");
    assertEquals(
        images, StrokeDigits.of(42, 30).examples(IntStream.range(0, 20).toArray()).get("image"));
    // What other machines and versions must draw, too.
    assertEquals(HASH, Arrays.hashCode(images.toFloats()));
  }

  private static final int HASH = 2032776614;

  @Test
  void seedsAndPartsDiffer() throws IOException {
    TrainTest digits = StrokeDigits.of(1, 10, 10);
    assertNotEquals(digits.train().examples(3), digits.test().examples(3));
    assertNotEquals(digits.train().examples(3), StrokeDigits.of(2, 10).examples(3));
  }

  @Test
  void everyDigitIsAsFrequentAndHasInk() {
    ByteImages digits = StrokeDigits.of(7, 200);
    for (int i = 0; i < 200; i++) {
      assertEquals(i % 10, digits.examples(i).get("label").getLong(0));
      double ink = 0;
      for (double sample : digits.examples(i).get("image").asDoubles()) {
        assertTrue(sample >= 0 && sample <= 1);
        ink += sample > 0.4 ? 1 : 0;
      }
      assertTrue(ink > 8 && ink < 300, "example " + i + " has " + ink + " bright pixels");
    }
  }

  @Test
  void theRealDigitsAreThereToo() throws IOException {
    Path folder = Path.of("../shared/data/mnist");
    assumeTrue(Files.isDirectory(folder), "Without the MNIST files there is nothing to read.");
    TrainTest mnist = Mnist.read(folder);
    assertEquals(60_000, mnist.train().size());
    assertEquals(10_000, mnist.test().size());
    assertEquals(Tensor.vector(5, 0, 4), mnist.train().examples(0, 1, 2).get("label"));
    assertEquals(Tensor.vector(7, 2, 1), mnist.test().examples(0, 1, 2).get("label"));
  }
}
