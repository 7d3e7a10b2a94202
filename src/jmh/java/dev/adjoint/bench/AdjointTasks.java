package dev.adjoint.bench;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.FactoredConvolutions;
import dev.adjoint.nn.Layers;
import dev.adjoint.nn.Pool;
import dev.adjoint.nn.Poolings;
import dev.adjoint.runtime.Executable;
import dev.adjoint.runtime.Execution;
import dev.adjoint.runtime.Profile;
import dev.adjoint.runtime.Session;
import dev.adjoint.runtime.SessionOptions;
import dev.adjoint.saved.GraphFile;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.Optimizer;
import dev.adjoint.train.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The workloads in Adjoint: graphs, run by a session. */
final class AdjointTasks {
  private static final String RUN = "run";
  private static final String RESULT = "result";

  private AdjointTasks() {}

  static Task prepare(Workload workload, int threads) {
    return switch (workload) {
      case Workload.Product(var n) -> product(n, threads);
      case Workload.Convolution(var shape, var pass) -> convolution(shape, pass, threads);
      case Workload.TrainingStep step ->
          training(step, SessionOptions.standard().withThreads(threads));
      case Workload.Inference(var network, var batch) ->
          inference(open(predictor(network), threads), network, batch);
      case Workload.Chain(var elements) -> chain(elements, threads);
      case Workload.Dispatch(var nodes) -> dispatch(nodes, threads);
      default -> throw new IllegalArgumentException("not of Adjoint: " + workload);
    };
  }

  private static Session open(Graph graph, int threads) {
    return Session.open(graph, SessionOptions.standard().withThreads(threads));
  }

  // Single operators.

  private static Task product(int n, int threads) {
    GraphBuilder g = GraphBuilder.create("product");
    Value a = g.input("a", DType.FLOAT32, n, n);
    Value b = g.input("b", DType.FLOAT32, n, n);
    g.signature(RUN).output(RESULT, a.matmul(b));
    return new Repeated(g.build(), threads)
        .set("a", Tensor.of(Values.uniform("a", n * n, 1), n, n))
        .set("b", Tensor.of(Values.uniform("b", n * n, 1), n, n));
  }

  private static Task convolution(ConvolutionShape shape, Workload.Pass pass, int threads) {
    GraphBuilder g = GraphBuilder.create("convolution");
    Value x = g.input("x", DType.FLOAT32, shape.inputSizes());
    Value w = g.input("w", DType.FLOAT32, shape.kernelSizes());
    Value y =
        shape.depthwise()
            ? FactoredConvolutions.depthwise(x, w, Conv.same())
            : Convolutions.conv2d(x, w, Conv.same());
    Value dy = g.input("dy", y.type());
    Gradients gradients = Gradients.of(y).withCotangents(dy);
    Value result =
        switch (pass) {
          case FORWARD -> y;
          case INPUT_GRADIENT -> gradients.to(x).getFirst();
          case KERNEL_GRADIENT -> gradients.to(w).getFirst();
        };
    g.signature(RUN).output(RESULT, result);
    Repeated task = new Repeated(g.build(), threads);
    if (pass != Workload.Pass.INPUT_GRADIENT) {
      task.set("x", Tensor.of(shape.input(), shape.inputSizes()));
    }
    if (pass != Workload.Pass.KERNEL_GRADIENT) {
      task.set("w", Tensor.of(shape.kernelValues(), shape.kernelSizes()));
    }
    if (pass != Workload.Pass.FORWARD) {
      task.set("dy", Tensor.of(shape.outputGradient(), shape.outputSizes()));
    }
    return task;
  }

  private static Task chain(int elements, int threads) {
    GraphBuilder g = GraphBuilder.create("chain");
    Value x = g.input("x", DType.FLOAT32, elements);
    Value line = x.mul(Workload.Chain.A).add(Workload.Chain.B);
    g.signature(RUN).output(RESULT, line.relu().mul(x.sigmoid()));
    return new Repeated(g.build(), threads)
        .set("x", Tensor.of(Values.uniform("x", elements, 4), elements));
  }

  private static Task dispatch(int nodes, int threads) {
    GraphBuilder g = GraphBuilder.create("dispatch");
    Value x = g.input("x", DType.FLOAT32, 2, 2);
    Value w = g.input("w", DType.FLOAT32, 2, 2);
    Value y = x;
    for (int i = 0; i < nodes; i++) {
      y = y.matmul(w);
    }
    g.signature(RUN).output(RESULT, y);
    return new Repeated(g.build(), threads)
        .set("x", Tensor.of(Values.uniform("x", 4, 1), 2, 2))
        .set("w", Tensor.of(Workload.Dispatch.rotation(), 2, 2));
  }

  // Networks.

  /**
   * The graph that predicts with a network: from "image" to the probabilities "result" of the only
   * signature.
   */
  static Graph predictor(Network network) {
    GraphBuilder g = GraphBuilder.create(network.name());
    g.signature(RUN).output(RESULT, logits(g, network).softmax(-1));
    return g.build();
  }

  private static Task inference(Session session, Network network, int batch) {
    Tensor images = Tensor.of(network.images(batch), network.imageSizes(batch));
    Execution execution = session.compile(RUN, Map.of("N", (long) batch)).execution();
    return new Task() {
      private Tensor probabilities = images;

      @Override
      public void run() {
        execution.set("image", images).run();
        probabilities = execution.get(RESULT);
      }

      @Override
      public float[] sample() {
        run();
        return probabilities.toFloats();
      }

      @Override
      public List<Profile.KernelTime> profile() {
        return kernels(execution.set("image", images));
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }

  /** Writes the network. */
  static void save(Network network, Path file) throws IOException {
    GraphFile.write(predictor(network), file);
  }

  /** Reads what {@link #save} wrote. */
  static Task load(Network network, Path file, int threads) throws IOException {
    Session.prepare();
    return inference(open(GraphFile.read(file), threads), network, 1);
  }

  /** A training step, as the options say. */
  static Repeated training(Workload.TrainingStep step, SessionOptions options) {
    Network network = step.network();
    int batch = step.batch();
    GraphBuilder g = GraphBuilder.create(network.name());
    Value logits = logits(g, network);
    Value label = g.input("label", DType.INT32, Shape.parse("[N]"));
    Value loss = logits.sparseSoftmaxCrossEntropy(label).mean();
    optimizer(step.descent()).minimize(loss, g.signature(RUN).output(RESULT, loss));
    Tensor labels = Tensor.of(Values.labels(batch, Network.CLASSES), batch);
    Repeated task = new Repeated(g.build(), options, Map.of("N", (long) batch));
    task.set("image", Tensor.of(network.images(batch), network.imageSizes(batch)));
    task.set("label", labels);
    return task.comparing(Workload.TrainingStep.COMPARED);
  }

  private static Optimizer optimizer(Workload.Descent descent) {
    Schedule rate = Schedule.constant(descent.rate());
    return switch (descent) {
      case SGD -> Optimizer.sgd(rate);
      case ADAM -> Optimizer.adam(rate);
    };
  }

  private static Value logits(GraphBuilder g, Network network) {
    Value h = g.input("image", DType.FLOAT32, imageShape(network));
    var weights = network.weights().iterator();
    for (Network.Layer layer : network.layers()) {
      h =
          switch (layer) {
            case Network.Pool() -> Poolings.maxPool(h, Pool.of(2, 2));
            case Network.Convolve _ -> {
              Parameters p = Parameters.of(g, weights.next());
              yield Convolutions.conv2d(h, p.kernel(), Conv.same()).add(p.bias()).relu();
            }
            case Network.Dense _ -> {
              Parameters p = Parameters.of(g, weights.next());
              Value flat = h.rank() == 2 ? h : Layers.flatten(h);
              Value y = flat.matmul(p.kernel()).add(p.bias());
              yield weights.hasNext() ? y.relu() : y;
            }
          };
    }
    return h;
  }

  private static Shape imageShape(Network network) {
    return Shape.parse(
        "[N, %d, %d, %d]".formatted(network.size(), network.size(), network.planes()));
  }

  /**
   * A layer's parameters.
   *
   * @param kernel with features last
   * @param bias a vector
   */
  private record Parameters(Value kernel, Value bias) {
    static Parameters of(GraphBuilder g, Network.Weights weights) {
      try (GraphBuilder.Scope _ = g.freshScope("layer")) {
        return new Parameters(
            g.parameter("kernel", Tensor.of(weights.kernel(), weights.kernelSizes())),
            g.parameter("bias", Tensor.vector(weights.bias())));
      }
    }
  }

  // Running.

  private static List<Profile.KernelTime> kernels(Execution execution) {
    Profile profile = new Profile();
    execution.profiledBy(profile).run();
    return profile.kernels();
  }

  /** A plan whose inputs stay the same. */
  static final class Repeated implements Task {
    private final Session session;
    private final Executable executable;
    private final Execution execution;
    private int compared;

    Repeated(Graph graph, int threads) {
      this(graph, SessionOptions.standard().withThreads(threads), Map.of());
    }

    Repeated(Graph graph, SessionOptions options, Map<String, Long> sizes) {
      this.session = Session.open(graph, options);
      this.executable = session.compile(RUN, sizes);
      this.execution = executable.execution();
    }

    Repeated set(String input, Tensor value) {
      execution.set(input, value);
      return this;
    }

    /** The sample is to be the scalar results of that many runs. */
    Repeated comparing(int runs) {
      compared = runs;
      return this;
    }

    @Override
    public void run() {
      execution.run();
    }

    @Override
    public float[] sample() {
      if (compared == 0) {
        run();
        return execution.get(RESULT).toFloats();
      }
      float[] results = new float[compared];
      for (int i = 0; i < compared; i++) {
        run();
        results[i] = (float) execution.get(RESULT).getDouble(0);
      }
      return results;
    }

    @Override
    public List<Profile.KernelTime> profile() {
      return kernels(execution);
    }

    /** The bytes of its plan, as a memory limit counts them. */
    long bytes() {
      return executable.totalBytes();
    }

    @Override
    public String note() {
      return "arena %.1f MB, alive at most %.1f MB"
          .formatted(executable.arenaBytes() / 1e6, executable.liveBytes() / 1e6);
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
