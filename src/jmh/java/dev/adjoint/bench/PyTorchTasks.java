package dev.adjoint.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * The workloads in PyTorch through DJL. Whatever reads images is prepared in both of PyTorch's
 * memory layouts, and the one that runs faster is kept.
 */
final class PyTorchTasks {
  /** Held on to, so that its level stays. */
  private static final Logger LOG = Logger.getLogger("ai.djl");

  private static final Shape ONE = new Shape(1, 1);
  private static final Shape TWO = new Shape(2, 2);
  private static final Shape NONE = new Shape(0, 0);

  private PyTorchTasks() {}

  static Task prepare(Workload workload, int threads) {
    NDManager manager = open(threads);
    return switch (workload) {
      case Workload.Product(var n) -> product(manager, n);
      case Workload.Convolution(var shape, var pass) ->
          fastest(eachLayout(layout -> convolution(manager, shape, pass, layout)));
      case Workload.TrainingStep step ->
          fastest(eachLayout(layout -> new Training(manager, step, layout)));
      case Workload.Inference(var network, var batch) ->
          fastest(
              eachLayout(layout ->
                  inference(
                      manager, network, parameters(manager, network, layout), batch, layout)));
      case Workload.Chain(var elements) -> chain(manager, elements);
      case Workload.Dispatch(var nodes) -> dispatch(manager, nodes);
      default -> throw new IllegalArgumentException("not of PyTorch: " + workload);
    };
  }

  private static NDManager open(int threads) {
    LOG.setLevel(Level.WARNING);
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    return Engine.getEngine("PyTorch").newBaseManager();
  }

  // Layouts.

  /**
   * How the axes of an array lie in memory. To PyTorch every image is [N, C, H, W] and every kernel
   * [O, I, H, W]; with channels last it is a view of an array whose features lie together.
   */
  private enum Layout {
    CHANNELS_FIRST {
      @Override
      NDArray images(NDManager manager, float[] values, long... sizes) {
        return transposed(manager, values, sizes, 0, 3, 1, 2);
      }

      @Override
      NDArray kernel(NDManager manager, float[] values, long... sizes) {
        return transposed(manager, values, sizes, 3, 2, 0, 1);
      }

      @Override
      NDArray flattened(NDArray images) {
        return images.reshape(images.size(0), -1);
      }

      @Override
      float[] dense(Network.Weights weights) {
        return weights.kernelFeaturesFirst();
      }
    },
    CHANNELS_LAST {
      @Override
      NDArray images(NDManager manager, float[] values, long... sizes) {
        return manager.create(values, new Shape(sizes)).transpose(0, 3, 1, 2);
      }

      @Override
      NDArray kernel(NDManager manager, float[] values, long... sizes) {
        return transposed(manager, values, sizes, 3, 0, 1, 2).transpose(0, 3, 1, 2);
      }

      @Override
      NDArray flattened(NDArray images) {
        return images.transpose(0, 2, 3, 1).reshape(images.size(0), -1);
      }

      @Override
      float[] dense(Network.Weights weights) {
        return weights.kernel();
      }
    };

    /** Images of Adjoint's order. */
    abstract NDArray images(NDManager manager, float[] values, long... sizes);

    /** A kernel of Adjoint's order. */
    abstract NDArray kernel(NDManager manager, float[] values, long... sizes);

    /** A row an image, without moving anything. */
    abstract NDArray flattened(NDArray images);

    /** The kernel of a dense layer for such rows. */
    abstract float[] dense(Network.Weights weights);

    private static NDArray transposed(
        NDManager manager, float[] values, long[] sizes, int... axes) {
      return manager.create(
          Values.transposed(values, sizes, axes), new Shape(Values.transposedSizes(sizes, axes)));
    }
  }

  private static Stream<Supplier<Task>> eachLayout(Function<Layout, Task> prepare) {
    return Stream.of(Layout.values()).map(layout -> () -> prepare.apply(layout));
  }

  /** The task that takes the least time, of a few runs each. It is prepared anew. */
  private static Task fastest(Stream<Supplier<Task>> candidates) {
    Supplier<Task> fastest = null;
    long least = Long.MAX_VALUE;
    for (Supplier<Task> candidate : candidates.toList()) {
      long time = shortest(candidate.get());
      if (time < least) {
        fastest = candidate;
        least = time;
      }
    }
    return fastest.get();
  }

  private static long shortest(Task task) {
    try (task) {
      task.run();
      task.run();
      long least = Long.MAX_VALUE;
      long start = System.nanoTime();
      for (int run = 0; run < 20 && System.nanoTime() - start < 300_000_000; run++) {
        long before = System.nanoTime();
        task.run();
        least = Math.min(least, System.nanoTime() - before);
      }
      return least;
    }
  }

  // Single operators.

  private static Task product(NDManager manager, int n) {
    NDArray a = manager.create(Values.uniform("a", n * n, 1), new Shape(n, n));
    NDArray b = manager.create(Values.uniform("b", n * n, 1), new Shape(n, n));
    return new Repeated(() -> a.matMul(b));
  }

  private static Task chain(NDManager manager, int elements) {
    NDArray x = manager.create(Values.uniform("x", elements, 4), new Shape(elements));
    TorchScript chain =
        TorchScript.of(
            manager,
            List.of("x"),
            """
            line = torch.add_(torch.mul(x, %s), %s)
            return torch.mul_(torch.relu_(line), torch.sigmoid(x))
            """
                .formatted(Workload.Chain.A, Workload.Chain.B));
    return new Repeated(() -> chain.call(x));
  }

  private static Task dispatch(NDManager manager, int nodes) {
    NDArray x = manager.create(Values.uniform("x", 4, 1), TWO);
    NDArray w = manager.create(Workload.Dispatch.rotation(), TWO);
    return new Repeated(() -> {
      NDArray y = x;
      for (int i = 0; i < nodes; i++) {
        y = y.matMul(w);
      }
      return y;
    });
  }

  /** A depthwise kernel reads one plane a group: [H, W, C, 1] are the elements of [H, W, 1, C]. */
  private static NDArray kernel(NDManager manager, ConvolutionShape shape, Layout layout) {
    long[] sizes =
        shape.depthwise()
            ? new long[] {shape.kernel(), shape.kernel(), 1, shape.made()}
            : shape.kernelSizes();
    return layout.kernel(manager, shape.kernelValues(), sizes);
  }

  private static Task convolution(
      NDManager manager, ConvolutionShape shape, Workload.Pass pass, Layout layout) {
    NDArray x = layout.images(manager, shape.input(), shape.inputSizes());
    NDArray w = kernel(manager, shape, layout);
    Shape padding = new Shape(shape.padding(), shape.padding());
    if (pass == Workload.Pass.FORWARD) {
      return new Repeated(
          () -> Conv2d.conv2d(x, w, null, ONE, padding, ONE, shape.groups()).singletonOrThrow(),
          y -> y.transpose(0, 2, 3, 1));
    }
    NDArray dy = layout.images(manager, shape.outputGradient(), shape.outputSizes());
    TorchScript backward = backward(manager, shape, pass);
    return new Repeated(
        () -> backward.call(dy, x, w),
        pass == Workload.Pass.INPUT_GRADIENT
            ? dx -> dx.transpose(0, 2, 3, 1)
            : dw -> dw.transpose(2, 3, 1, 0));
  }

  /** What PyTorch's backward calls, for one of the gradients. */
  private static TorchScript backward(
      NDManager manager, ConvolutionShape shape, Workload.Pass pass) {
    boolean input = pass == Workload.Pass.INPUT_GRADIENT;
    return TorchScript.of(
        manager,
        List.of("dy", "x", "w"),
        """
        dx, dw, db = torch.convolution_backward(dy, x, w, None, [1, 1], [%d, %d], [1, 1], False, [0, 0], %d, [%s, %s, False])
        return %s
        """
            .formatted(
                shape.padding(),
                shape.padding(),
                shape.groups(),
                input ? "True" : "False",
                input ? "False" : "True",
                input ? "dx" : "dw"));
  }

  // Networks.

  private static NDList parameters(NDManager manager, Network network, Layout layout) {
    NDList parameters = new NDList();
    for (Network.Weights weights : network.weights()) {
      long[] sizes = weights.kernelSizes();
      parameters.add(
          sizes.length == 2
              ? manager.create(layout.dense(weights), new Shape(sizes))
              : layout.kernel(manager, weights.kernel(), sizes));
      parameters.add(manager.create(weights.bias()));
    }
    return parameters;
  }

  private static NDArray logits(Network network, NDArray images, NDList parameters, Layout layout) {
    NDArray h = images;
    var parameter = parameters.iterator();
    for (Network.Layer layer : network.layers()) {
      switch (layer) {
        case Network.Pool() -> h = h.getNDArrayInternal().maxPool(TWO, TWO, NONE, false);
        case Network.Convolve(_, var kernel) -> {
          Shape padding = new Shape(kernel / 2, kernel / 2);
          NDArray w = parameter.next();
          NDArray y = Conv2d.conv2d(h, w, parameter.next(), ONE, padding, ONE).singletonOrThrow();
          h = y.getNDArrayInternal().relu();
        }
        case Network.Dense _ -> {
          NDArray flat = h.getShape().dimension() == 2 ? h : layout.flattened(h);
          h = flat.matMul(parameter.next()).add(parameter.next());
          h = parameter.hasNext() ? h.getNDArrayInternal().relu() : h;
        }
      }
    }
    return h;
  }

  private static Task inference(
      NDManager manager, Network network, NDList parameters, int batch, Layout layout) {
    NDArray images = layout.images(manager, network.images(batch), network.imageSizes(batch));
    return new Task() {
      private float[] probabilities = {};

      @Override
      public void run() {
        try (NDScope _ = new NDScope()) {
          probabilities = logits(network, images, parameters, layout).softmax(1).toFloatArray();
        }
      }

      @Override
      public float[] sample() {
        run();
        return probabilities;
      }

      @Override
      public void close() {
        images.close();
        parameters.close();
      }
    };
  }

  /** Writes the network's weights, which is what DJL saves of a model. */
  static void save(Network network, Path file) throws IOException {
    try (NDManager manager = open(1)) {
      NDList parameters = parameters(manager, network, Layout.CHANNELS_FIRST);
      Files.write(file, parameters.encode());
    }
  }

  /** Reads what {@link #save} wrote. */
  static Task load(Network network, Path file, int threads) throws IOException {
    NDManager manager = open(threads);
    NDList parameters = NDList.decode(manager, Files.readAllBytes(file));
    return inference(manager, network, parameters, 1, Layout.CHANNELS_FIRST);
  }

  private static final class Training implements Task {
    private final Workload.TrainingStep step;
    private final Layout layout;
    private final NDList parameters;
    private final List<NDList> moments = new ArrayList<>();
    private final NDArray images;
    private final NDArray labels;
    private int steps;

    Training(NDManager manager, Workload.TrainingStep step, Layout layout) {
      this.step = step;
      this.layout = layout;
      Network network = step.network();
      int batch = step.batch();
      parameters = PyTorchTasks.parameters(manager, network, layout);
      for (NDArray parameter : parameters) {
        parameter.setRequiresGradient(true);
        if (step.descent() == Workload.Descent.ADAM) {
          moments.add(new NDList(parameter.zerosLike(), parameter.zerosLike()));
        }
      }
      images = layout.images(manager, network.images(batch), network.imageSizes(batch));
      float[] rows = Values.oneHot(Values.labels(batch, Network.CLASSES), Network.CLASSES);
      labels = manager.create(rows, new Shape(batch, Network.CLASSES));
    }

    @Override
    public void run() {
      step();
    }

    private float step() {
      steps++;
      try (NDScope _ = new NDScope()) {
        NDArray loss;
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
          NDArray logits = logits(step.network(), images, parameters, layout);
          loss = logits.logSoftmax(1).mul(labels).sum().div(-step.batch());
          collector.backward(loss);
        }
        for (int i = 0; i < parameters.size(); i++) {
          update(i);
        }
        return loss.getFloat();
      }
    }

    /** Resets the gradient as well. */
    private void update(int position) {
      NDArray parameter = parameters.get(position);
      NDArray gradient = parameter.getGradient();
      float rate = (float) step.descent().rate();
      switch (step.descent()) {
        case SGD ->
            parameter
                .getNDArrayInternal()
                .sgdUpdate(
                    new NDList(parameter, gradient),
                    new NDList(parameter),
                    rate,
                    0,
                    1,
                    -1,
                    0,
                    false);
        case ADAM -> {
          NDList moment = moments.get(position);
          parameter
              .getNDArrayInternal()
              .adamUpdate(
                  new NDList(parameter, gradient, moment.get(0), moment.get(1)),
                  new NDList(parameter),
                  rate,
                  corrected(rate),
                  0,
                  1,
                  -1,
                  Workload.Descent.BETA1,
                  Workload.Descent.BETA2,
                  Workload.Descent.EPSILON,
                  false,
                  false);
        }
      }
    }

    /** The rate that makes up for moments that start from 0. */
    private float corrected(float rate) {
      double first = 1 - Math.pow(Workload.Descent.BETA1, steps);
      double second = 1 - Math.pow(Workload.Descent.BETA2, steps);
      return (float) (rate * Math.sqrt(second) / first);
    }

    @Override
    public float[] sample() {
      float[] losses = new float[Workload.TrainingStep.COMPARED];
      for (int i = 0; i < losses.length; i++) {
        losses[i] = step();
      }
      return losses;
    }

    @Override
    public void close() {
      images.close();
      labels.close();
      parameters.close();
      moments.forEach(NDList::close);
    }
  }

  // Running.

  /** One result, computed anew by each run. */
  private static final class Repeated implements Task {
    private final Supplier<NDArray> result;
    private final Function<NDArray, NDArray> inAdjointsOrder;

    Repeated(Supplier<NDArray> result) {
      this(result, values -> values);
    }

    Repeated(Supplier<NDArray> result, Function<NDArray, NDArray> inAdjointsOrder) {
      this.result = result;
      this.inAdjointsOrder = inAdjointsOrder;
    }

    @Override
    public void run() {
      try (NDScope _ = new NDScope()) {
        result.get();
      }
    }

    @Override
    public float[] sample() {
      try (NDScope _ = new NDScope()) {
        return inAdjointsOrder.apply(result.get()).toFloatArray();
      }
    }
  }
}
