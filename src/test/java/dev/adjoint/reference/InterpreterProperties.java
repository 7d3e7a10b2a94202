package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.evaluate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Einsum;
import dev.adjoint.op.Indexing;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.Scan;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Operators against loops written anew, and laws between operators. Integers, so exact. */
class InterpreterProperties {
  private final Interpreter interpreter = Interpreter.create();

  private static Tensor random(Random random, long... sizes) {
    int count = (int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    return Tensor.of(random.longs(count, -4, 5).toArray(), sizes);
  }

  /** What a function of values gives for tensors. */
  private Tensor apply(Function<List<Value>, Value> function, Tensor... operands) {
    GraphBuilder g = GraphBuilder.create("g");
    Map<String, Tensor> leaves = new HashMap<>();
    List<Value> values =
        IntStream.range(0, operands.length)
            .mapToObj(i -> {
              leaves.put("x" + i, operands[i]);
              return g.input("x" + i, operands[i].type());
            })
            .toList();
    Value result = function.apply(values);
    Graph graph = g.build();
    return interpreter.evaluate(graph, List.of(graph.node(result.name())), leaves).getFirst();
  }

  @Property(tries = 200)
  void aBatchedDotIsThreeLoops(
      @ForAll @IntRange(max = 3) int batch,
      @ForAll @IntRange(max = 3) int rows,
      @ForAll @IntRange(max = 4) int inner,
      @ForAll @IntRange(max = 3) int columns,
      @ForAll Random random) {
    Tensor lhs = random(random, inner, batch, rows);
    Tensor rhs = random(random, batch, columns, inner);

    Tensor y =
        evaluate(
            interpreter,
            new Contraction.Dot(List.of(0), List.of(2), List.of(1), List.of(0)),
            lhs,
            rhs);

    long[] expected = new long[batch * rows * columns];
    for (int b = 0; b < batch; b++) {
      for (int m = 0; m < rows; m++) {
        for (int n = 0; n < columns; n++) {
          for (int k = 0; k < inner; k++) {
            expected[(b * rows + m) * columns + n] += (long) (lhs.at(k, b, m) * rhs.at(b, n, k));
          }
        }
      }
    }
    assertEquals(Tensor.of(expected, batch, rows, columns), y);
  }

  @Provide
  Arbitrary<String> equations() {
    return Arbitraries.of(
        "ij,jk->ik",
        "ij,jk->ki",
        "ij,kj->",
        "ij,ji->ij",
        "ik,jk->ijk",
        "ii,ij->j",
        "ij,k->jk",
        "iji,ij->j",
        "ij,jk",
        "ij,ji",
        "kij,k->ji",
        "i,i->",
        "i,j->ji",
        "ijk,kj->i");
  }

  @Property(tries = 200)
  void anEinsteinSumIsALoopOverAllLetters(
      @ForAll("equations") String equation, @ForAll Random random) {
    // i, j, k have sizes 2, 3, 4.
    String[] sides = equation.split("->|,", -1);
    String left = sides[0];
    String right = sides[1];
    String result = equation.contains("->") ? sides[2] : implied(left + right);
    Tensor a = random(random, sizes(left));
    Tensor b = random(random, sizes(right));

    Tensor y = apply(values -> Einsum.of(equation, values), a, b);

    long[] expected = new long[(int) Arrays.stream(sizes(result)).reduce(1, (p, q) -> p * q)];
    String used = left + right;
    for (int i = 0; i < (used.contains("i") ? 2 : 1); i++) {
      for (int j = 0; j < (used.contains("j") ? 3 : 1); j++) {
        for (int k = 0; k < (used.contains("k") ? 4 : 1); k++) {
          long[] at = {i, j, k};
          int place = 0;
          for (char letter : result.toCharArray()) {
            place = place * (letter - 'i' + 2) + (int) at[letter - 'i'];
          }
          expected[place] += (long) (a.at(index(left, at)) * b.at(index(right, at)));
        }
      }
    }
    assertEquals(Tensor.of(expected, sizes(result)), y);
  }

  private static String implied(String letters) {
    StringBuilder once = new StringBuilder();
    for (char letter : new char[] {'i', 'j', 'k'}) {
      if (letters.chars().filter(c -> c == letter).count() == 1) {
        once.append(letter);
      }
    }
    return once.toString();
  }

  private static long[] sizes(String letters) {
    return letters.chars().mapToLong(letter -> letter - 'i' + 2).toArray();
  }

  private static long[] index(String letters, long[] at) {
    return letters.chars().mapToLong(letter -> at[letter - 'i']).toArray();
  }

  @Property(tries = 100)
  void broadcastingRepeatsWhatIsOfSizeOne(
      @ForAll boolean firstRows,
      @ForAll boolean firstColumns,
      @ForAll boolean secondRows,
      @ForAll Random random) {
    Tensor a = random(random, firstRows ? 2 : 1, firstColumns ? 3 : 1);
    Tensor b = secondRows ? random(random, 2, 3) : random(random, 3);

    Tensor sum = apply(v -> v.get(0).add(v.get(1)), a, b);

    int rows = firstRows || secondRows ? 2 : 1;
    long[] expected = new long[rows * 3];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < 3; j++) {
        double left = a.at(firstRows ? i : 0, firstColumns ? j : 0);
        double right = secondRows ? b.at(i, j) : b.at(j);
        expected[i * 3 + j] = (long) (left + right);
      }
    }
    assertEquals(Tensor.of(expected, rows, 3), sum);
  }

  @Property(tries = 100)
  void aRecurrenceOfOnesAndOfZerosIsARunningSumAndAProduct(
      @ForAll @IntRange(min = 1, max = 6) int size,
      @ForAll boolean reverse,
      @ForAll Random random) {
    Tensor x = random(random, 2, size).cast(DType.FLOAT64);
    Tensor ones = Tensor.fill(DType.FLOAT64, x.shape(), 1);

    assertEquals(
        evaluate(interpreter, new Scan.CumulativeSum(1, false, reverse), x),
        evaluate(interpreter, new Scan.LinearRecurrence(1, reverse), ones, x));
    Tensor before = apply(v -> v.get(0).productBefore(1, reverse), x);
    for (int lane = 0; lane < 2; lane++) {
      long product = 1;
      for (int step = 0; step < size; step++) {
        int i = reverse ? size - 1 - step : step;
        assertEquals(product, (long) before.at(lane, i));
        product *= (long) x.at(lane, i);
      }
    }
  }

  @Property(tries = 100)
  void theLargestAreThoseOfAStableSort(@ForAll @IntRange(max = 7) int size, @ForAll Random random) {
    Tensor x = random(random, size, 2);
    int k = size == 0 ? 0 : random.nextInt(size + 1);

    Tensor indices = evaluate(interpreter, new Indexing.TopKIndices(k, 0), x);

    for (int lane = 0; lane < 2; lane++) {
      int column = lane;
      List<Integer> sorted =
          IntStream.range(0, size)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -x.at(i, column)))
              .toList();
      for (int rank = 0; rank < k; rank++) {
        assertEquals((double) sorted.get(rank), indices.at(rank, column));
      }
    }
  }

  @Property(tries = 100)
  void aQuotientAndARemainderMakeTheWhole(@ForAll long a, @ForAll long b, @ForAll boolean small) {
    long divisor = b == 0 ? 1 : small ? b % 9 + 10 : b;
    Tensor x = Tensor.scalar(a);
    Tensor y = Tensor.scalar(divisor);

    long quotient = evaluate(interpreter, new Arithmetic.Div(), x, y).getLong(0);
    long remainder = evaluate(interpreter, new Arithmetic.Mod(), x, y).getLong(0);

    assertEquals(a, quotient * divisor + remainder);
    boolean inRange =
        divisor > 0 ? 0 <= remainder && remainder < divisor : divisor < remainder && remainder <= 0;
    assertTrue(inRange);
  }

  @Property(tries = 100)
  void reducingTwiceIsReducingOverBothAxes(@ForAll Random random) {
    Tensor x = random(random, 2, 3, 4);

    Tensor rows = evaluate(interpreter, new Reduction.ReduceSum(Axes.of(0), false), x);
    Tensor both = evaluate(interpreter, new Reduction.ReduceSum(Axes.of(1), false), rows);

    assertEquals(both, evaluate(interpreter, new Reduction.ReduceSum(Axes.of(0, 2), false), x));
  }

  @Property(tries = 200)
  void maximaAreGatheredFromWhereTheyAreAndScatteringIsTheTranspose(
      @ForAll @IntRange(min = 1, max = 6) int size,
      @ForAll @IntRange(min = 1, max = 3) int window,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll @IntRange(max = 2) int low,
      @ForAll Random random) {
    List<Long> sizes = List.of((long) window);
    List<WindowAxis> axes = List.of(WindowAxis.of(stride, Dim.of(low), Dim.of(2)));
    Tensor x = random(random, size);
    Tensor v = random(random, size);

    Tensor pooled = evaluate(interpreter, new Pooling.MaxPool(sizes, axes), x);
    Tensor ofItself = evaluate(interpreter, new Pooling.MaxPoolGather(sizes, axes), x, x);
    Tensor gathered = evaluate(interpreter, new Pooling.MaxPoolGather(sizes, axes), x, v);
    Tensor u = random(random, pooled.size());
    Tensor scattered = evaluate(interpreter, new Pooling.MaxPoolScatter(sizes, axes), x, u);

    for (int step = 0; step < pooled.size(); step++) {
      boolean padding = pooled.getLong(step) == Long.MIN_VALUE;
      assertEquals(padding ? 0 : pooled.getLong(step), ofItself.getLong(step));
    }
    assertEquals(product(gathered, u), product(v, scattered));
  }

  private Tensor product(Tensor a, Tensor b) {
    Contraction.Dot dot = new Contraction.Dot(List.of(0), List.of(0), List.of(), List.of());
    return evaluate(interpreter, dot, a, b);
  }
}
