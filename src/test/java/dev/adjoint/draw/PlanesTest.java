package dev.adjoint.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanesTest {
  @Test
  void anElementIsASquareAtItsRowAndColumn() {
    Tensor plane = Tensor.of(new float[] {0, 1, 0.5f, 0, 0, 0}, 2, 3);
    String svg = new Planes(plane, 0, 1, 10).toSvg();
    assertTrue(svg.contains("<path fill=\"#ffffff\" d=\"M16 6h10v10h-10z\"/>"), svg);
    assertTrue(svg.contains("<path fill=\"#808080\" d=\"M26 6h10v10h-10z\"/>"), svg);
    String turned = new Planes(plane, 1, 0, 10).toSvg();
    assertTrue(turned.contains("<path fill=\"#ffffff\" d=\"M6 16h10v10h-10z\"/>"), turned);
  }

  @Test
  void negativeNumbersAreBlueAndPositiveOnesRed() {
    String svg = new Planes(Tensor.of(new float[] {-2, 0, 2}, 1, 3), 0, 1, 10).toSvg();
    assertTrue(svg.contains("fill=\"#0000ff\" d=\"M6 6h"), svg);
    assertTrue(svg.contains("fill=\"#ff0000\" d=\"M26 6h"), svg);
  }

  @Test
  void theOtherAxesArePlanesSideBySide() {
    Tensor filters = Tensor.of(new float[] {1, 0, 0, 0, 0, 0, 0, 1}, 2, 2, 1, 2);
    String svg = new Planes(filters, 0, 1, 10).toSvg();
    assertTrue(svg.contains("fill=\"#ffffff\" d=\"M6 6h10v10h-10zM42 16h10v10h-10z\""), svg);
  }

  @Test
  void whatIsNotANumberStandsOut() {
    String svg = Planes.of(Tensor.of(new float[] {Float.NaN, 1}, 1, 2), 0, 1).toSvg();
    assertTrue(svg.contains("#ff00ff"), svg);
  }

  @Test
  void emptyTensorsHaveEmptyPictures() {
    assertFalse(Planes.of(Tensor.zeros(DType.FLOAT32, 0, 3), 0, 1).toSvg().contains("<path"));
  }

  @Test
  void axesThatAreNotThereAndTooManyElementsAreRefused() {
    Tensor plane = Tensor.zeros(DType.FLOAT32, 2, 2);
    assertThrows(IllegalArgumentException.class, () -> Planes.of(plane, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> Planes.of(plane, 0, 2));
    assertThrows(IllegalArgumentException.class, () -> Planes.of(plane, -1, 0));
    Tensor large = Tensor.fill(DType.FLOAT32, Shape.of(1000, 1000), 1);
    assertThrows(IllegalArgumentException.class, () -> Planes.of(large, 0, 1));
  }

  @Test
  void curvesReachFromTheFirstToTheLastStepAndSkipWhatIsNotFinite() {
    String svg =
        new Curves(
                ImmutableMap.of(
                    "loss", List.of(2.0, 1.0, 0.0), "a < b", List.of(1.0, Double.NaN, 1.0)))
            .toSvg();
    assertTrue(svg.contains("d=\"M56.0 14.0L261.0 97.0L466.0 180.0\""), svg);
    assertTrue(svg.contains("d=\"M56.0 97.0M466.0 97.0\""), svg);
    assertTrue(svg.contains(">a &lt; b</text>"), svg);
    assertEquals(svg, svg.replace("NaN", ""));
  }
}
