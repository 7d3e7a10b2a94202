package dev.adjoint.op;

import static dev.adjoint.op.ShapeRules.breaks;
import static dev.adjoint.op.ShapeRules.cotangent;
import static dev.adjoint.op.ShapeRules.input;
import static dev.adjoint.op.ShapeRules.refused;
import static dev.adjoint.op.ShapeRules.type;
import static dev.adjoint.op.ShapeRules.types;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Shape rules of {@link Reduction}, {@link Scan}, {@link Probability} and {@link Indexing}. */
class ReductionTest {
  private record Family(String accepted, String refused, BiFunction<Axes, Boolean, Op> op) {}

  static Stream<Family> reductions() {
    return Stream.of(
        new Family("i32", "bool", Reduction.ReduceSum::new),
        new Family("f32", "i32", Reduction.ReduceMean::new),
        new Family("i64", "bool", Reduction.ReduceProd::new),
        new Family("i32", "bool", Reduction.ReduceMax::new),
        new Family("i32", "bool", Reduction.ReduceMin::new),
        new Family("f64", "i64", Reduction.ReduceLogSumExp::new),
        new Family("bool", "i32", Reduction.ReduceAny::new),
        new Family("bool", "f32", Reduction.ReduceAll::new));
  }

  @ParameterizedTest
  @MethodSource("reductions")
  void axesGoOrStayWithSizeOne(Family family) {
    String dtype = family.accepted();
    Op op = family.op().apply(Axes.of(0, 2), false);
    assertEquals(dtype + "[3]", type(op, dtype + "[N, 3, 4]"));
    assertEquals(
        dtype + "[1, 3, 1]", type(family.op().apply(Axes.of(0, 2), true), dtype + "[N, 3, 4]"));
    assertEquals(dtype + "[3]", type(op, dtype + "[0, 3, 4]"));
    assertEquals(dtype + "[N]", type(family.op().apply(Axes.of(), false), dtype + "[N]"));
    breaks("C1", "lacks an axis of [0, 2]", op, dtype + "[3, 4]");
    breaks("C1", "lacks an axis of [0, 2]", op, dtype + "[]");
    breaks("dtype", "must be", op, family.refused() + "[2, 3, 4]");
    breaks("arity", "takes 1 operand", op, dtype + "[2, 3, 4]", dtype + "[2, 3, 4]");
  }

  @Test
  void indicesOfExtremes() {
    for (Op op : List.of(new Reduction.ArgMax(1), new Reduction.ArgMin(1))) {
      assertEquals("i64[N, 4]", type(op, "f32[N, 3, 4]"));
      assertEquals("i64[2]", type(op, "f32[2, M]"));
      breaks("C1", "axis 1 does not exist", op, "f32[3]");
      breaks("C1", "axis 1 does not exist", op, "f32[]");
      breaks("C2", "axis 1 is empty", op, "f32[3, 0]");
      breaks("dtype", "numeric", op, "bool[2, 3]");
      breaks("arity", "takes 1 operand", op);
    }
    breaks("C1", "axis -1 does not exist", new Reduction.ArgMax(-1), "f32[3]");
    breaks("C1", "axis -1 does not exist", new Reduction.ArgMin(-1), "f32[3]");
  }

  @Test
  void methodsTakeAnyOrderAllAxesAndNegativeOnes() {
    Value x = input("f32[N, 3, 4]");
    assertEquals("f32[]", types(x.sum()));
    assertEquals("f32[3]", types(x.mean(-1, 0)));
    assertEquals("f32[N, 1, 4]", types(x.sumKeepDims(1)));
    assertEquals("f32[1, 1, 1]", types(x.meanKeepDims()));
    assertEquals(
        "f32[N] f32[4] f32[N, 3]", types(x.prod(1, 2), x.reduceMax(0, 1), x.reduceMin(-1)));
    assertEquals("f32[N, 3] i64[N, 4] i64[3, 4]", types(x.logSumExp(2), x.argMax(-2), x.argMin(0)));
    assertEquals("bool[] bool[N]", types(x.gt(0).any(), x.gt(0).all(1, 2)));
    assertEquals("f32[]", types(input("f32[]").sum()));
  }

  @Test
  void theGradientOfAMeanDividesByTheSizeEvenIfItIsSymbolic() {
    Value x = input("f32[N, 3]");
    Value y = x.mean();
    Value dx = cotangent(y, 0);
    assertEquals(x.type(), dx.type());
    Op count = new Source.Size(Dim.parse("3*N"));
    assertTrue(x.builder().values().stream().anyMatch(v -> v.op().equals(count)));
  }

  static Stream<Arguments> gradients() {
    Value x = input("f32[0, 3]");
    Value y = input("f32[2, 3, 4]");
    return Stream.of(
        Arguments.of(x.reduceMax(0)),
        Arguments.of(x.reduceMin()),
        Arguments.of(x.mean(0)),
        Arguments.of(x.prod(0)),
        Arguments.of(y.reduceMax(0, 2)),
        Arguments.of(y.prod(2, 0)),
        Arguments.of(y.logSumExp(1)),
        Arguments.of(y.slice(1, 1, 3)));
  }

  @ParameterizedTest
  @MethodSource("gradients")
  void aGradientHasTheOperandsTypeAlsoOfNothing(Value y) {
    assertEquals(y.operand(0).type(), cotangent(y, 0).type());
  }

  @Test
  void scans() {
    Op sum = new Scan.CumulativeSum(1, true, false);
    assertEquals("i32[N, 3]", type(sum, "i32[N, 3]"));
    breaks("C1", "axis 1 does not exist", sum, "i32[3]");
    breaks("C1", "axis -1 does not exist", new Scan.CumulativeSum(-1, false, false), "i32[3]");
    breaks("dtype", "numeric", sum, "bool[2, 3]");
    breaks("arity", "takes 1 operand", sum);
    Op recurrence = new Scan.LinearRecurrence(0, true);
    assertEquals("f32[N, 3]", type(recurrence, "f32[N, 3]", "f32[N, 3]"));
    breaks("C1", "axis 0 does not exist", recurrence, "f32[]", "f32[]");
    breaks("dtype", "floating", recurrence, "i32[3]", "i32[3]");
    breaks("same-type", "one type", recurrence, "f32[3]", "f32[2]");
    Value x = input("f32[2, 3]");
    assertEquals("f32[2, 3]", types(x.cumulativeSum(-1).linearRecurrence(x, -2, false)));
    assertEquals("f32[2, 3]", types(x.productBefore(-1, true)));
    refused(() -> x.cumulativeSum(2), "'x'", "no axis 2");
  }

  @Test
  void probabilities() {
    for (Op op :
        List.of(
            new Probability.Softmax(Axes.of(0, 1)), new Probability.LogSoftmax(Axes.of(0, 1)))) {
      assertEquals("f32[N, 3]", type(op, "f32[N, 3]"));
      breaks("C1", "lacks an axis of [0, 1]", op, "f32[3]");
      breaks("dtype", "floating", op, "i32[2, 3]");
      breaks("arity", "takes 1 operand", op);
    }
    Op dense = new Probability.SoftmaxCrossEntropy(1);
    assertEquals("f64[N, 2]", type(dense, "f64[N, 10, 2]", "f64[N, 10, 2]"));
    breaks("C1", "axis 1 does not exist", dense, "f32[3]", "f32[3]");
    breaks("same-type", "one type", dense, "f32[2, 3]", "f32[2, 4]");
    breaks("dtype", "floating", dense, "i32[2, 3]", "i32[2, 3]");
    Op sparse = new Probability.SparseSoftmaxCrossEntropy(1);
    assertEquals("f32[N, 2]", type(sparse, "f32[N, 10, 2]", "i64[N, 2]"));
    breaks("C1", "axis 1 does not exist", sparse, "f32[3]", "i32[]");
    breaks("C2", "must have the shape [N]", sparse, "f32[N, 10]", "i32[N, 10]");
    breaks("dtype", "an integer", sparse, "f32[N, 10]", "f32[N]");
    breaks("dtype", "floating", sparse, "i32[N, 10]", "i32[N]");
    breaks("arity", "takes 2 operands, given 1", sparse, "f32[N, 10]");
    Value x = input("f32[N, 10]");
    Value labels = x.builder().input("labels", TensorType.parse("i32[N]"));
    assertEquals("f32[N]", types(x.sparseSoftmaxCrossEntropy(labels)));
    assertEquals(
        "f32[N]", types(x.softmaxCrossEntropy(labels.oneHot(-1, Dim.of(10), DType.FLOAT32))));
    refused(() -> input("f32[]").softmaxCrossEntropy(x), "A scalar has none");
  }

  @Test
  void gatherAndScatter() {
    Op gather = new Indexing.Gather(1);
    assertEquals("bool[2, N, 5, 4]", type(gather, "bool[2, 3, 4]", "i32[N, 5]"));
    assertEquals("f32[2]", type(gather, "f32[2, 3]", "i64[]"));
    breaks("C1", "axis 1 does not exist", gather, "f32[3]", "i32[2]");
    breaks("dtype", "an integer", gather, "f32[2, 3]", "f32[2]");
    breaks("arity", "takes 2 operands", gather, "f32[2, 3]");
    breaks("", "at most 8 axes", gather, "f32[1, 2, 3, 4, 5]", "i32[1, 2, 3, 4, 5]");
    Op scatter = new Indexing.ScatterAdd(0);
    assertEquals("i32[3, 4]", type(scatter, "i32[3, 4]", "i32[2, 5]", "i32[2, 5, 4]"));
    breaks("C1", "axis 0 does not exist", scatter, "f32[]", "i32[2]", "f32[2]");
    breaks("C2", "must be f32[2, 4]", scatter, "f32[3, 4]", "i32[2]", "f32[2, 3]");
    breaks("C2", "must be f32[2, 4]", scatter, "f32[3, 4]", "i32[2]", "f64[2, 4]");
    breaks("dtype", "numeric", scatter, "bool[3]", "i32[2]", "bool[2]");
    breaks("dtype", "an integer", scatter, "f32[3]", "bool[2]", "f32[2]");
    breaks("arity", "takes 3 operands", scatter, "f32[3]");
  }

  @Test
  void takingAndAddingAlongAnAxis() {
    Op take = new Indexing.TakeAlongAxis(1);
    assertEquals("f32[2, 5]", type(take, "f32[2, 3]", "i32[2, 5]"));
    breaks("C1", "axis 1 does not exist", take, "f32[3]", "i32[3]");
    breaks("C2", "[2, 3] but for axis 1, they have [4, 3]", take, "f32[2, 3]", "i32[4, 3]");
    breaks("C2", "but for axis 1", take, "f32[2, 3]", "i32[2]");
    breaks("dtype", "an integer", take, "f32[2, 3]", "f32[2, 3]");
    Op add = new Indexing.ScatterAddAlongAxis(1);
    assertEquals("f32[2, 3]", type(add, "f32[2, 3]", "i32[2, 5]", "f32[2, 5]"));
    breaks("C1", "axis 1 does not exist", add, "f32[3]", "i32[3]", "f32[3]");
    breaks("C2", "but for axis 1", add, "f32[2, 3]", "i32[4, 3]", "f32[4, 3]");
    breaks("C3", "must be f32[2, 5]", add, "f32[2, 3]", "i32[2, 5]", "f32[2, 3]");
    breaks("dtype", "numeric", add, "bool[2, 3]", "i32[2, 5]", "bool[2, 5]");
  }

  @Test
  void topK() {
    Op op = new Indexing.TopKIndices(2, 0);
    assertEquals("i64[2, 4]", type(op, "i32[3, 4]"));
    assertEquals("i64[2]", type(op, "f32[N]"));
    breaks("C1", "axis 0 does not exist", op, "f32[]");
    breaks("C2", "the 2 largest of 1 elements", op, "f32[1]");
    breaks("C2", "the -1 largest", new Indexing.TopKIndices(-1, 0), "f32[N]");
    breaks("dtype", "numeric", op, "bool[3]");
    assertEquals("f32[N, 2]", types(input("f32[N, 5]").topK(2, -1)));
  }

  @Test
  void oneHot() {
    Value x = input("i32[N, 2]");
    assertEquals("f32[N, 2, 10]", types(x.oneHot(-1, Dim.of(10), DType.FLOAT32)));
    assertEquals("bool[10, N, 2]", types(x.oneHot(0, Dim.of(10), DType.BOOL)));
    assertEquals("f32[N, M, 2]", types(x.oneHot(1, Dim.named("M"), DType.FLOAT32)));
    refused(() -> x.oneHot(3, Dim.of(10), DType.FLOAT32), "'x'", "no axis 3", "-3 to 2");
  }
}
