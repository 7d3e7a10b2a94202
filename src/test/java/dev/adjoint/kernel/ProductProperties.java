package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.check.generate.OperatorSamplers;
import dev.adjoint.graph.Node;
import dev.adjoint.op.Contraction;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Every dot product, on vectors and without, against the reference. */
class ProductProperties {
  private static final List<KernelOptions> BOTH =
      List.of(KernelOptions.FASTEST, KernelOptions.FASTEST.withoutVectors());

  @Property(tries = 300)
  void anyPairsOfAxes(@ForAll long seed) {
    GraphCase drawn = OperatorSamplers.builtIn().draw(Contraction.Dot.class, seed);
    Node node =
        drawn.bound().nodes().stream()
            .filter(n -> n.op() instanceof Contraction.Dot)
            .findFirst()
            .orElseThrow();
    check(
        (Contraction.Dot) node.op(),
        node.operands().get(0).type(),
        node.operands().get(1).type(),
        seed);
  }

  /** Sums far longer than the result is large, as in the gradient of weights. */
  @Property(tries = 3)
  void longSums(@ForAll long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    DType dtype = random.nextBoolean() ? DType.FLOAT32 : DType.FLOAT64;
    int m = size(random, 10, 20, 250);
    int n = size(random, 16, 64, 130);
    int k = size(random, 2048, 2200);
    boolean leftTransposed = random.nextBoolean();
    check(
        new Contraction.Dot(List.of(leftTransposed ? 0 : 1), List.of(0), List.of(), List.of()),
        leftTransposed ? TensorType.of(dtype, k, m) : TensorType.of(dtype, m, k),
        TensorType.of(dtype, k, n),
        seed);
  }

  /** Long sums with more columns than are packed at a time. */
  @Example
  void longSumsOfManyColumns() {
    check(
        new Contraction.Dot(List.of(1), List.of(0), List.of(), List.of()),
        TensorType.of(DType.FLOAT32, 5, 2065),
        TensorType.of(DType.FLOAT32, 2065, 1100),
        1);
  }

  /**
   * Few blocks of which each has several rows: the packed operand and the slices' parts coexist.
   */
  @Example
  void slicesOfAnOperandThatIsPackedFirst() {
    check(
        new Contraction.Dot(List.of(1), List.of(0), List.of(), List.of()),
        TensorType.of(DType.FLOAT32, 250, 600),
        TensorType.of(DType.FLOAT32, 600, 20),
        1);
  }

  /** Long sums over two axes in the other order, and no row to compute. */
  @Example
  void longSumsOfNoRow() {
    check(
        new Contraction.Dot(List.of(2, 1), List.of(0, 1), List.of(), List.of()),
        TensorType.of(DType.FLOAT32, 0, 50, 60),
        TensorType.of(DType.FLOAT32, 60, 50, 16),
        1);
  }

  /** So many rows that a task takes twice the usual number. */
  @Example
  void manyRows() {
    check(
        new Contraction.Dot(List.of(1), List.of(0), List.of(), List.of()),
        TensorType.of(DType.FLOAT32, 1930, 130),
        TensorType.of(DType.FLOAT32, 130, 140),
        1);
  }

  /** A matrix that is read once, by several tasks; when it comes packed, to the same bits. */
  @Property(tries = 8)
  void fewRowsOfALargeMatrix(@ForAll long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    DType dtype = random.nextBoolean() ? DType.FLOAT32 : DType.FLOAT64;
    long batch = random.nextInt(1, 3);
    long m = random.nextInt(1, 4);
    long n = size(random, 32, 64, 330, 1025, 2100);
    long k = (1 << 18) / n + random.nextInt(1, 200);
    boolean leftTransposed = random.nextBoolean();
    check(
        new Contraction.Dot(List.of(leftTransposed ? 1 : 2), List.of(1), List.of(0), List.of(0)),
        leftTransposed ? TensorType.of(dtype, batch, k, m) : TensorType.of(dtype, batch, m, k),
        TensorType.of(dtype, batch, k, n),
        seed);
  }

  /** Sizes around those of the blocks, in all four orders. */
  @Property(tries = 80)
  void matrices(@ForAll long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    DType dtype = random.nextBoolean() ? DType.FLOAT32 : DType.FLOAT64;
    int m = size(random, 1, 4, 12, 24, 120);
    int n = size(random, 1, 16, 32, 64, 128);
    int k = size(random, 0, 1, 16, 384, 512);
    boolean leftTransposed = random.nextBoolean();
    boolean rightTransposed = random.nextBoolean();
    check(
        new Contraction.Dot(
            List.of(leftTransposed ? 0 : 1),
            List.of(rightTransposed ? 1 : 0),
            List.of(),
            List.of()),
        leftTransposed ? TensorType.of(dtype, k, m) : TensorType.of(dtype, m, k),
        rightTransposed ? TensorType.of(dtype, n, k) : TensorType.of(dtype, k, n),
        seed);
  }

  static int size(RandomGenerator random, int... around) {
    int size = around[random.nextInt(around.length)];
    return Math.max(size + random.nextInt(-1, 2), 0);
  }

  private static void check(Contraction.Dot op, TensorType a, TensorType b, long seed) {
    Tensor left = Expected.random(a, seed);
    Tensor right = Expected.random(b, seed + 1);
    TensorType type = Expected.type(op, a, b);
    for (KernelOptions options : BOTH) {
      Kernel kernel = Products.kernel(op, a, b, Epilogue.NONE, options);
      Tensor y = KernelRun.run(kernel, type, 0, left, right);
      Expected.assertClose(y, op, left, right, 8 + Math.sqrt(terms(op, a)));
      assertEquals(y, KernelRun.run(kernel, type, seed | 1, left, right));
      Optional<Packing> packing = Products.packing(op, a, b, Epilogue.NONE, options);
      if (packing.isPresent()) {
        TensorType packed = TensorType.of(a.dtype(), packing.get().length());
        Tensor w = KernelRun.run(packing.get().pack(), packed, seed | 1, right);
        assertEquals(y, KernelRun.run(packing.get().main(), type, seed | 1, left, w));
      }
    }
  }

  private static double terms(Contraction.Dot op, TensorType a) {
    return op.lhsContract().stream()
        .mapToDouble(axis -> a.dim(axis).value())
        .reduce(1, (x, y) -> x * y);
  }
}
