package dev.adjoint.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that every contender can compute: what it is and how large, nothing about how. All
 * arrays are float32, images have their features last, and values come from {@link Values}.
 */
public sealed interface Workload {
  /** Unique; the first column of the table and what the filter is matched with. */
  String name();

  /**
   * How far the results of two contenders may lie apart, as a fraction of the largest magnitude.
   */
  default double tolerance() {
    return 1e-4;
  }

  /** What Adjoint aims at, as the table says it; empty for what is measured of the machine. */
  default String aim() {
    return "";
  }

  /** The workload of that name. */
  static Workload named(String name) {
    return all().stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no workload '" + name + "'."));
  }

  /** All workloads, in the order of the table. */
  static List<Workload> all() {
    List<Workload> all = new ArrayList<>();
    all.add(new MultiplyAdds());
    all.add(new Copy(Chain.ELEMENTS, CopiedBy.ARRAYCOPY));
    all.add(new Copy(Chain.ELEMENTS, CopiedBy.LOADS_AND_STORES));
    for (int n : new int[] {512, 1024, 2048}) {
      all.add(new Product(n));
    }
    for (ConvolutionShape shape : ConvolutionShape.MEASURED) {
      for (Pass pass : Pass.values()) {
        all.add(new Convolution(shape, pass));
      }
    }
    all.add(new TrainingStep(Network.MNIST, 100, Descent.SGD));
    all.add(new TrainingStep(Network.MNIST, 100, Descent.ADAM));
    all.add(new TrainingStep(Network.VGG, 64, Descent.SGD));
    all.add(new Inference(Network.MNIST, 1));
    all.add(new Inference(Network.MNIST, 64));
    all.add(new Chain(Chain.ELEMENTS));
    all.add(new Dispatch(1_000));
    return all;
  }

  /** What is counted in floating-point operations. */
  sealed interface Arithmetic extends Workload {
    /** The operations of one run, an addition and a multiplication counting as two. */
    double flops();
  }

  /** What is counted in bytes read and written. */
  sealed interface Traffic extends Workload {
    /** The bytes of one run. */
    double bytes();
  }

  /**
   * Fused multiply-adds on registers, by the machine itself: what a product could reach at most.
   */
  record MultiplyAdds() implements Arithmetic {
    /** How many multiply-adds of one element each thread makes in a run. */
    static final long PER_THREAD = 1L << 28;

    @Override
    public String name() {
      return "FMA peak";
    }

    /** For one thread; each has as many. */
    @Override
    public double flops() {
      return 2.0 * PER_THREAD;
    }
  }

  /** How an array is copied. */
  enum CopiedBy {
    /** {@link System#arraycopy}, whose stores of large arrays bypass the caches. */
    ARRAYCOPY("copy bandwidth"),
    /**
     * A loop of vectors, as every kernel is one: what it stores to is read into the cache first.
     */
    LOADS_AND_STORES("bandwidth of loads and stores");

    private final String label;

    CopiedBy(String label) {
      this.label = label;
    }
  }

  /**
   * Copying an array to another, by the machine itself.
   *
   * @param elements how many floats
   * @param by how
   */
  record Copy(int elements, CopiedBy by) implements Traffic {
    @Override
    public String name() {
      return by.label;
    }

    @Override
    public double bytes() {
      return 8.0 * elements;
    }
  }

  /**
   * The product of two square matrices.
   *
   * @param n rows and columns
   */
  record Product(int n) implements Arithmetic {
    private static final int LARGE = 1024;

    @Override
    public String name() {
      return "product " + n;
    }

    @Override
    public double flops() {
      return 2.0 * n * n * n;
    }

    /** Against the fastest peer, and of the peak of multiply-adds once sizes allow it. */
    @Override
    public String aim() {
      return n >= LARGE ? "1.0x, 78%" : "1.0x";
    }
  }

  /** What of a convolution is computed. */
  enum Pass {
    /** y of x and w. */
    FORWARD("forward"),
    /** dX of dY and w. */
    INPUT_GRADIENT("dX"),
    /** dW of x and dY. */
    KERNEL_GRADIENT("dW");

    private final String label;

    Pass(String label) {
      this.label = label;
    }

    /** As it is called in the table. */
    String label() {
      return label;
    }
  }

  /**
   * A convolution of a batch of 32, stride 1, padded so that the size stays.
   *
   * @param shape its sizes
   * @param pass what is computed
   */
  record Convolution(ConvolutionShape shape, Pass pass) implements Arithmetic {
    @Override
    public String name() {
      return "conv " + shape + " " + pass.label();
    }

    @Override
    public String aim() {
      return "1.0x";
    }

    @Override
    public double flops() {
      return shape.flops();
    }
  }

  /** How parameters follow their gradients. */
  enum Descent {
    /** {@code w - rate g}. */
    SGD(0.01),
    /** Kingma and Ba (2015), beta 0.9 and 0.999, epsilon 1e-8. */
    ADAM(0.001);

    static final float BETA1 = 0.9f;
    static final float BETA2 = 0.999f;
    static final float EPSILON = 1e-8f;

    private final double rate;

    Descent(double rate) {
      this.rate = rate;
    }

    /** The learning rate. */
    double rate() {
      return rate;
    }
  }

  /**
   * Forward, backward and update on one batch, the mean softmax cross-entropy as loss. What is
   * compared are the losses of the first {@link #COMPARED} steps: they depend on all gradients and
   * updates.
   *
   * @param network what is trained
   * @param batch how many images
   * @param descent how parameters are updated
   */
  record TrainingStep(Network network, int batch, Descent descent) implements Workload {
    /** How many losses are compared. */
    static final int COMPARED = 4;

    @Override
    public String name() {
      return "train %s %s".formatted(network.name(), descent);
    }

    @Override
    public String aim() {
      return network.equals(Network.MNIST) ? "1.5x" : "1.4x";
    }

    /** Rounding grows from step to step. */
    @Override
    public double tolerance() {
      return 2e-3;
    }
  }

  /**
   * Probabilities of a batch: input handed in, output read.
   *
   * @param network what is run
   * @param batch how many images
   */
  record Inference(Network network, int batch) implements Workload {
    @Override
    public String name() {
      return "infer %s batch %d".formatted(network.name(), batch);
    }

    @Override
    public String aim() {
      return batch == 1 ? "1.2x" : "1.3x";
    }
  }

  /**
   * {@code relu(a x + b) sigmoid(x)}, which reads and writes each element once if it is fused.
   *
   * @param elements how many
   */
  record Chain(int elements) implements Traffic {
    static final int ELEMENTS = 1 << 24;
    static final float A = 1.5f;
    static final float B = 0.25f;

    @Override
    public String name() {
      return "chain relu(a*x+b)*sigmoid(x)";
    }

    /** Of the bandwidth of copying. */
    @Override
    public String aim() {
      return "85%";
    }

    @Override
    public double bytes() {
      return 8.0 * elements;
    }
  }

  /**
   * A chain of products of a 2x2 matrix with another, each with the one before. Nothing can fuse
   * them: every element of a product needs a whole row of the former, and multiplying in another
   * order would round differently. The second factor is an input and turns the plane by a small
   * angle, so values neither grow nor vanish.
   *
   * @param nodes how many products
   */
  record Dispatch(int nodes) implements Workload {
    @Override
    public String name() {
      return "dispatch of %,d nodes".formatted(nodes);
    }

    @Override
    public String aim() {
      return "0.3 µs";
    }

    /** The turning matrix, row by row. */
    static float[] rotation() {
      return new float[] {
        (float) Math.cos(0.1), (float) -Math.sin(0.1), (float) Math.sin(0.1), (float) Math.cos(0.1)
      };
    }

    @Override
    public double tolerance() {
      return 1e-3;
    }
  }
}
