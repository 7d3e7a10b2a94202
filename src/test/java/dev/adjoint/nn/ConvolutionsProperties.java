package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Movement;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Laws between convolutions, on whole numbers, for which double precision is exact. */
class ConvolutionsProperties {
  /** A convolution of images that fits its input, sizes as {@code [N, H, W, C]}. */
  record Case(Conv conv, List<Long> input, List<Long> kernelSize, long planes, long filters) {
    Tensor x() {
      return pattern(1, input.get(0), input.get(1), input.get(2), planes * conv.groups());
    }

    Tensor kernel() {
      return pattern(2, kernelSize.get(0), kernelSize.get(1), planes, filters * conv.groups());
    }
  }

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<Long> small = Arbitraries.longs().between(1, 3);
    Arbitrary<Padding> explicit =
        Arbitraries.longs()
            .between(-1, 2)
            .list()
            .ofSize(4)
            .map(p ->
                Padding.of(
                    Padding.Edges.of(p.get(0), p.get(1)), Padding.Edges.of(p.get(2), p.get(3))));
    Arbitrary<Padding> padding =
        Arbitraries.oneOf(
            explicit, Arbitraries.of(Padding.valid(), Padding.same(), Padding.full()));
    Arbitrary<Conv> convs =
        Combinators.combine(
                small.list().ofSize(2),
                small.list().ofSize(2),
                padding,
                small,
                Arbitraries.of(true, false))
            .as((strides, dilations, pad, groups, flipped) -> {
              Conv conv =
                  Conv.valid()
                      .strides(strides.get(0), strides.get(1))
                      .dilations(dilations.get(0), dilations.get(1))
                      .padding(pad)
                      .groups(groups);
              return flipped ? conv.asTrueConvolution() : conv;
            });
    Arbitrary<Long> size = Arbitraries.longs().between(3, 9);
    return Combinators.combine(
            convs,
            small,
            size,
            size,
            small.list().ofSize(2),
            Arbitraries.of(1L, 2L),
            Arbitraries.of(1L, 2L))
        .as((conv, n, h, w, k, c, o) -> new Case(conv, List.of(n, h, w), k, c, o))
        .filter(ConvolutionsProperties::fits);
  }

  private static boolean fits(Case c) {
    for (int axis = 0; axis < 2; axis++) {
      Dim input = Dim.of(c.input().get(axis + 1));
      Dim kernel = Dim.of(c.kernelSize().get(axis));
      if (c.conv().axis(axis, input, kernel).outputSize(input, kernel).value() < 1) {
        return false;
      }
    }
    return true;
  }

  private static double product(Tensor a, Tensor b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += a.getDouble(i) * b.getDouble(i);
    }
    return sum;
  }

  /** The output padding with which the transposed convolution comes back to the input's size. */
  private static long[] surplus(Case c) {
    long[] surplus = new long[2];
    for (int axis = 0; axis < 2; axis++) {
      Dim input = Dim.of(c.input().get(axis + 1));
      Dim kernel = Dim.of(c.kernelSize().get(axis));
      WindowAxis window = c.conv().axis(axis, input, kernel);
      long extent = (kernel.value() - 1) * window.dilation() + 1;
      long room = input.value() + window.low().value() + window.high().value() - extent;
      surplus[axis] = room % window.stride();
    }
    return surplus;
  }

  /** With the padding that SAME chose made explicit, as its transposed has another size. */
  private static Conv explicit(Case c) {
    Padding.Edges[] edges = new Padding.Edges[2];
    for (int axis = 0; axis < 2; axis++) {
      WindowAxis window =
          c.conv().axis(axis, Dim.of(c.input().get(axis + 1)), Dim.of(c.kernelSize().get(axis)));
      edges[axis] = new Padding.Edges(window.low(), window.high());
    }
    return c.conv().padding(Padding.of(edges));
  }

  @Property(tries = 150)
  void theTransposedConvolutionIsTheAdjoint(@ForAll("cases") Case c) {
    Tensor y =
        evaluate(g -> Convolutions.conv2d(g.constant(c.x()), g.constant(c.kernel()), c.conv()));
    Tensor dy = pattern(4, y.shape().sizes());
    Tensor dx =
        evaluate(g ->
            Convolutions.convTranspose2d(
                g.constant(dy), g.constant(c.kernel()), explicit(c), surplus(c)));
    assertEquals(c.x().shape(), dx.shape());
    assertEquals(product(y, dy), product(c.x(), dx));
  }

  @Property(tries = 60)
  void groupedIsSplitConvolveConcatenate(@ForAll("cases") Case c) {
    GraphBuilder g = GraphBuilder.create("groups");
    Value x = g.constant(c.x());
    Value w = g.constant(c.kernel());
    Value grouped = Convolutions.conv2d(x, w, c.conv());
    List<Value> parts = new ArrayList<>();
    for (long i = 0; i < c.conv().groups(); i++) {
      Value plane = x.slice(3, i * c.planes(), (i + 1) * c.planes());
      Value kernel = w.slice(3, i * c.filters(), (i + 1) * c.filters());
      parts.add(Convolutions.conv2d(plane, kernel, c.conv().groups(1)));
    }
    assertEquals(evaluate(Movement.concat(3, parts)), evaluate(grouped));
  }

  @Property(tries = 60)
  void bothFormatsAgree(@ForAll("cases") Case c) {
    GraphBuilder g = GraphBuilder.create("formats");
    Value x = g.constant(c.x());
    Value w = g.constant(c.kernel());
    Value first =
        Convolutions.conv2d(
            x.transpose(0, 3, 1, 2), w.transpose(3, 2, 0, 1), c.conv().format(DataFormat.NCHW));
    assertEquals(
        evaluate(Convolutions.conv2d(x, w, c.conv())), evaluate(first.transpose(0, 2, 3, 1)));
  }

  @Property(tries = 60)
  void depthwiseAndSeparableAreGroupedAndComposed(@ForAll("cases") Case c) {
    Conv conv = c.conv().groups(1);
    long planes = c.x().dim(3);
    GraphBuilder g = GraphBuilder.create("separable");
    Value x = g.constant(c.x());
    Value deep = g.constant(pattern(3, c.kernelSize().get(0), c.kernelSize().get(1), planes, 2));
    Value point = g.constant(pattern(5, 2 * planes, 3));
    Value separable = FactoredConvolutions.separable(x, deep, point, conv);
    List<Value> perPlane = new ArrayList<>();
    for (long i = 0; i < planes; i++) {
      Value kernel = deep.slice(2, i, i + 1);
      perPlane.add(Convolutions.conv2d(x.slice(3, i, i + 1), kernel, conv));
    }
    Value stacked = Movement.concat(3, perPlane);
    assertEquals(evaluate(stacked), evaluate(FactoredConvolutions.depthwise(x, deep, conv)));
    assertEquals(evaluate(stacked.matmul(point)), evaluate(separable));

    Value first =
        FactoredConvolutions.separable(
            x.transpose(0, 3, 1, 2),
            deep.transpose(2, 3, 0, 1),
            point.transpose(),
            conv.format(DataFormat.NCHW));
    assertEquals(evaluate(separable), evaluate(first.transpose(0, 2, 3, 1)));
  }

  @Property(tries = 200)
  void sameGivesTheSizeOverTheStrideRoundedUp(
      @ForAll @IntRange(min = 0, max = 40) int size,
      @ForAll @IntRange(min = 1, max = 6) int window,
      @ForAll @IntRange(min = 1, max = 5) int stride,
      @ForAll @IntRange(min = 1, max = 3) int dilation) {
    Padding same = Padding.same();
    Dim expected = Dim.of(size).ceilDiv(stride);
    WindowAxis known = same.axis(0, Dim.of(size), Dim.of(window), stride, dilation);
    assertEquals(expected, known.outputSize(Dim.of(size), Dim.of(window)));

    Dim n = Dim.named("H");
    WindowAxis symbolic = same.axis(0, n, Dim.of(window), stride, dilation);
    assertEquals(n.ceilDiv(stride), symbolic.outputSize(n, Dim.of(window)));
    Map<String, Long> bound = Map.of("H", (long) size);
    assertEquals(known.low().value(), symbolic.low().evaluate(bound));
    long high = symbolic.high().evaluate(bound);
    assertEquals(known.high().value(), Math.max(0, high));
    long evenly = known.high().value() - known.low().value();
    assertEquals(true, evenly == 0 || evenly == 1, "the odd element goes behind");
  }

  @Property(tries = 40)
  void symbolicSizesGiveTheSameNumbers(@ForAll("cases") Case c) {
    GraphBuilder g = GraphBuilder.create("symbolic");
    long planes = c.x().dim(3);
    Value x =
        g.input(
            "x",
            DType.FLOAT64,
            Shape.of(Dim.named("N"), Dim.named("H"), Dim.named("W"), Dim.of(planes)));
    Value y = Convolutions.conv2d(x, g.constant(c.kernel()), c.conv());
    g.signature("run").output("y", y);
    Tensor result = Interpreter.create().run(g.build(), "run", Map.of("x", c.x())).output("y");
    assertEquals(
        evaluate(b -> Convolutions.conv2d(b.constant(c.x()), b.constant(c.kernel()), c.conv())),
        result);
  }
}
