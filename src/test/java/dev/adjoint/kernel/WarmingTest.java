package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Op;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a kernel computes by plain loops at first has the bits of its loops on vectors. */
class WarmingTest {
  private static final CorrelationLayout LAST = CorrelationLayout.featuresLast(2);
  private static final CorrelationLayout TO_INPUT = new CorrelationLayout("b01f", "01oi", "b01f");
  private static final CorrelationLayout TO_KERNEL = new CorrelationLayout("f01b", "i01o", "01bf");

  /** Forms of products; the last is more than what is done by plain loops. */
  private enum Product {
    BLOCKS(130, 40, 300),
    DEEP(13, 1100, 20),
    ROW(1, 300, 1000),
    COLUMN(40, 300, 1),
    LARGE(150, 400, 200);

    final long rows;
    final long depth;
    final long columns;

    Product(long rows, long depth, long columns) {
      this.rows = rows;
      this.depth = depth;
      this.columns = columns;
    }
  }

  /** Forms of correlations, and how far images are padded. */
  private enum Correlation {
    DIRECT(LAST, 1, sizes(2, 9, 9, 3), sizes(3, 3, 3, 37)),
    THREE_BY_THREE(LAST, 1, sizes(2, 9, 9, 18), sizes(3, 3, 18, 35)),
    FIVE_BY_FIVE(LAST, 2, sizes(2, 14, 14, 18), sizes(5, 5, 18, 35)),
    FIVE_BY_FIVE_TO_INPUT(TO_INPUT, 2, sizes(2, 14, 14, 35), sizes(5, 5, 18, 35)),
    FIVE_BY_FIVE_TO_KERNEL(TO_KERNEL, 2, sizes(2, 14, 14, 18), sizes(2, 14, 14, 35)),
    POINTWISE(LAST, 0, sizes(2, 9, 9, 12), sizes(1, 1, 12, 20));

    final CorrelationLayout layout;
    final int pad;
    final long[] x;
    final long[] w;

    Correlation(CorrelationLayout layout, int pad, long[] x, long[] w) {
      this.layout = layout;
      this.pad = pad;
      this.x = x;
      this.w = w;
    }

    private static long[] sizes(long... sizes) {
      return sizes;
    }
  }

  @ParameterizedTest
  @EnumSource
  void products(Product form) {
    Contraction.Dot op = new Contraction.Dot(List.of(1), List.of(0), List.of(), List.of());
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      TensorType a = TensorType.of(dtype, form.rows, form.depth);
      TensorType b = TensorType.of(dtype, form.depth, form.columns);
      assertSameBits(
          op,
          a,
          b,
          Products.kernel(op, a, b, steps(), KernelOptions.FASTEST),
          Products.kernel(op, a, b, steps(), KernelOptions.FASTEST.whileWarming()));
    }
  }

  /** A row by a matrix that comes packed. */
  @Test
  void packedProduct() {
    Contraction.Dot op = new Contraction.Dot(List.of(1), List.of(0), List.of(), List.of());
    TensorType a = TensorType.of(DType.FLOAT32, 1, 300);
    TensorType b = TensorType.of(DType.FLOAT32, 300, 1000);
    Tensor row = Expected.random(a, 1);
    Tensor matrix = Expected.random(b, 2);
    KernelOptions warming = KernelOptions.FASTEST.whileWarming();
    Packing packing = Products.packing(op, a, b, Epilogue.NONE, warming).orElseThrow();
    TensorType type = Expected.type(op, a, b);
    Tensor packed =
        KernelRun.run(packing.pack(), TensorType.of(DType.FLOAT32, packing.length()), 0, matrix);
    Kernel fastest = Products.kernel(op, a, b, Epilogue.NONE, KernelOptions.FASTEST);
    assertEquals(
        KernelRun.run(fastest, type, 0, row, matrix),
        KernelRun.run(packing.main(), type, 0, row, packed));
  }

  @ParameterizedTest
  @EnumSource
  void correlations(Correlation form) {
    WindowAxis axis = WindowAxis.of(1, Dim.of(form.pad), Dim.of(form.pad));
    var op = new Convolution.Correlation(List.of(axis, axis), form.layout, 1, 1);
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      TensorType x = TensorType.of(dtype, form.x);
      TensorType w = TensorType.of(dtype, form.w);
      assertSameBits(
          op,
          x,
          w,
          Correlations.kernel(op, x, w, steps(), KernelOptions.FASTEST),
          Correlations.kernel(op, x, w, steps(), KernelOptions.FASTEST.whileWarming()));
    }
  }

  private static Epilogue steps() {
    return Epilogue.NONE.times(0.3).addBias().thenRelu();
  }

  private static void assertSameBits(
      Op op, TensorType a, TensorType b, Kernel fastest, Kernel warming) {
    TensorType type = Expected.type(op, a, b);
    TensorType bias = TensorType.of(type.dtype(), type.dim(type.rank() - 1).value());
    Tensor[] operands = {
      Expected.random(a, 1), Expected.random(b, 2), Expected.random(bias, 3),
    };
    assertEquals(
        KernelRun.run(fastest, type, 0, operands), KernelRun.run(warming, type, 0, operands));
  }
}
