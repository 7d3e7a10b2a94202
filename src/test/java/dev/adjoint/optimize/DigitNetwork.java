package dev.adjoint.optimize;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.DataFormat;
import dev.adjoint.nn.Losses;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * A small network for digits with a training step: two convolutions with bias, relu and max
 * pooling, a dense layer, softmax cross-entropy, Adam.
 */
final class DigitNetwork {
  private final GraphBuilder g = GraphBuilder.create("digits");
  private final DataFormat format;
  private final int size;

  private DigitNetwork(DataFormat format, int size) {
    this.format = format;
    this.size = size;
  }

  /** Its signature {@code train} on images of {@code size} by {@code size} pixels. */
  static Graph step(DataFormat format, int size) {
    return new DigitNetwork(format, size).step();
  }

  private boolean isPlanesFirst() {
    return format == DataFormat.FEATURES_FIRST;
  }

  private Value convolution(String name, Value x, int from, int to) {
    try (GraphBuilder.Scope _ = g.scope(name)) {
      Value kernel =
          g.parameter(
              "kernel",
              isPlanesFirst()
                  ? TensorType.of(DType.FLOAT32, to, from, 3, 3)
                  : TensorType.of(DType.FLOAT32, 3, 3, from, to));
      Value bias = g.parameter("bias", TensorType.of(DType.FLOAT32, to));
      Conv conv = isPlanesFirst() ? Conv.same().format(DataFormat.NCHW) : Conv.same();
      Value y = Convolutions.conv2d(x, kernel, conv);
      Value offset = isPlanesFirst() ? bias.reshape(to, 1, 1) : bias;
      Pool pool = isPlanesFirst() ? Pool.of(2, 2).format(DataFormat.NCHW) : Pool.of(2, 2);
      return Poolings.maxPool(y.add(offset).relu(), pool);
    }
  }

  private Graph step() {
    String image = isPlanesFirst() ? "[N, 1, %d, %d]" : "[N, %d, %d, 1]";
    Value x = g.input("image", DType.FLOAT32, Shape.parse(image.formatted(size, size)));
    Value label = g.input("label", DType.INT32, Shape.parse("[N]"));
    Value h = convolution("conv1", x, 1, 4);
    h = convolution("conv2", h, 4, 6);
    h = h.reshape(Shape.of(h.dim(0), h.dim(1).times(h.dim(2)).times(h.dim(3))));
    Value w = g.parameter("dense/w", TensorType.of(DType.FLOAT32, h.dim(1).value(), 10));
    Value b = g.parameter("dense/b", TensorType.of(DType.FLOAT32, 10));
    Value logits = h.matmul(w).add(b);
    Value loss = Losses.softmaxCrossEntropy(logits, label, Losses.Reduction.MEAN).as("loss");
    List<Value> weights = g.trainableParameters();
    List<Value> gradients = Gradients.of(loss).to(weights);
    SignatureBuilder train = g.signature("train").output("loss", loss);
    Value step = g.state("step", Tensor.scalar(0f));
    Value next = step.add(1);
    train.update(step, next);
    for (int i = 0; i < weights.size(); i++) {
      adam(train, weights.get(i), gradients.get(i), next);
    }
    g.signature("predict").output("probabilities", logits.softmax(-1));
    return g.build();
  }

  /** Kingma and Ba, "Adam: a method for stochastic optimization", 2015. */
  private void adam(SignatureBuilder train, Value weight, Value gradient, Value step) {
    try (GraphBuilder.Scope _ = g.scope("adam/" + weight.name())) {
      Tensor zeros = Tensor.zeros(DType.FLOAT32, weight.shape().sizes());
      Value mean = g.state("mean", zeros);
      Value square = g.state("square", zeros);
      Value nextMean = mean.mul(0.9).add(gradient.mul(0.1));
      Value nextSquare = square.mul(0.99).add(gradient.mul(gradient).mul(0.01));
      Value meanHat = nextMean.div(step.scalar(1).sub(step.scalar(0.9).pow(step)));
      Value squareHat = nextSquare.div(step.scalar(1).sub(step.scalar(0.99).pow(step)));
      train.update(mean, nextMean);
      train.update(square, nextSquare);
      train.update(weight, weight.sub(meanHat.mul(0.001).div(squareHat.sqrt().add(1e-8))));
    }
  }
}
