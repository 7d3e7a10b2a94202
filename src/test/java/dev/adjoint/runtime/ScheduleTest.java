package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of steps, by the memory that it takes. */
class ScheduleTest {
  private static final long[] LAYER = {20, 10, 10, 4};

  /**
   * A layer's values die with the gradient of its kernel, which waits for nothing but the gradient
   * of its result: so it comes before the layers below. Alive at most are the input, the layers'
   * results, a gradient of one layer's result, and what it becomes.
   */
  @ParameterizedTest
  @ValueSource(ints = {4, 12})
  void theGradientOfAKernelDoesNotWaitForThoseBelow(int layers) {
    GraphBuilder g = GraphBuilder.create("convolutions");
    Value y = g.input("x", DType.FLOAT32, LAYER);
    for (int i = 0; i < layers; i++) {
      Value kernel = g.parameter("kernel" + i, Tensor.zeros(DType.FLOAT32, 3, 3, 4, 4));
      y = Convolutions.conv2d(y, kernel, Conv.same()).relu();
    }
    Value loss = y.mul(y).mean();
    List<Value> kernels = g.trainableParameters();
    List<Value> gradients = Gradients.of(loss).to(kernels);
    SignatureBuilder train = g.signature("train").output("loss", loss);
    for (int i = 0; i < layers; i++) {
      train.update(kernels.get(i), kernels.get(i).sub(gradients.get(i)));
    }
    try (Session session = Session.open(g.build(), SessionOptions.standard().withThreads(1))) {
      long layer = y.type().shape().elementCount() * Float.BYTES;
      assertEquals(layers + 3, session.compile("train", Map.of()).liveBytes() / layer);
    }
  }
}
