package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private final GraphBuilder g = GraphBuilder.create("small");

  private Value parameter(String name, long... sizes) {
    return g.parameter(name, Tensor.zeros(DType.FLOAT32, sizes));
  }

  private Value convolution(Value x, long planes) {
    try (var _ = g.freshScope("conv")) {
      Value w = parameter("w", 5, 5, x.dim(-1).value(), planes);
      Value b = parameter("b", planes);
      WindowAxis same = WindowAxis.of(1, Dim.of(2), Dim.of(2));
      return x.correlate(w, List.of(same, same), CorrelationLayout.featuresLast(2), 1)
          .add(b)
          .relu();
    }
  }

  private static Value pool(Value x) {
    WindowAxis half = WindowAxis.of(2, Dim.of(0), Dim.of(0));
    return x.maxPool(
        List.of(1L, 2L, 2L, 1L), List.of(WindowAxis.UNIT, half, half, WindowAxis.UNIT));
  }

  private Value network(Dim batch) {
    Value image =
        g.input("image", DType.FLOAT32, Shape.of(batch, Dim.of(28), Dim.of(28), Dim.of(1)));
    Value x = pool(convolution(image, 32)).as("pool");
    x = pool(convolution(x, 64)).as("pool_2");
    x = x.reshape(-1, 7 * 7 * 64).as("flatten");
    try (var _ = g.scope("dense")) {
      x = x.matmul(parameter("w", 7 * 7 * 64, 10)).add(parameter("b", 10));
    }
    Value steps = g.state("steps", Tensor.scalar(0L));
    g.signature("count").update(steps, steps.add(1));
    return x.softmax(-1).as("probabilities");
  }

  @Test
  void aConvolutionalNetwork() {
    g.signature("predict").output("probabilities", network(Dim.named("N")));
    assertEquals(
        """
        graph 'small'
        layer          result              parameters  multiply-adds
        ------------------------------------------------------------
        image          f32[N, 28, 28, 1]            0              0
        conv           f32[N, 28, 28, 32]         832       627200*N
        pool           f32[N, 14, 14, 32]           0              0
        conv_1         f32[N, 14, 14, 64]      51,264     10035200*N
        pool_2         f32[N, 7, 7, 64]             0              0
        flatten        f32[N, 3136]                 0              0
        dense          f32[N, 10]              31,370        31360*N
        steps          i64[]                        1              0
        add            i64[]                        0              0
        probabilities  f32[N, 10]                   0              0
        ------------------------------------------------------------
        total                                  83,467     10693760*N
        not trainable                               1
        """,
        g.build().summary());
  }

  @Test
  void constantSizesAreGroupedByThousands() {
    g.signature("predict").output("probabilities", network(Dim.of(1)));
    assertTrue(g.build().summary().contains("10,693,760"), g.build().summary());
  }

  @Test
  void withoutSignaturesEverythingThatIsNotRead() {
    Value x = g.input("x", DType.FLOAT32, 2, 3);
    x.neg().abs();
    parameter("w", 4);
    assertEquals(
        """
        graph 'small'
        layer  result     parameters  multiply-adds
        -------------------------------------------
        x      f32[2, 3]           0              0
        neg    f32[2, 3]           0              0
        abs    f32[2, 3]           0              0
        w      f32[4]              4              0
        -------------------------------------------
        total                      4              0
        """,
        g.build().summary());
  }

  @Test
  void anEmptyGraph() {
    assertEquals(
        """
        graph 'small'
        layer  result  parameters  multiply-adds
        ----------------------------------------
        total                   0              0
        """,
        g.build().summary());
  }

  @Test
  void countsThatFitNoNumberAreSaidSo() {
    g.parameter("huge", TensorType.of(DType.FLOAT32, 1L << 40, 1L << 40));
    assertTrue(
        g.build().summary().contains("huge   f32[1099511627776, 1099511627776]    too many"),
        g.build().summary());
  }
}
