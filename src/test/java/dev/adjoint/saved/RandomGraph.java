package dev.adjoint.saved;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A graph of whatever a file can hold: constants of any bits, texts of any characters, attributes
 * of every kind, first values, signatures. Each number of a list adds one thing, so that a list
 * that fails can be made shorter.
 */
final class RandomGraph {
  private static final List<String> SIZES = List.of("N", "2*N + 1", "(H + 1)//2", "max(N, H)", "3");

  private final GraphBuilder g;
  private final SplittableRandom random;

  private final int step;

  private RandomGraph(GraphBuilder g, int step, long seed) {
    this.g = g;
    this.step = step;
    this.random = new SplittableRandom(seed);
  }

  static Graph of(List<Long> seeds) {
    GraphBuilder g = GraphBuilder.create("random " + seeds.size());
    g.input("x", TensorType.parse("f32[N, 3]"));
    for (int step = 0; step < seeds.size(); step++) {
      new RandomGraph(g, step, seeds.get(step)).add();
    }
    return g.build();
  }

  private void add() {
    switch (random.nextInt(9)) {
      case 0 -> g.input(fresh("input"), type());
      case 1 -> g.parameter(fresh("scope/parameter"), constant());
      case 2 -> g.constant(constant());
      case 3 -> g.add(kinds());
      case 4 -> g.metadata(text(), text());
      case 5 -> signature();
      case 6 -> sum();
      case 7 -> any().neg();
      default -> g.add(kinds().withReal(Double.longBitsToDouble(random.nextLong())));
    }
  }

  private String fresh(String name) {
    return name + step;
  }

  private Value any() {
    List<Value> numbers = g.values().stream().filter(value -> value.dtype() != DType.BOOL).toList();
    return numbers.get(random.nextInt(numbers.size()));
  }

  private void sum() {
    Value x = any();
    List<Integer> axes =
        IntStream.range(0, x.rank()).filter(_ -> random.nextBoolean()).boxed().toList();
    x.reduceSum(new Axes(axes), random.nextBoolean());
  }

  private void signature() {
    SignatureBuilder signature = g.signature(fresh(text()));
    List<Value> values = g.values();
    if (random.nextBoolean()) {
      values.stream()
          .filter(value -> value.op() instanceof Input)
          .forEach(input -> signature.input("in " + input.name(), input));
    }
    values.stream()
        .filter(value -> value.op() instanceof Parameter)
        .filter(_ -> random.nextBoolean())
        .forEach(parameter -> signature.update(parameter, parameter));
    signature.output(text(), values.get(random.nextInt(values.size())));
  }

  private Tensor constant() {
    DType dtype = dtype();
    long[] sizes = random.longs(random.nextInt(4), 0, 4).toArray();
    int count = (int) Shape.of(sizes).elementCount();
    byte[] bytes = new byte[count * dtype.byteSize()];
    random.nextBytes(bytes);
    if (random.nextBoolean()) {
      IntStream.range(dtype.byteSize(), bytes.length)
          .forEach(i -> bytes[i] = bytes[i - dtype.byteSize()]);
    }
    return Tensor.of(ByteBuffer.wrap(bytes), dtype, sizes);
  }

  private DType dtype() {
    return DType.values()[random.nextInt(DType.values().length)];
  }

  private TensorType type() {
    return new TensorType(dtype(), shape());
  }

  private Shape shape() {
    return Shape.of(list(this::size));
  }

  private Dim size() {
    return Dim.parse(SIZES.get(random.nextInt(SIZES.size())));
  }

  private Dim integer() {
    return random.nextBoolean() ? Dim.of(random.nextLong()) : size().minus(random.nextInt(9));
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    random
        .ints(random.nextInt(6), 0, Character.MAX_CODE_POINT + 1)
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .forEach(text::appendCodePoint);
    return text.toString();
  }

  private <T> List<T> list(Supplier<T> item) {
    List<T> items = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      items.add(item.get());
    }
    return items;
  }

  private EveryKind.Inner inner() {
    return new EveryKind.Inner(new EveryKind.Wrapped(list(this::text)), random.nextLong());
  }

  private EveryKind kinds() {
    return new EveryKind(
        random.nextInt(),
        random.nextLong(),
        random.nextDouble(),
        random.nextBoolean(),
        text(),
        RoundingMode.values()[random.nextInt(RoundingMode.values().length)],
        dtype(),
        integer(),
        shape(),
        type(),
        constant(),
        list(random::nextInt),
        list(() -> list(this::integer)),
        inner(),
        list(this::inner),
        text());
  }
}
