package dev.adjoint.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** The workloads in TensorFlow Java: graphs with features last, run by a session. */
final class TensorFlowTasks {
  private static final List<Long> UNIT_STRIDES = List.of(1L, 1L, 1L, 1L);
  private static final String IMAGE = "image";
  private static final String PROBABILITIES = "probabilities";

  private TensorFlowTasks() {}

  static Task prepare(Workload workload, int threads) {
    return switch (workload) {
      case Workload.Product(var n) -> product(n, threads);
      case Workload.Convolution(var shape, var pass) -> convolution(shape, pass, threads);
      case Workload.TrainingStep step -> new Training(step, threads);
      case Workload.Inference(var network, var batch) ->
          inference(predictor(network), network, batch, threads);
      case Workload.Chain(var elements) -> chain(elements, threads);
      case Workload.Dispatch(var nodes) -> dispatch(nodes, threads);
      default -> throw new IllegalArgumentException("not of TensorFlow: " + workload);
    };
  }

  private static Session session(Graph graph, int threads) {
    return new Session(
        graph,
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            .setInterOpParallelismThreads(threads)
            .build());
  }

  private static TFloat32 tensor(float[] values, long... sizes) {
    return TFloat32.tensorOf(Shape.of(sizes), DataBuffers.of(values));
  }

  private static TFloat32 zeros(Shape shape) {
    return tensor(new float[Math.toIntExact(shape.size())], shape.asArray());
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[(int) tensor.size()];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }

  private static Placeholder<TFloat32> placeholder(Ops tf) {
    return tf.placeholder(TFloat32.class);
  }

  private static Placeholder<TFloat32> placeholder(Ops tf, long... sizes) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(sizes)));
  }

  // Single operators.

  private static Task product(int n, int threads) {
    Graph graph = new Graph();
    Ops tf = Ops.create(graph);
    var a = placeholder(tf, n, n);
    var b = placeholder(tf, n, n);
    return new Repeated(session(graph, threads), tf.linalg.matMul(a, b))
        .feed(a, tensor(Values.uniform("a", n * n, 1), n, n))
        .feed(b, tensor(Values.uniform("b", n * n, 1), n, n));
  }

  private static Task convolution(ConvolutionShape shape, Workload.Pass pass, int threads) {
    Graph graph = new Graph();
    Ops tf = Ops.create(graph);
    var x = placeholder(tf, shape.inputSizes());
    var w = placeholder(tf, shape.kernelSizes());
    var dy = placeholder(tf, shape.outputSizes());
    Operand<TFloat32> result =
        shape.depthwise() ? depthwise(tf, shape, pass, x, w, dy) : dense(tf, shape, pass, x, w, dy);
    Repeated task = new Repeated(session(graph, threads), result);
    if (pass != Workload.Pass.INPUT_GRADIENT) {
      task.feed(x, tensor(shape.input(), shape.inputSizes()));
    }
    if (pass != Workload.Pass.KERNEL_GRADIENT) {
      task.feed(w, tensor(shape.kernelValues(), shape.kernelSizes()));
    }
    if (pass != Workload.Pass.FORWARD) {
      task.feed(dy, tensor(shape.outputGradient(), shape.outputSizes()));
    }
    return task;
  }

  private static Operand<TFloat32> dense(
      Ops tf,
      ConvolutionShape shape,
      Workload.Pass pass,
      Operand<TFloat32> x,
      Operand<TFloat32> w,
      Operand<TFloat32> dy) {
    return switch (pass) {
      case FORWARD -> tf.nn.conv2d(x, w, UNIT_STRIDES, "SAME");
      case INPUT_GRADIENT ->
          tf.nn.conv2dBackpropInput(
              tf.constant(ints(shape.inputSizes())), w, dy, UNIT_STRIDES, "SAME");
      case KERNEL_GRADIENT ->
          tf.nn.conv2dBackpropFilter(
              x, tf.constant(ints(shape.kernelSizes())), dy, UNIT_STRIDES, "SAME");
    };
  }

  private static Operand<TFloat32> depthwise(
      Ops tf,
      ConvolutionShape shape,
      Workload.Pass pass,
      Operand<TFloat32> x,
      Operand<TFloat32> w,
      Operand<TFloat32> dy) {
    return switch (pass) {
      case FORWARD -> tf.nn.depthwiseConv2dNative(x, w, UNIT_STRIDES, "SAME");
      case INPUT_GRADIENT ->
          tf.nn.depthwiseConv2dNativeBackpropInput(
              tf.constant(ints(shape.inputSizes())), w, dy, UNIT_STRIDES, "SAME");
      case KERNEL_GRADIENT ->
          tf.nn.depthwiseConv2dNativeBackpropFilter(
              x, tf.constant(ints(shape.kernelSizes())), dy, UNIT_STRIDES, "SAME");
    };
  }

  private static int[] ints(long[] sizes) {
    return Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray();
  }

  private static Task chain(int elements, int threads) {
    Graph graph = new Graph();
    Ops tf = Ops.create(graph);
    var x = placeholder(tf, elements);
    var line =
        tf.math.add(tf.math.mul(x, tf.constant(Workload.Chain.A)), tf.constant(Workload.Chain.B));
    return new Repeated(session(graph, threads), tf.math.mul(tf.nn.relu(line), tf.math.sigmoid(x)))
        .feed(x, tensor(Values.uniform("x", elements, 4), elements));
  }

  private static Task dispatch(int nodes, int threads) {
    Graph graph = new Graph();
    Ops tf = Ops.create(graph);
    var x = placeholder(tf, 2, 2);
    var w = placeholder(tf, 2, 2);
    Operand<TFloat32> y = x;
    for (int i = 0; i < nodes; i++) {
      y = tf.linalg.matMul(y, w);
    }
    return new Repeated(session(graph, threads), y)
        .feed(x, tensor(Values.uniform("x", 4, 1), 2, 2))
        .feed(w, tensor(Workload.Dispatch.rotation(), 2, 2));
  }

  // Networks.

  private static Graph predictor(Network network) {
    Graph graph = new Graph();
    Ops tf = Ops.create(graph);
    var image = tf.withName(IMAGE).placeholder(TFloat32.class);
    List<Operand<TFloat32>> constants = new ArrayList<>();
    for (Network.Weights weights : network.weights()) {
      constants.add(tf.constant(Shape.of(weights.kernelSizes()), DataBuffers.of(weights.kernel())));
      constants.add(tf.constant(weights.bias()));
    }
    tf.withName(PROBABILITIES).nn.softmax(logits(graph, tf, network, image, constants));
    return graph;
  }

  private static Task inference(Graph graph, Network network, int batch, int threads) {
    Session session = session(graph, threads);
    TFloat32 images = tensor(network.images(batch), network.imageSizes(batch));
    return new Task() {
      private float[] probabilities = {};

      @Override
      public void run() {
        try (Result result = session.runner().feed(IMAGE, images).fetch(PROBABILITIES).run()) {
          probabilities = floats(result.get(0));
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
        session.close();
        graph.close();
      }
    };
  }

  /** Writes the network with its weights as constants. */
  static void save(Network network, Path file) throws IOException {
    try (Graph graph = predictor(network)) {
      Files.write(file, graph.toGraphDef().toByteArray());
    }
  }

  /** Reads what {@link #save} wrote. */
  static Task load(Network network, Path file, int threads) throws IOException {
    Graph graph = new Graph();
    graph.importGraphDef(GraphDef.parseFrom(Files.readAllBytes(file)));
    return inference(graph, network, 1, threads);
  }

  /**
   * The logits.
   *
   * @param parameters kernel and bias of each layer that has them
   */
  private static Operand<TFloat32> logits(
      Graph graph,
      Ops tf,
      Network network,
      Operand<TFloat32> image,
      List<? extends Operand<TFloat32>> parameters) {
    Operand<TFloat32> h = image;
    var weights = network.weights().iterator();
    var parameter = parameters.iterator();
    for (Network.Layer layer : network.layers()) {
      switch (layer) {
        case Network.Pool() -> h = maxPool(graph, tf, h);
        case Network.Convolve _ -> {
          weights.next();
          var y = tf.nn.conv2d(h, parameter.next(), UNIT_STRIDES, "SAME");
          h = tf.nn.relu(tf.nn.biasAdd(y, parameter.next()));
        }
        case Network.Dense _ -> {
          Network.Weights dense = weights.next();
          if (dense.flattens()) {
            h = tf.reshape(h, tf.constant(new int[] {-1, (int) dense.kernelSizes()[0]}));
          }
          h = tf.nn.biasAdd(tf.linalg.matMul(h, parameter.next()), parameter.next());
          h = weights.hasNext() ? tf.nn.relu(h) : h;
        }
      }
    }
    return h;
  }

  /** The first version of the operator, which unlike the second has a oneDNN kernel. */
  private static Operand<TFloat32> maxPool(Graph graph, Ops tf, Operand<TFloat32> x) {
    long[] window = {1, 2, 2, 1};
    return graph
        .opBuilder("MaxPool", tf.scope().makeOpName("MaxPool"), tf.scope())
        .addInput(x.asOutput())
        .setAttr("ksize", window)
        .setAttr("strides", window)
        .setAttr("padding", "VALID")
        .build()
        .output(0);
  }

  /**
   * A training step. Updates happen in place, so each waits for all gradients: without that, an
   * update may overtake another gradient's read of the same parameter.
   */
  private static final class Training implements Task {
    private final Graph graph = new Graph();
    private final Ops tf = Ops.create(graph);
    private final Session session;
    private final Workload.TrainingStep step;
    private final List<Op> updates = new ArrayList<>();
    private final Placeholder<TFloat32> image = placeholder(tf);
    private final Placeholder<TFloat32> label = placeholder(tf);
    private final Placeholder<TFloat32> power1 = placeholder(tf);
    private final Placeholder<TFloat32> power2 = placeholder(tf);
    private final Operand<TFloat32> loss;
    private final TFloat32 images;
    private final TFloat32 labels;
    private int steps;

    Training(Workload.TrainingStep step, int threads) {
      this.step = step;
      Network network = step.network();
      int batch = step.batch();
      images = tensor(network.images(batch), network.imageSizes(batch));
      float[] rows = Values.oneHot(Values.labels(batch, Network.CLASSES), Network.CLASSES);
      labels = tensor(rows, batch, Network.CLASSES);
      Map<Variable<TFloat32>, TFloat32> first = new LinkedHashMap<>();
      for (Network.Weights weights : network.weights()) {
        variable(first, tensor(weights.kernel(), weights.kernelSizes()));
        variable(first, tensor(weights.bias(), weights.bias().length));
      }
      List<Variable<TFloat32>> variables = List.copyOf(first.keySet());
      var logits = logits(graph, tf, network, image, variables);
      loss =
          tf.math.mean(tf.nn.softmaxCrossEntropyWithLogits(logits, label).loss(), tf.constant(0));
      update(variables, first);
      session = session(graph, threads);
      first.forEach(this::assign);
    }

    private Variable<TFloat32> variable(Map<Variable<TFloat32>, TFloat32> first, TFloat32 value) {
      Variable<TFloat32> variable = tf.variable(value.shape(), TFloat32.class);
      first.put(variable, value);
      return variable;
    }

    private void update(
        List<Variable<TFloat32>> variables, Map<Variable<TFloat32>, TFloat32> first) {
      Output<?>[] gradients =
          graph.addGradients(
              loss.asOutput(), variables.stream().map(Operand::asOutput).toArray(Output<?>[]::new));
      List<Op> all = Arrays.stream(gradients).map(gradient -> (Op) gradient).toList();
      Ops after = tf.withControlDependencies(all);
      var rate = tf.constant((float) step.descent().rate());
      for (int i = 0; i < gradients.length; i++) {
        Variable<TFloat32> variable = variables.get(i);
        @SuppressWarnings("unchecked")
        Output<TFloat32> gradient = (Output<TFloat32>) gradients[i];
        updates.add(
            switch (step.descent()) {
              case SGD -> after.train.applyGradientDescent(variable, rate, gradient);
              case ADAM ->
                  after.train.applyAdam(
                      variable,
                      variable(first, zeros(variable.shape())),
                      variable(first, zeros(variable.shape())),
                      power1,
                      power2,
                      rate,
                      tf.constant(Workload.Descent.BETA1),
                      tf.constant(Workload.Descent.BETA2),
                      tf.constant(Workload.Descent.EPSILON),
                      gradient);
            });
      }
    }

    private void assign(Variable<TFloat32> variable, TFloat32 value) {
      var first = placeholder(tf);
      session.runner().feed(first, value).addTarget(tf.assign(variable, first)).run().close();
      value.close();
    }

    @Override
    public void run() {
      step();
    }

    private float step() {
      steps++;
      var runner = session.runner().feed(image, images).feed(label, labels).fetch(loss);
      updates.forEach(runner::addTarget);
      if (step.descent() == Workload.Descent.SGD) {
        return loss(runner);
      }
      try (TFloat32 first = TFloat32.scalarOf(power(Workload.Descent.BETA1));
          TFloat32 second = TFloat32.scalarOf(power(Workload.Descent.BETA2))) {
        return loss(runner.feed(power1, first).feed(power2, second));
      }
    }

    private float power(float beta) {
      return (float) Math.pow(beta, steps);
    }

    private static float loss(Session.Runner runner) {
      try (Result result = runner.run()) {
        return floats(result.get(0))[0];
      }
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
      session.close();
      graph.close();
    }
  }

  // Running.

  /** One result of inputs that stay the same; it is not fetched while it is timed. */
  private static final class Repeated implements Task {
    private final Session session;
    private final Operand<TFloat32> result;
    private final Map<Operand<TFloat32>, TFloat32> inputs = new LinkedHashMap<>();

    Repeated(Session session, Operand<TFloat32> result) {
      this.session = session;
      this.result = result;
    }

    Repeated feed(Operand<TFloat32> input, TFloat32 value) {
      inputs.put(input, value);
      return this;
    }

    private Session.Runner runner() {
      Session.Runner runner = session.runner();
      inputs.forEach(runner::feed);
      return runner;
    }

    @Override
    public void run() {
      runner().addTarget(result).run().close();
    }

    @Override
    public float[] sample() {
      try (Result fetched = runner().fetch(result).run()) {
        return floats(fetched.get(0));
      }
    }

    @Override
    public void close() {
      inputs.values().forEach(TFloat32::close);
      session.close();
    }
  }
}
