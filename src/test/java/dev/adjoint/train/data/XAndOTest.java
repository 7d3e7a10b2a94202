package dev.adjoint.train.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class XAndOTest {
  @Test
  void theIdealXIsThatOfTheNotes() {
    float[] pixels = new float[81];
    Arrays.fill(pixels, -1);
    for (int i = 1; i <= 7; i++) {
      pixels[i * 9 + i] = 1;
      pixels[i * 9 + 8 - i] = 1;
    }
    assertEquals(Tensor.of(pixels, 1, 9, 9, 1), XAndO.x());
  }

  @Test
  void theIdealOIsARingAroundAnEmptyMiddle() {
    Tensor o = XAndO.o();
    assertEquals(-1, o.at(0, 4, 4, 0));
    for (int[] place : new int[][] {{1, 4}, {7, 4}, {4, 1}, {4, 7}}) {
      assertEquals(1, o.at(0, place[0], place[1], 0));
    }
  }

  @Test
  void examplesAreSignsOfBothClassesInTurnAndDiffer() throws IOException {
    Dataset data = XAndO.of(3, 200, 1).train();
    assertEquals(200, data.size());
    Tensor images = data.examples(IntStream.range(0, 200).toArray()).get("image");
    for (int i = 0; i < 200; i++) {
      assertEquals(i % 2, data.examples(i).get("label").getLong(0));
      int on = 0;
      for (int k = 0; k < 81; k++) {
        double pixel = images.getDouble(i * 81 + k);
        assertEquals(1, Math.abs(pixel));
        on += pixel > 0 ? 1 : 0;
      }
      assertTrue(on >= 6 && on <= 55, "example " + i + " has " + on + " pixels");
    }
    assertNotEquals(data.examples(0), data.examples(2));
    assertEquals(
        images,
        XAndO.of(3, 300, 1).train().examples(IntStream.range(0, 200).toArray()).get("image"));
    assertNotEquals(data.examples(0), XAndO.of(3, 1, 1).test().examples(0));
  }
}
