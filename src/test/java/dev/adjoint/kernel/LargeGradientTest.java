package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Gradients with respect to kernels whose sums are so long that they are taken in several blocks:
 * too large for the reference, so the algorithms and their two implementations are held to each
 * other.
 */
class LargeGradientTest {
  private static final CorrelationLayout GRADIENT = new CorrelationLayout("f01b", "i01o", "01bf");

  @Test
  void aSliceOfMoreTilesThanABlockHas() {
    agree(3, 8, 48, 16, 16);
  }

  @Test
  void anOddNumberOfRowsOverSeveralBlocks() {
    agree(5, 4, 28, 1, 32);
  }

  /** Whose sums are so large that tasks take points of the tiles, not slices of them. */
  @Test
  void manyFeaturesOfFewTiles() {
    agree(3, 3, 9, 136, 150);
    agree(5, 1, 3, 150, 136);
  }

  @Test
  void manyFeaturesInSeveralRounds() {
    agree(3, 17, 14, 136, 144);
  }

  /** The transformed sums of one would have more elements than an array. */
  @Test
  void moreFeaturesThanAnArrayHasPlaceForAllPoints() {
    WindowAxis same = WindowAxis.of(1, Dim.of(1), Dim.of(1));
    TensorType x = TensorType.of(DType.FLOAT32, 1, 6, 6, 8_000);
    TensorType w = TensorType.of(DType.FLOAT32, 3, 3, 8_000, 8_000);
    Convolution.Correlation forward =
        new Convolution.Correlation(
            List.of(same, same), new CorrelationLayout("b01f", "01io", "b01f"), 1, 1);
    WindowAxis axis = same.windowGradient(Dim.of(6), Dim.of(3), Dim.of(6));
    Convolution.Correlation gradient =
        new Convolution.Correlation(List.of(axis, axis), GRADIENT, 1, 1);
    for (Kernel kernel :
        List.of(
            Correlations.kernel(forward, x, w, Epilogue.NONE, KernelOptions.FASTEST),
            Correlations.kernel(gradient, x, x, Epilogue.NONE, KernelOptions.FASTEST))) {
      assertTrue(kernel.temporary() >= 0 && kernel.workspace() >= 0, kernel::toString);
    }
  }

  private static void agree(int taps, int images, int size, int planes, int features) {
    WindowAxis forward = WindowAxis.of(1, Dim.of(taps / 2), Dim.of(taps / 2));
    Dim sizes = Dim.of(size);
    WindowAxis axis = forward.windowGradient(sizes, Dim.of(taps), sizes);
    Convolution.Correlation op = new Convolution.Correlation(List.of(axis, axis), GRADIENT, 1, 1);
    Tensor x = Expected.random(TensorType.of(DType.FLOAT32, images, size, size, planes), 1);
    Tensor dy = Expected.random(TensorType.of(DType.FLOAT32, images, size, size, features), 2);
    Tensor plain = gradient(op, x, dy, KernelOptions.FASTEST.withoutVectors().withoutWinograd());
    // Of the largest sum of magnitudes; elements are at most 1.
    double bound = 100 * 0x1p-24 * images * size * size;
    for (KernelOptions options :
        List.of(
            KernelOptions.FASTEST,
            KernelOptions.FASTEST.withoutVectors(),
            KernelOptions.FASTEST.withoutWinograd())) {
      Tensor given = gradient(op, x, dy, options);
      assertEquals(plain.type(), given.type());
      for (int i = 0; i < plain.size(); i++) {
        double error = Math.abs(plain.getDouble(i) - given.getDouble(i));
        assertTrue(error <= bound, () -> "%s differs by %g".formatted(options, error));
      }
    }
  }

  private static Tensor gradient(
      Convolution.Correlation op, Tensor x, Tensor dy, KernelOptions options) {
    TensorType type = Expected.type(op, x.type(), dy.type());
    Kernel kernel = Correlations.kernel(op, x.type(), dy.type(), Epilogue.NONE, options);
    return KernelRun.run(kernel, type, 7, x, dy);
  }
}
