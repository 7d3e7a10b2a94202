package dev.adjoint.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The workloads in ONNX Runtime: models with features first, all its optimisations on, results
 * written where they were written before. Kernels of convolutions are constants, which it packs
 * once; it has no good form for others.
 */
final class OnnxRuntimeTasks {
  private static final String RESULT = "result";
  private static final String IMAGE = "image";

  private OnnxRuntimeTasks() {}

  static Task prepare(Workload workload, int threads) {
    return switch (workload) {
      case Workload.Product(var n) -> product(n, threads);
      case Workload.Convolution(var shape, _) -> convolution(shape, threads);
      case Workload.Inference(var network, var batch) ->
          inference(predictor(network, batch), network, batch, threads);
      case Workload.Chain(var elements) -> chain(elements, threads);
      case Workload.Dispatch(var nodes) -> dispatch(nodes, threads);
      default -> throw new IllegalArgumentException("not of ONNX Runtime: " + workload);
    };
  }

  private static Task product(int n, int threads) {
    OnnxModel model =
        new OnnxModel()
            .input("a", n, n)
            .input("b", n, n)
            .node("MatMul", List.of("a", "b"), RESULT)
            .output(RESULT, n, n);
    return new Repeated(model.toBytes(), threads, n, n)
        .set("a", Values.uniform("a", n * n, 1), n, n)
        .set("b", Values.uniform("b", n * n, 1), n, n);
  }

  private static Task convolution(ConvolutionShape shape, int threads) {
    long[] sizes = shape.kernelSizes();
    int[] axes = shape.depthwise() ? new int[] {2, 3, 0, 1} : new int[] {3, 2, 0, 1};
    long[] input = Values.transposedSizes(shape.inputSizes(), 0, 3, 1, 2);
    long[] output = Values.transposedSizes(shape.outputSizes(), 0, 3, 1, 2);
    OnnxModel model =
        new OnnxModel()
            .input(IMAGE, input)
            .constant(
                "w",
                Values.transposed(shape.kernelValues(), sizes, axes),
                Values.transposedSizes(sizes, axes))
            .node("Conv", List.of(IMAGE, "w"), RESULT, padding(shape.padding()), groups(shape))
            .output(RESULT, output);
    return new Repeated(model.toBytes(), threads, output)
        .set(IMAGE, Values.transposed(shape.input(), shape.inputSizes(), 0, 3, 1, 2), input)
        .inAdjointsOrder(values -> Values.transposed(values, output, 0, 2, 3, 1));
  }

  private static OnnxModel.Message padding(long each) {
    return OnnxModel.attribute("pads", each, each, each, each);
  }

  private static OnnxModel.Message groups(ConvolutionShape shape) {
    return OnnxModel.scalarAttribute("group", shape.groups());
  }

  private static Task chain(int elements, int threads) {
    OnnxModel model =
        new OnnxModel()
            .input("x", elements)
            .constant("a", new float[] {Workload.Chain.A})
            .constant("b", new float[] {Workload.Chain.B})
            .node("Mul", List.of("x", "a"), "scaled")
            .node("Add", List.of("scaled", "b"), "line")
            .node("Relu", List.of("line"), "rectified")
            .node("Sigmoid", List.of("x"), "gate")
            .node("Mul", List.of("rectified", "gate"), RESULT)
            .output(RESULT, elements);
    return new Repeated(model.toBytes(), threads, elements)
        .set("x", Values.uniform("x", elements, 4), elements);
  }

  private static Task dispatch(int nodes, int threads) {
    OnnxModel model = new OnnxModel().input("y0", 2, 2).input("w", 2, 2);
    for (int i = 0; i < nodes; i++) {
      String output = i == nodes - 1 ? RESULT : "y" + (i + 1);
      model.node("MatMul", List.of("y" + i, "w"), output);
    }
    return new Repeated(model.output(RESULT, 2, 2).toBytes(), threads, 2, 2)
        .set("y0", Values.uniform("x", 4, 1), 2, 2)
        .set("w", Workload.Dispatch.rotation(), 2, 2);
  }

  // Networks.

  private static byte[] predictor(Network network, int batch) {
    OnnxModel model =
        new OnnxModel().input(IMAGE, Values.transposedSizes(network.imageSizes(batch), 0, 3, 1, 2));
    var weights = network.weights().iterator();
    String h = IMAGE;
    for (int i = 0; i < network.layers().size(); i++) {
      String y = "y" + i;
      switch (network.layers().get(i)) {
        case Network.Pool() ->
            model.node(
                "MaxPool",
                List.of(h),
                y,
                OnnxModel.attribute("kernel_shape", 2, 2),
                OnnxModel.attribute("strides", 2, 2));
        case Network.Convolve(_, var kernel) -> {
          convolve(model, weights.next(), h, y + "/sum", padding(kernel / 2));
          model.node("Relu", List.of(y + "/sum"), y);
        }
        case Network.Dense _ -> {
          dense(model, weights.next(), h, y + "/sum");
          model.node(weights.hasNext() ? "Relu" : "Identity", List.of(y + "/sum"), y);
        }
      }
      h = y;
    }
    return model
        .node("Softmax", List.of(h), RESULT)
        .output(RESULT, batch, Network.CLASSES)
        .toBytes();
  }

  private static void convolve(
      OnnxModel model, Network.Weights weights, String x, String y, OnnxModel.Message padding) {
    long[] sizes = weights.kernelSizes();
    int[] axes = {3, 2, 0, 1};
    model
        .constant(
            y + "/kernel",
            Values.transposed(weights.kernel(), sizes, axes),
            Values.transposedSizes(sizes, axes))
        .constant(y + "/bias", weights.bias(), weights.bias().length)
        .node("Conv", List.of(x, y + "/kernel", y + "/bias"), y, padding);
  }

  private static void dense(OnnxModel model, Network.Weights weights, String x, String y) {
    String flat = weights.flattens() ? y + "/flat" : x;
    if (weights.flattens()) {
      model.node("Flatten", List.of(x), flat);
    }
    model
        .constant(y + "/kernel", weights.kernelFeaturesFirst(), weights.kernelSizes())
        .constant(y + "/bias", weights.bias(), weights.bias().length)
        .node("Gemm", List.of(flat, y + "/kernel", y + "/bias"), y);
  }

  private static Task inference(byte[] model, Network network, int batch, int threads) {
    long[] sizes = network.imageSizes(batch);
    return new Repeated(model, threads, batch, Network.CLASSES)
        .set(
            IMAGE,
            Values.transposed(network.images(batch), sizes, 0, 3, 1, 2),
            Values.transposedSizes(sizes, 0, 3, 1, 2))
        .reading();
  }

  /** Writes the network for a batch of one. */
  static void save(Network network, Path file) throws IOException {
    Files.write(file, predictor(network, 1));
  }

  /** Reads what {@link #save} wrote. */
  static Task load(Network network, Path file, int threads) throws IOException {
    return inference(Files.readAllBytes(file), network, 1, threads);
  }

  // Running.

  /** One result of inputs that stay the same. */
  private static final class Repeated implements Task {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final FloatBuffer result;
    private final OnnxTensor output;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs;
    private UnaryOperator<float[]> inAdjointsOrder = UnaryOperator.identity();
    private float[] read = {};

    Repeated(byte[] model, int threads, long... outputSizes) {
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        session = environment.createSession(model, options);
        long elements = 1;
        for (long size : outputSizes) {
          elements *= size;
        }
        result = direct(Math.toIntExact(elements));
        output = OnnxTensor.createTensor(environment, result, outputSizes);
        outputs = Map.of(RESULT, output);
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }

    private static FloatBuffer direct(int elements) {
      return ByteBuffer.allocateDirect(4 * elements).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    Repeated set(String name, float[] values, long... sizes) {
      try {
        FloatBuffer buffer = direct(values.length).put(values).flip();
        inputs.put(name, OnnxTensor.createTensor(environment, buffer, sizes));
        return this;
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }

    Repeated inAdjointsOrder(UnaryOperator<float[]> order) {
      inAdjointsOrder = order;
      return this;
    }

    /** Reads the result in each run. */
    Repeated reading() {
      read = new float[result.capacity()];
      return this;
    }

    @Override
    public void run() {
      try {
        session.run(inputs, outputs).close();
        result.get(0, read);
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public float[] sample() {
      run();
      float[] values = new float[result.capacity()];
      result.get(0, values);
      return inAdjointsOrder.apply(values);
    }

    @Override
    public void close() {
      try {
        inputs.values().forEach(OnnxTensor::close);
        output.close();
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
