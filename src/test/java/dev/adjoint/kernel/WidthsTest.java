package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.kernel.loop.LoopBuilder;
import dev.adjoint.kernel.loop.LoopCompiler;
import dev.adjoint.kernel.loop.RowFunctions;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Primitive;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.testing.SmallNetworks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kernels on vectors that are narrower than the machine's, and on none, each width in a JVM of its
 * own: sums of products stay within their bounds, everything else has the bits that it has in this
 * JVM. Each kernel runs until it is compiled, and gives the bits that it gave when it was
 * interpreted.
 */
@Timeout(120)
class WidthsTest {
  /** Enough for C2 to compile most kernels, with the options of {@link #run}. */
  private static final int RUNS = 10;

  private static final CorrelationLayout LAST = CorrelationLayout.featuresLast(2);
  private static final CorrelationLayout TO_INPUT = new CorrelationLayout("b01f", "01oi", "b01f");
  private static final CorrelationLayout TO_KERNEL = new CorrelationLayout("f01b", "i01o", "01bf");

  private static List<String> here = List.of();

  /**
   * A use of a kernel.
   *
   * @param sameBits whether the result does not depend on the vectors' width
   * @param check asserts what must hold of the result
   */
  private record Case(
      String name,
      Kernel kernel,
      TensorType type,
      boolean sameBits,
      Consumer<Tensor> check,
      List<Tensor> operands) {

    /** The name, and the bits if they are the same at every width. */
    String line() {
      Tensor[] given = operands.toArray(Tensor[]::new);
      Tensor y = KernelRun.run(kernel, type, 0, given);
      check.accept(y);
      for (int run = 1; run < RUNS; run++) {
        assertEquals(y, KernelRun.run(kernel, type, run, given), name + ", run " + run);
      }
      return name + " " + type + (sameBits ? " " + digest(y) : "");
    }

    private static String digest(Tensor y) {
      long digest = 17;
      for (double element : y.asDoubles()) {
        digest = digest * 0x9E3779B97F4A7C15L + Double.doubleToRawLongBits(element);
      }
      return Long.toHexString(digest);
    }
  }

  /** What a JVM of another width runs. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      boolean vectors = KernelOptions.FASTEST.vectors();
      System.out.println(vectors ? FloatVector.SPECIES_PREFERRED.length() : 1);
      lines().forEach(System.out::println);
    }
  }

  private static Stream<String> lines() {
    List<Case> cases = new ArrayList<>();
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      products(dtype, cases);
      correlations(dtype, cases);
      poolings(dtype, cases);
      loops(dtype, cases);
    }
    return Stream.concat(cases.stream().map(Case::line), networks());
  }

  /** Kernels as plans use them: with epilogues, packed weights and pooled results. */
  private static Stream<String> networks() {
    return Stream.of(SmallNetworks.values())
        .flatMap(network ->
            Stream.of(DType.FLOAT32, DType.FLOAT64)
                .map(dtype -> {
                  network.assertTrains(dtype, 1);
                  return network + " " + dtype;
                }));
  }

  private static void products(DType dtype, List<Case> cases) {
    cases.add(dot("blocks", 1, 0, type(dtype, 25, 130), type(dtype, 130, 70)));
    cases.add(dot("few rows", 1, 0, type(dtype, 7, 40), type(dtype, 40, 33)));
    cases.add(dot("both transposed", 0, 1, type(dtype, 130, 25), type(dtype, 70, 130)));
    cases.add(dot("long sums", 0, 0, type(dtype, 2100, 21), type(dtype, 2100, 35)));
    cases.add(dot("a streamed row", 1, 0, type(dtype, 1, 67), type(dtype, 67, 150)));
    cases.add(dot("inner products", 1, 1, type(dtype, 2, 67), type(dtype, 150, 67)));
  }

  private static Case dot(String name, int left, int right, TensorType a, TensorType b) {
    Contraction.Dot op = new Contraction.Dot(List.of(left), List.of(right), List.of(), List.of());
    Tensor x = Expected.random(a, 1);
    Tensor y = Expected.random(b, 2);
    double bound = 8 + Math.sqrt(a.dim(left).value());
    return new Case(
        name,
        Products.kernel(op, a, b, Epilogue.NONE),
        Expected.type(op, a, b),
        /* sameBits= */ false,
        result -> Expected.assertClose(result, op, x, y, bound),
        List.of(x, y));
  }

  private static void correlations(DType dtype, List<Case> cases) {
    TensorType x = type(dtype, 2, 9, 10, 18);
    TensorType y = type(dtype, 2, 9, 10, 35);
    TensorType w = type(dtype, 3, 3, 18, 35);
    KernelOptions fastest = KernelOptions.FASTEST;
    cases.add(correlation("3x3", LAST, 1, 1, 1, x, w, fastest));
    cases.add(correlation("3x3 directly", LAST, 1, 1, 1, x, w, fastest.withoutWinograd()));
    cases.add(correlation("3x3 with a stride", LAST, 2, 1, 1, x, w, fastest));
    cases.add(correlation("5x5", LAST, 1, 2, 1, x, type(dtype, 5, 5, 18, 17), fastest));
    cases.add(correlation("3x3, input's gradient", TO_INPUT, 1, 1, 1, y, w, fastest));
    cases.add(correlation("3x3, kernel's gradient", TO_KERNEL, 1, 1, 1, x, y, fastest));
    cases.add(
        correlation(
            "3x3, kernel's gradient, directly",
            TO_KERNEL,
            1,
            1,
            1,
            x,
            y,
            fastest.withoutWinograd()));
    cases.add(
        correlation(
            "5x5, kernel's gradient of one plane",
            TO_KERNEL,
            1,
            2,
            1,
            type(dtype, 2, 9, 10, 1),
            y,
            fastest));
    cases.add(correlation("one feature", LAST, 1, 1, 1, x, type(dtype, 3, 3, 18, 1), fastest));
    cases.add(correlation("depthwise", LAST, 1, 1, 35, y, type(dtype, 3, 3, 1, 35), fastest));
    cases.add(correlation("depthwise 5x5", LAST, 1, 2, 35, y, type(dtype, 5, 5, 1, 35), fastest));
    Convolution.Correlation gradient =
        new Convolution.Correlation(List.of(axis(1, 1), axis(1, 1)), TO_KERNEL, 1, 35);
    cases.add(correlation("depthwise, kernel's gradient", gradient, y, y, fastest));
  }

  private static WindowAxis axis(int stride, int pad) {
    return WindowAxis.of(stride, Dim.of(pad), Dim.of(pad));
  }

  private static Case correlation(
      String name,
      CorrelationLayout layout,
      int stride,
      int pad,
      int groups,
      TensorType x,
      TensorType w,
      KernelOptions options) {
    List<WindowAxis> window = List.of(axis(stride, pad), axis(stride, pad));
    return correlation(name, new Convolution.Correlation(window, layout, groups, 1), x, w, options);
  }

  private static Case correlation(
      String name, Convolution.Correlation op, TensorType x, TensorType w, KernelOptions options) {
    Tensor input = Expected.random(x, 3);
    Tensor kernel = Expected.random(w, 4);
    boolean spreads = options.winograd();
    return new Case(
        name,
        Correlations.kernel(op, x, w, Epilogue.NONE, options),
        Expected.type(op, x, w),
        /* sameBits= */ false,
        y -> Expected.assertClose(y, op, input, kernel, spreads ? 100 : 40, spreads),
        List.of(input, kernel));
  }

  private static void poolings(DType dtype, List<Case> cases) {
    WindowAxis unit = WindowAxis.UNIT;
    List<WindowAxis> apart = List.of(unit, axis(2, 0), axis(2, 0), unit);
    List<WindowAxis> overlapping = List.of(unit, axis(2, 1), axis(1, 1), unit);
    Tensor x = few(5, 2, 8, 7, 53).cast(dtype);
    for (List<WindowAxis> window : List.of(apart, overlapping)) {
      long taps = window.equals(apart) ? 2 : 3;
      List<Long> sizes = List.of(1L, taps, taps, 1L);
      KernelCase max = KernelCase.of(new Pooling.MaxPool(sizes, window), x);
      Tensor dy = few(6, max.type().shape().sizes()).cast(dtype);
      cases.add(pooling("maximum of " + taps, max));
      cases.add(pooling("sum of " + taps, KernelCase.of(new Pooling.SumPool(sizes, window), x)));
      cases.add(
          pooling(
              "scatter of " + taps,
              KernelCase.of(new Pooling.MaxPoolScatter(sizes, window), x, dy)));
      cases.add(
          pooling(
              "gather of " + taps, KernelCase.of(new Pooling.MaxPoolGather(sizes, window), x, x)));
    }
  }

  /** Few whole numbers, so that maxima repeat and sums are exact. */
  private static Tensor few(long seed, long... sizes) {
    int count = KernelRun.elements(TensorType.of(DType.INT32, sizes));
    return Tensor.of(new Random(seed).ints(count, -3, 4).toArray(), sizes);
  }

  private static Case pooling(String name, KernelCase use) {
    Kernel kernel = Poolings.kernel((Pooling) use.node().op(), use.operandTypes(), use.type());
    Tensor expected = use.expected();
    return new Case(
        name,
        kernel,
        use.type(),
        /* sameBits= */ true,
        y -> assertEquals(expected, y, name),
        use.operands());
  }

  private static void loops(DType dtype, List<Case> cases) {
    for (Primitive op :
        List.of(
            new Pointwise.Exp(),
            new Pointwise.Tanh(),
            new Pointwise.Erf(),
            new Pointwise.Softplus(),
            new Pointwise.Log1p(),
            new Pointwise.Round())) {
      LoopBuilder loop = new LoopBuilder(List.of(ROWS, COLUMNS));
      loop.store(loop.apply(op, loop.read(0, dtype)), 1);
      cases.add(loop(op.operatorName(), loop, dtype, ROWS, COLUMNS));
    }
    LoopBuilder softmax = new LoopBuilder(List.of(ROWS, COLUMNS), 1);
    softmax.store(RowFunctions.softmax(softmax, softmax.read(0, dtype)), 1);
    cases.add(loop("softmax", softmax, dtype, ROWS, COLUMNS));
    for (Reduction op :
        List.of(
            new Reduction.ReduceSum(Axes.of(1), false),
            new Reduction.ReduceProd(Axes.of(1), false),
            new Reduction.ReduceMax(Axes.of(1), false),
            new Reduction.ReduceLogSumExp(Axes.of(1), false))) {
      LoopBuilder loop = new LoopBuilder(List.of(ROWS, COLUMNS), 1);
      int x = loop.apply(new Pointwise.Tanh(), loop.read(0, dtype));
      loop.storeRow(RowFunctions.reduce(loop, op, x, COLUMNS), 1);
      cases.add(loop(op.operatorName() + " of tanh", loop, dtype, ROWS));
    }
  }

  private static final int ROWS = 9;
  private static final int COLUMNS = 157;

  private static Case loop(String name, LoopBuilder loop, DType dtype, long... sizes) {
    Tensor x = Expected.random(type(dtype, ROWS, COLUMNS), 7);
    return new Case(
        name,
        new LoopCompiler().compile(loop.build()),
        type(dtype, sizes),
        /* sameBits= */ true,
        _ -> {},
        List.of(x));
  }

  private static TensorType type(DType dtype, long... sizes) {
    return TensorType.of(dtype, sizes);
  }

  @BeforeAll
  static void runHere() {
    here = lines().toList();
  }

  /** AVX2 with its 16 registers, and the 128 bits of NEON with 32. */
  @ParameterizedTest
  @CsvSource({"8, -XX:UseAVX=2", "4, -XX:MaxVectorSize=16 -Dos.arch=aarch64"})
  void narrowVectorsGiveTheSame(int lanes, String options) throws Exception {
    List<String> given = new ArrayList<>(List.of("--add-modules=jdk.incubator.vector"));
    given.addAll(List.of(options.split(" ")));
    List<String> there = run(given);
    int used = Integer.parseInt(there.getFirst());
    assertTrue(used <= lanes, () -> "%s: %d lanes".formatted(options, used));
    List<String> lines = there.subList(1, there.size());
    assertEquals(String.join("\n", here), String.join("\n", lines), options);
  }

  /** The module of vectors is not there: the same in plain Java. */
  @Test
  void noVectorsGiveTheSame() throws Exception {
    List<String> there = run(List.of());
    assertEquals("1", there.getFirst());
    List<String> lines = there.subList(1, there.size());
    assertEquals(String.join("\n", here), String.join("\n", lines));
  }

  private static List<String> run(List<String> options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:CompileThresholdScaling=0.2",
                "-XX:+UseSerialGC",
                "-classpath",
                System.getProperty("java.class.path")));
    command.addAll(options);
    command.add(Program.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = output.lines().toList();
      assertEquals(0, process.waitFor(), "exit code of " + command);
      return lines;
    } finally {
      process.destroy();
    }
  }
}
