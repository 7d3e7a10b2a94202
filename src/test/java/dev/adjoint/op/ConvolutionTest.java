package dev.adjoint.op;

import static dev.adjoint.op.ShapeRules.breaks;
import static dev.adjoint.op.ShapeRules.refused;
import static dev.adjoint.op.ShapeRules.type;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Op;
import dev.adjoint.tensor.Dim;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shape rules of {@link Convolution} and {@link Pooling}. */
class ConvolutionTest {
  private static final CorrelationLayout NHWC = CorrelationLayout.featuresLast(2);
  private static final long HUGE = Long.MAX_VALUE;

  private static WindowAxis window(long stride, String low, String high) {
    return WindowAxis.of(stride, Dim.parse(low), Dim.parse(high));
  }

  private static Op square(WindowAxis axis) {
    return new Convolution.Correlation(List.of(axis, axis), NHWC, 1, 1);
  }

  private static Op grouped(long featureGroups, long batchGroups) {
    return new Convolution.Correlation(
        List.of(WindowAxis.UNIT, WindowAxis.UNIT), NHWC, featureGroups, batchGroups);
  }

  /** The worked sizes of the field: W2 = (W1 - F + 2P) / S + 1, rounded down. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          227 | 3  | 11 | 96 | 4 | 0 | f32[N, 55, 55, 96]
          32  | 3  | 5  | 6  | 1 | 0 | f32[N, 28, 28, 6]
          5   | 3  | 3  | 2  | 2 | 1 | f32[N, 3, 3, 2]
          7   | 3  | 3  | 2  | 2 | 0 | f32[N, 3, 3, 2]
          32  | 3  | 5  | 64 | 1 | 2 | f32[N, 32, 32, 64]
          28  | 1  | 5  | 32 | 1 | 2 | f32[N, 28, 28, 32]
          6   | 1  | 3  | 1  | 2 | 0 | f32[N, 2, 2, 1]
          3   | 1  | 3  | 1  | 5 | 0 | f32[N, 1, 1, 1]
          """)
  void workedSizes(
      long size, long planes, long kernel, long filters, long stride, String pad, String result) {
    assertEquals(
        result,
        type(
            square(window(stride, pad, pad)),
            "f32[N, %d, %d, %d]".formatted(size, size, planes),
            "f32[%d, %d, %d, %d]".formatted(kernel, kernel, planes, filters)));
  }

  @Test
  void symbolicSizes() {
    String kernel = "f32[3, 3, 4, 5]";
    assertEquals(
        "f32[N, H - 2, W - 2, 5]", type(square(window(1, "0", "0")), "f32[N, H, W, 4]", kernel));
    assertEquals("f32[N, H, W, 5]", type(square(window(1, "1", "1")), "f32[N, H, W, 4]", kernel));
    assertEquals(
        "f32[N, H + 2, W + 2, 5]", type(square(window(1, "2", "2")), "f32[N, H, W, 4]", kernel));
    assertEquals(
        "f32[N, (H + 1)//2, (W + 1)//2, 5]",
        type(square(window(2, "1", "1")), "f32[N, H, W, 4]", kernel));
    assertEquals(
        type(
            new Movement.Slice(
                List.of(
                    new Movement.SliceAxis(Dim.of(0), Dim.named("N"), 1),
                    new Movement.SliceAxis(Dim.of(0), Dim.named("H"), 2))),
            "f32[N, H]"),
        "f32[N, (H + 1)//2]");
  }

  @Test
  void dilationTranspositionAndNegativePadding() {
    Op dilated = square(new WindowAxis(1, Dim.of(0), Dim.of(0), 1, 2));
    assertEquals("f32[1, 3, 3, 5]", type(dilated, "f32[1, 7, 7, 4]", "f32[3, 3, 4, 5]"));
    Op transposed = square(new WindowAxis(1, Dim.of(2), Dim.of(2), 2, 1));
    assertEquals("f32[1, 5, 5, 5]", type(transposed, "f32[1, 2, 2, 4]", "f32[3, 3, 4, 5]"));
    assertEquals(
        "f32[1, 2*H + 1, 2*W + 1, 5]", type(transposed, "f32[1, H, W, 4]", "f32[3, 3, 4, 5]"));
    Op cropped = square(window(1, "-1", "-2"));
    assertEquals("f32[1, 2, 2, 5]", type(cropped, "f32[1, 7, 7, 4]", "f32[3, 3, 4, 5]"));
    assertEquals(
        "f32[0, 5, 5, 5]", type(square(WindowAxis.UNIT), "f32[0, 7, 7, 4]", "f32[3, 3, 4, 5]"));
  }

  @Test
  void layoutsAndRanks() {
    Op nchw =
        new Convolution.Correlation(
            List.of(WindowAxis.UNIT, window(2, "0", "0")),
            CorrelationLayout.featuresFirst(2),
            1,
            1);
    assertEquals("f32[N, 6, 5, 4]", type(nchw, "f32[N, 4, 7, 9]", "f32[6, 4, 3, 3]"));
    Op line =
        new Convolution.Correlation(
            List.of(WindowAxis.UNIT), new CorrelationLayout("0fb", "o0i", "f0b"), 1, 1);
    assertEquals("i32[6, 5, N]", type(line, "i32[7, 4, N]", "i32[6, 3, 4]"));
    Op volume =
        new Convolution.Correlation(
            List.of(WindowAxis.UNIT, WindowAxis.UNIT, WindowAxis.UNIT),
            CorrelationLayout.featuresLast(3),
            1,
            1);
    assertEquals("f64[N, 5, 6, 7, 2]", type(volume, "f64[N, 7, 8, 9, 4]", "f64[3, 3, 3, 4, 2]"));
  }

  @Test
  void groups() {
    assertEquals("f32[N, 5, 5, 6]", type(grouped(2, 1), "f32[N, 7, 7, 4]", "f32[3, 3, 2, 6]"));
    assertEquals("f32[N, 5, 5, 8]", type(grouped(4, 1), "f32[N, 7, 7, 4]", "f32[3, 3, 1, 8]"));
    assertEquals("f32[3, 5, 5, 6]", type(grouped(1, 2), "f32[6, 7, 7, 4]", "f32[3, 3, 4, 6]"));
  }

  @Test
  void constraintsOfTheCorrelation() {
    Op op = square(WindowAxis.UNIT);
    String kernel = "f32[3, 3, 4, 5]";
    breaks("C1", "the layout has 4 axes, the operands have 3 and 4", op, "f32[7, 7, 4]", kernel);
    breaks("C1", "have 4 and 2", op, "f32[N, 7, 7, 4]", "f32[4, 5]");
    Op oneAxis = new Convolution.Correlation(List.of(WindowAxis.UNIT), NHWC, 1, 1);
    breaks("C2", "moves along 1 axes, the layout has 2", oneAxis, "f32[N, 7, 7, 4]", kernel);
    breaks("C3", "given 2 feature and 2 batch", grouped(2, 2), "f32[2, 7, 7, 8]", kernel);
    breaks("C3", "given 0 feature", grouped(0, 1), "f32[2, 7, 7, 8]", kernel);
    breaks("C3", "-1 batch", grouped(1, -1), "f32[2, 7, 7, 8]", kernel);
    breaks(
        "C4",
        "the kernel reads 4 planes (4 a group, 1 groups), the input has 3",
        op,
        "f32[N, 7, 7, 3]",
        kernel);
    breaks("C4", "(4 a group, 2 groups)", grouped(2, 1), "f32[N, 7, 7, 4]", kernel);
    breaks("C5", "5 output planes", grouped(2, 1), "f32[N, 7, 7, 8]", kernel);
    breaks("C5", "5 output planes", grouped(1, 2), "f32[4, 7, 7, 4]", kernel);
    breaks("C6", "a batch of 3", grouped(1, 5), "f32[3, 7, 7, 4]", kernel);
    breaks("C6", "a batch of N", grouped(1, 5), "f32[N, 7, 7, 4]", kernel);
    breaks("C7", "spatial axis 1 becomes -1", op, "f32[N, 7, 1, 4]", kernel);
    breaks("C7", "becomes -1", square(window(1, "-3", "-4")), "f32[N, 8, 8, 4]", kernel);
    breaks("dtype", "one dtype", op, "f64[N, 7, 7, 4]", kernel);
    breaks("dtype", "numeric", op, "bool[N, 7, 7, 4]", "bool[3, 3, 4, 5]");
    breaks("arity", "takes 2 operands", op, "f32[N, 7, 7, 4]");
  }

  @Test
  void hugeAttributesAreErrorsOfTheNode() {
    String image = "f32[N, 7, 7, 4]";
    String kernel = "f32[3, 3, 4, 5]";
    breaks("", "64 bits", square(new WindowAxis(1, Dim.of(0), Dim.of(0), HUGE, 1)), image, kernel);
    breaks("", "64 bits", square(new WindowAxis(1, Dim.of(0), Dim.of(0), 1, HUGE)), image, kernel);
    breaks(
        "", "64 bits", square(new WindowAxis(1, Dim.of(HUGE), Dim.of(HUGE), 1, 1)), image, kernel);
    breaks("", "64 bits", grouped(HUGE, 1), image, kernel);
    assertEquals(
        "f32[N, 1, 1, 5]",
        type(square(new WindowAxis(HUGE, Dim.of(0), Dim.of(0), 1, 1)), image, kernel));
  }

  @Test
  void windowsAndLayoutsCheckThemselves() {
    refused(() -> new WindowAxis(0, Dim.of(0), Dim.of(0), 1, 1), "stride 0");
    refused(() -> new WindowAxis(1, Dim.of(0), Dim.of(0), -1, 1), "input dilation -1");
    refused(() -> new WindowAxis(1, Dim.of(0), Dim.of(0), 1, 0), "dilation 0");
    refused(() -> CorrelationLayout.featuresLast(4), "1 to 3 spatial axes, not 4");
    refused(() -> CorrelationLayout.featuresFirst(0), "1 to 3 spatial axes, not 0");
    refused(() -> CorrelationLayout.featuresFirst(-5), "1 to 3 spatial axes, not -5");
    refused(() -> new CorrelationLayout("", "", ""), "1 to 3 spatial axes, not -2");
    refused(() -> new CorrelationLayout("b0123f", "0123io", "b0123f"), "not 4");
    refused(() -> new CorrelationLayout("b01f", "01io", "b0f1f"), "'b0f1f'", "'01bf' once");
    refused(() -> new CorrelationLayout("bb1f", "01io", "b01f"), "'bb1f'", "'01bf' once");
    refused(() -> new CorrelationLayout("b01f", "01bo", "b01f"), "'01bo'", "'01io' once");
    refused(() -> new CorrelationLayout("b02f", "01io", "b01f"), "'b02f'");
    assertEquals(new CorrelationLayout("b01f", "01io", "b01f"), NHWC);
    assertEquals(Axes.of(2, 3), CorrelationLayout.featuresFirst(2).kernelSpatialAxes());
  }

  // Pooling.

  private static List<Op> pools(List<Long> sizes, List<WindowAxis> window) {
    return List.of(new Pooling.MaxPool(sizes, window), new Pooling.SumPool(sizes, window));
  }

  private static List<WindowAxis> alongFirst(WindowAxis axis) {
    return List.of(axis, WindowAxis.UNIT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          28 | 2 | 2 | 0 | 0 | 14
          7  | 2 | 2 | 0 | 1 | 4
          7  | 2 | 2 | 0 | 0 | 3
          4  | 2 | 1 | 0 | 0 | 3
          5  | 3 | 2 | 1 | 1 | 3
          H  | 2 | 2 | 0 | 0 | H//2
          H  | 2 | 2 | 0 | 1 | (H + 1)//2
          """)
  void poolingSizes(String size, long window, long stride, String low, String high, String result) {
    for (Op op : pools(List.of(window, 1L), alongFirst(window(stride, low, high)))) {
      assertEquals("i32[%s, 3]".formatted(result), type(op, "i32[%s, 3]".formatted(size)));
    }
  }

  @Test
  void constraintsOfPooling() {
    for (Op op : pools(List.of(2L), List.of(WindowAxis.UNIT))) {
      breaks("C1", "1 sizes and 1 window entries for 2 axes", op, "f32[5, 3]");
      breaks("C3", "axis 0 becomes -1", pooledBy(op, 7), "f32[5]");
      breaks("C2", "size 0 along axis 0", pooledBy(op, 0), "f32[5]");
      breaks("C2", "size -3 along axis 0", pooledBy(op, -3), "f32[5]");
      breaks("dtype", "numeric", op, "bool[5]");
      breaks("arity", "takes 1 operand", op);
    }
    for (Op op : pools(List.of(2L, 1L), List.of(WindowAxis.UNIT))) {
      breaks("C1", "2 sizes and 1 window entries for 2 axes", op, "f32[5, 3]");
    }
    WindowAxis dilated = new WindowAxis(1, Dim.of(0), Dim.of(0), 2, 1);
    breaks("C4", "cannot be dilated", pools(List.of(2L), List.of(dilated)).get(0), "f32[5]");
    assertEquals("f32[8]", type(pools(List.of(2L), List.of(dilated)).get(1), "f32[5]"));
  }

  private static Op pooledBy(Op op, long size) {
    List<WindowAxis> unit = List.of(WindowAxis.UNIT);
    return op instanceof Pooling.MaxPool
        ? new Pooling.MaxPool(List.of(size), unit)
        : new Pooling.SumPool(List.of(size), unit);
  }

  @Test
  void thePartnersOfMaxPooling() {
    List<Long> sizes = List.of(2L, 1L);
    List<WindowAxis> window = alongFirst(window(2, "0", "0"));
    Op scatter = new Pooling.MaxPoolScatter(sizes, window);
    Op gather = new Pooling.MaxPoolGather(sizes, window);
    assertEquals("f32[8, 3]", type(scatter, "f32[8, 3]", "f32[4, 3]"));
    assertEquals("f32[4, 3]", type(gather, "f32[8, 3]", "f32[8, 3]"));
    breaks("C5", "must be f32[4, 3]", scatter, "f32[8, 3]", "f32[8, 3]");
    breaks("C5", "must be f32[8, 3]", gather, "f32[8, 3]", "f32[4, 3]");
    List<WindowAxis> dilated = alongFirst(new WindowAxis(1, Dim.of(0), Dim.of(0), 2, 1));
    List<Op> undilatable = new ArrayList<>();
    undilatable.add(new Pooling.MaxPoolScatter(sizes, dilated));
    undilatable.add(new Pooling.MaxPoolGather(sizes, dilated));
    for (Op op : undilatable) {
      breaks("C4", "cannot be dilated", op, "f32[8, 3]", "f32[8, 3]");
      breaks("C1", "for 1 axes", op, "f32[8]", "f32[8]");
      breaks("arity", "takes 2 operands", op, "f32[8, 3]");
      breaks("dtype", "numeric", op, "bool[8, 3]", "bool[8, 3]");
    }
  }
}
