package dev.adjoint.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Primitive;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Computed;
import dev.adjoint.testing.TensorAssertions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Loops that fold long rows, use what they folded for each element, and fold that again, against
 * the reference.
 */
class CutRowsProperties {
  private static final LoopCompiler VECTORS = new LoopCompiler();
  private static final LoopCompiler SCALARS = new LoopCompiler(1000, false);

  /** Kept sizes, then sizes of the row. */
  private static final List<List<Integer>> SIZES =
      List.of(
          List.of(1, 1, 150_001, 1),
          List.of(1, 64, 3, 1367),
          List.of(3, 9, 4999, 1),
          List.of(2, 5, 13, 1153),
          List.of(1, 8, 4097, 1),
          List.of(1, 600, 2, 221),
          List.of(1, 513, 1, 300),
          List.of(15, 1, 9001, 1),
          List.of(2, 70, 31, 40));

  /** A value of the loop beside the graph's, which has all elements. */
  private record Drawn(int value, Value meaning, boolean isRow) {
    /** What is stored: one element of a row that has the same everywhere. */
    Value result() {
      return isRow ? meaning.reduceMax(2, 3) : meaning;
    }
  }

  @Property(tries = 20)
  void foldsOfWhatFoldsGave(@ForAll long seed, @ForAll boolean wide) {
    Random random = new Random(seed);
    List<Integer> sizes = SIZES.get(random.nextInt(SIZES.size()));
    DType dtype = wide ? DType.FLOAT64 : DType.FLOAT32;
    GraphBuilder graph = GraphBuilder.create("rows");
    LoopBuilder loop = new LoopBuilder(sizes, 2);
    Tensor elements = drawn(dtype, random, sizes);
    Tensor rows = drawn(dtype, random, List.of(sizes.get(0), sizes.get(1), 1, 1));
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3));
    Collections.shuffle(order, random);
    List<Drawn> values = new ArrayList<>();
    values.add(
        new Drawn(
            loop.read(new Access(0, dtype, 0, strides(sizes, order))),
            graph.input("elements", elements.type()),
            false));
    values.add(
        new Drawn(
            loop.read(new Access(1, dtype, 0, List.of(sizes.get(1), 1, 0, 0))),
            graph.input("rows", rows.type()).broadcast(elements.shape()),
            true));
    for (int i = 0; i < 3; i++) {
      grow(random, loop, values, sizes);
    }

    List<Drawn> stored = new ArrayList<>();
    for (Drawn drawn : values.subList(2, values.size()).reversed()) {
      if (drawn.isRow() || stored.isEmpty() || random.nextInt(3) == 0) {
        int argument = 2 + stored.size();
        if (drawn.isRow()) {
          loop.storeRow(drawn.value(), argument);
        } else {
          loop.store(drawn.value(), argument);
        }
        stored.add(drawn);
      }
    }
    List<Tensor> expected =
        Computed.inDouble(
            stored.stream().map(Drawn::result).toList(),
            Map.of("elements", elements, "rows", rows));
    Object inMemory = inOrder(elements, sizes, order);
    List<Object> vectors = run(VECTORS, loop, dtype, inMemory, rows, expected);
    List<Object> scalars = run(SCALARS, loop, dtype, inMemory, rows, expected);
    for (int r = 0; r < expected.size(); r++) {
      List<Integer> shape =
          Arrays.stream(expected.get(r).shape().sizes()).mapToObj(s -> (int) s).toList();
      Tensor actual = LoopRunner.tensor(dtype, vectors.get(r), shape);
      assertEquals(actual, LoopRunner.tensor(dtype, scalars.get(r), shape));
      double tolerance = wide ? 1e-11 : 1e-4;
      TensorAssertions.assertClose(expected.get(r).cast(dtype), actual, tolerance, tolerance);
    }
  }

  /** A fold of drawn elements, something computed from it, and elements computed from that. */
  private static void grow(
      Random random, LoopBuilder loop, List<Drawn> values, List<Integer> sizes) {
    Drawn folded = of(random, values, false);
    Drawn row = fold(random, loop, folded, sizes);
    values.add(row);
    if (random.nextBoolean()) {
      row = apply(loop, new Arithmetic.Mul(), row, of(random, values, true));
      values.add(apply(loop, new Pointwise.Tanh(), row));
      row = values.getLast();
    }
    Drawn element = of(random, values, false);
    Drawn joined =
        switch (random.nextInt(4)) {
          case 0 -> apply(loop, new Arithmetic.Sub(), element, row);
          case 1 -> apply(loop, new Arithmetic.Mul(), row, element);
          case 2 -> {
            // A condition is one a row, and of another dtype than what is folded.
            Drawn condition =
                apply(loop, new Logic.Less(), row, apply(loop, new Pointwise.Neg(), row));
            Drawn negated = apply(loop, new Pointwise.Neg(), element);
            yield apply(loop, new Logic.Select(), condition, element, negated);
          }
          default -> apply(loop, new Arithmetic.Max(), element, row);
        };
    values.add(apply(loop, new Pointwise.Tanh(), joined));
  }

  private static Drawn of(Random random, List<Drawn> values, boolean isRow) {
    List<Drawn> possible = values.stream().filter(drawn -> drawn.isRow() == isRow).toList();
    return possible.get(random.nextInt(possible.size()));
  }

  private static Drawn fold(Random random, LoopBuilder loop, Drawn x, List<Integer> sizes) {
    int length = sizes.get(2) * sizes.get(3);
    return switch (random.nextInt(3)) {
      case 0 -> repeated(loop.reduce(Fold.MAX, x.value()), x.meaning().reduceMax(2, 3), x);
      case 1 -> repeated(loop.reduce(Fold.MIN, x.value()), x.meaning().reduceMin(2, 3), x);
      default -> {
        int count = loop.scalar(loop.dtype(x.value()), (long) length);
        int sum = loop.reduce(Fold.SUM, x.value());
        yield repeated(loop.apply(new Arithmetic.Div(), sum, count), x.meaning().mean(2, 3), x);
      }
    };
  }

  private static Drawn repeated(int value, Value row, Drawn like) {
    return new Drawn(
        value, row.expandDims(2).expandDims(3).broadcast(like.meaning().type().shape()), true);
  }

  private static Drawn apply(LoopBuilder loop, Primitive op, Drawn... operands) {
    List<Drawn> of = List.of(operands);
    return new Drawn(
        loop.apply(op, of.stream().mapToInt(Drawn::value).toArray()),
        of.getFirst().meaning().builder().add(op, of.stream().map(Drawn::meaning).toList()),
        of.stream().allMatch(Drawn::isRow));
  }

  private static Tensor drawn(DType dtype, Random random, List<Integer> sizes) {
    Object array = LoopRunner.array(dtype, Loop.product(sizes));
    for (int i = 0; i < Loop.product(sizes); i++) {
      double x = random.nextDouble() * 2 - 0.8;
      switch (array) {
        case float[] floats -> floats[i] = (float) x;
        case double[] doubles -> doubles[i] = x;
        default -> throw new IllegalArgumentException(dtype.toString());
      }
    }
    return LoopRunner.tensor(dtype, array, sizes);
  }

  private static List<Integer> strides(List<Integer> sizes, List<Integer> order) {
    Integer[] strides = new Integer[sizes.size()];
    int stride = 1;
    for (int axis : order.reversed()) {
      strides[axis] = stride;
      stride *= sizes.get(axis);
    }
    return List.of(strides);
  }

  private static Object inOrder(Tensor x, List<Integer> sizes, List<Integer> order) {
    List<Integer> strides = strides(sizes, order);
    List<Integer> rowMajor = Access.rowMajor(sizes);
    Object array = LoopRunner.array(x.dtype(), (int) x.size());
    for (int e = 0; e < x.size(); e++) {
      int at = e;
      int place =
          IntStream.range(0, sizes.size())
              .map(axis -> at / rowMajor.get(axis) % sizes.get(axis) * strides.get(axis))
              .sum();
      switch (array) {
        case float[] floats -> floats[place] = (float) x.getDouble(e);
        case double[] doubles -> doubles[place] = x.getDouble(e);
        default -> throw new IllegalArgumentException(x.dtype().toString());
      }
    }
    return array;
  }

  private static List<Object> run(
      LoopCompiler compiler,
      LoopBuilder loop,
      DType dtype,
      Object elements,
      Tensor rows,
      List<Tensor> expected) {
    LoopKernel kernel = compiler.compile(loop.build());
    assertTrue(IntStream.range(0, kernel.phases()).anyMatch(phase -> kernel.tasks(phase) > 1));
    List<Object> arrays =
        new ArrayList<>(List.of(elements, inOrder(rows, List.of((int) rows.size()), List.of(0))));
    for (Tensor result : expected) {
      arrays.add(LoopRunner.array(dtype, (int) result.size()));
    }
    LoopRunner.run(kernel, dtype, arrays.toArray());
    return arrays.subList(2, arrays.size());
  }
}
