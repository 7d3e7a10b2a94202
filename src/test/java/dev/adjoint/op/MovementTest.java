package dev.adjoint.op;

import static dev.adjoint.op.ShapeRules.breaks;
import static dev.adjoint.op.ShapeRules.input;
import static dev.adjoint.op.ShapeRules.refused;
import static dev.adjoint.op.ShapeRules.type;
import static dev.adjoint.op.ShapeRules.types;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Movement.PadAxis;
import dev.adjoint.op.Movement.SliceAxis;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MovementTest {
  private static final long HUGE = Long.MAX_VALUE;

  private static SliceAxis part(String start, String limit, long stride) {
    return new SliceAxis(Dim.parse(start), Dim.parse(limit), stride);
  }

  private static Op slice(SliceAxis... axes) {
    return new Movement.Slice(List.of(axes));
  }

  private static Op pad(PadAxis... axes) {
    return new Movement.Pad(List.of(axes));
  }

  private static PadAxis padding(String low, String high, long interior) {
    return new PadAxis(Dim.parse(low), Dim.parse(high), interior);
  }

  @Test
  void reshape() {
    assertEquals("f32[49*N]", type(new Movement.Reshape(Shape.parse("[N*7*7]")), "f32[N, 7, 7]"));
    assertEquals("f32[0, 5]", type(new Movement.Reshape(Shape.of(0, 5)), "f32[3, 0]"));
    Op op = new Movement.Reshape(Shape.of(2, 4));
    breaks("C1", "[2, 4] has 8 elements, the operand has 6", op, "f32[2, 3]");
    breaks("C1", "the operand has 8*N", op, "f32[N, 8]");
    breaks("arity", "takes 1 operand", op);
    breaks("", "does not fit 64 bits", new Movement.Reshape(Shape.of(HUGE, 4)), "f32[8]");
  }

  @Test
  void transpose() {
    Op op = new Movement.Transpose(Permutation.of(2, 0, 1));
    assertEquals("bool[4, N, 3]", type(op, "bool[N, 3, 4]"));
    assertEquals("f32[]", type(new Movement.Transpose(Permutation.of()), "f32[]"));
    breaks("C1", "orders 3 axes, the operand has 2", op, "f32[2, 3]");
  }

  @Test
  void permutations() {
    Permutation p = Permutation.of(2, 0, 1);
    assertEquals(Permutation.of(1, 2, 0), p.inverse());
    assertEquals(Permutation.of(0, 1, 2), p.then(p.inverse()));
    assertEquals(Permutation.of(1, 2, 0), p.then(p));
    refused(() -> Permutation.of(0, 0), "names each from 0 to 1 once", "[0, 0]");
    refused(() -> Permutation.of(0, 2), "[0, 2]");
    refused(() -> Permutation.of(-1, 0), "[-1, 0]");
    refused(() -> p.then(Permutation.of(0, 1)), "orders 3 axes, not 2");
    refused(() -> p.apply(Shape.of(2)), "orders 3 axes, not 1");
  }

  @Test
  void broadcast() {
    assertEquals("f32[N, 2, 3]", type(new Movement.Broadcast(Shape.parse("[N, 2, 3]")), "f32[3]"));
    assertEquals("f32[0, 3]", type(new Movement.Broadcast(Shape.of(0, 3)), "f32[1, 3]"));
    Op op = new Movement.Broadcast(Shape.of(2, 3));
    breaks("C1", "[2] does not broadcast to [2, 3]", op, "f32[2]");
    breaks("C1", "[1, 2, 3] does not broadcast", op, "f32[1, 2, 3]");
    breaks("C1", "does not broadcast", op, "f32[N, 3]");
    breaks("C1", "does not broadcast", new Movement.Broadcast(Shape.of(1)), "f32[3]");
  }

  @Test
  void slice() {
    assertEquals("f32[2, 3]", type(slice(part("1", "5", 2), part("0", "3", 1)), "f32[5, 3]"));
    assertEquals("f32[(N + 1)//2]", type(slice(part("0", "N", 2)), "f32[N]"));
    assertEquals("f32[N - 2]", type(slice(part("1", "N - 1", 1)), "f32[N]"));
    assertEquals("f32[0]", type(slice(part("2", "2", 1)), "f32[5]"));
    assertEquals("f32[1]", type(slice(part("0", "5", HUGE)), "f32[5]"));
    breaks("C1", "1 entries for 2 axes", slice(part("0", "1", 1)), "f32[2, 3]");
    breaks("C2", "axis 0 of size 5 has no part from 2 to 6", slice(part("2", "6", 1)), "f32[5]");
    breaks("C2", "from -1 to 2", slice(part("-1", "2", 1)), "f32[5]");
    breaks("C2", "from 3 to 2", slice(part("3", "2", 1)), "f32[5]");
    breaks("C2", "from 0 to N + 1", slice(part("0", "N + 1", 1)), "f32[N]");
    breaks(
        "C2", "from -9223372036854775807", slice(part("-9223372036854775807", "9", 1)), "f32[5]");
    refused(() -> part("0", "1", 0), "stride", "given 0");
  }

  @Test
  void pad() {
    assertEquals(
        "f32[N + 3, 7]",
        type(pad(padding("1", "2", 0), padding("-1", "1", 2)), "f32[N, 3]", "f32[]"));
    assertEquals("f32[3]", type(pad(padding("1", "2", 4)), "f32[0]", "f32[]"));
    assertEquals(
        "f32[N + H]".replace("N + H", "H + N"), type(pad(padding("H", "0", 0)), "f32[N]", "f32[]"));
    Op op = pad(padding("-2", "-2", 0));
    breaks("C1", "1 entries for 2 axes", op, "f32[2, 3]", "f32[]");
    breaks("C2", "axis 0 of size 3 becomes -1", op, "f32[3]", "f32[]");
    breaks("C3", "must be a scalar f32", op, "f32[5]", "f64[]");
    breaks("C3", "must be a scalar f32", op, "f32[5]", "f32[1]");
    breaks("arity", "takes 2 operands", op, "f32[5]");
    breaks("", "64 bits", pad(padding("0", "0", HUGE)), "f32[5]", "f32[]");
    refused(() -> padding("0", "0", -1), "interior", "given -1");
  }

  @Test
  void concat() {
    Op op = new Movement.Concat(0);
    assertEquals("f32[N + 5, 3]", type(op, "f32[N, 3]", "f32[4, 3]", "f32[1, 3]"));
    assertEquals("f32[2*N, 3]", type(op, "f32[N, 3]", "f32[N, 3]"));
    assertEquals("f32[2]", type(op, "f32[2]"));
    breaks("C1", "given none", op);
    breaks("C2", "has no axis 2", new Movement.Concat(2), "f32[2, 3]");
    breaks("C2", "has no axis -1", new Movement.Concat(-1), "f32[2, 3]");
    breaks("C2", "has no axis 0", op, "f32[]");
    breaks("C3", "operand 1 is f32[2, 4]", op, "f32[2, 3]", "f32[2, 4]");
    breaks("C3", "operand 1 is f64[2, 3]", op, "f32[2, 3]", "f64[2, 3]");
    breaks("C3", "operand 1 is f32[2]", op, "f32[2, 3]", "f32[2]");
    breaks("", "64 bits", op, "f32[9223372036854775807]", "f32[2]");
    refused(() -> Movement.concat(0, List.of()), "at least one value");
  }

  @Test
  void reverse() {
    assertEquals("f32[N, 3]", type(new Movement.Reverse(Axes.of(0, 1)), "f32[N, 3]"));
    breaks("C1", "lacks an axis of [2]", new Movement.Reverse(Axes.of(2)), "f32[2, 3]");
  }

  @Test
  void axesAreAscendingAndDistinct() {
    refused(() -> Axes.of(1, 0), "[1, 0]");
    refused(() -> Axes.of(1, 1), "[1, 1]");
    refused(() -> Axes.of(-1), "[-1]");
    refused(() -> input("f32[2, 3]").sum(1, -1), "[1, 1]");
    refused(() -> input("f32[2, 3]").sum(2), "'x'", "no axis 2", "-2 to 1");
    refused(() -> input("f32[]").sum(0), "'x'", "A scalar has none");
  }

  // Fluent methods.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          f32[N, 7, 7, 64] | -1, 3136 | f32[N, 3136]
          f32[2, 3, 4]     | 6, -1    | f32[6, 4]
          f32[]            | -1       | f32[1]
          f32[0, 3]        | 3, -1    | f32[3, 0]
          """)
  void reshapeComputesOneSize(String type, String sizes, String expected) {
    long[] wanted = List.of(sizes.split(", ")).stream().mapToLong(Long::parseLong).toArray();
    assertEquals(expected, types(input(type).reshape(wanted)));
  }

  @Test
  void reshapeRefusesWhatItCannotComplete() {
    Value x = input("f32[1, 7]");
    refused(() -> x.reshape(-1, -1), "'x'", "Only one size may be -1");
    refused(() -> x.reshape(-1, 2), "[3, 2] has 6 elements, the operand has 7");
    refused(() -> x.reshape(-2, 7), "'x'", "[-2, 7]", "not negative");
    refused(() -> x.reshape(HUGE, HUGE), "'x'", "64 bits");
    refused(() -> x.reshape(1, 1, 1, 1, 1, 1, 1, 1, 7), "'x'", "at most 8 axes");
  }

  @Test
  void expandAndSqueeze() {
    Value x = input("f32[2, 1, 3, 1]");
    assertEquals("f32[1, 2, 1, 3, 1]", types(x.expandDims(0)));
    assertEquals("f32[2, 1, 3, 1, 1]", types(x.expandDims(-1)));
    assertEquals("f32[2, 1, 3, 1, 1]", types(x.expandDims(4)));
    assertEquals("f32[2, 3]", types(x.squeeze()));
    assertEquals("f32[2, 3, 1]", types(x.squeeze(1)));
    assertEquals("f32[2, 1, 3]", types(x.squeeze(-1)));
    assertEquals("f32[1]", types(input("f32[]").expandDims(0)));
    refused(() -> x.squeeze(0), "C1");
    refused(() -> x.expandDims(5), "'x'", "no axis 5", "-5 to 4");
    refused(() -> x.expandDims(-6), "'x'", "no axis -6");
    refused(() -> input("f32[1, 1, 1, 1, 1, 1, 1, 1]").expandDims(0), "'x'", "8 axes");
  }

  @Test
  void movementsThatMoveNothingAddNoNode() {
    Value x = input("f32[N, 3]");
    assertSame(x, x.reshape(Shape.parse("[N, 3]")));
    assertSame(x, x.transpose(0, 1));
    assertSame(x, x.broadcast(Shape.parse("[N, 3]")));
    assertSame(x, x.slice(0, Dim.of(0), Dim.named("N")));
    assertSame(x, x.pad(List.of(PadAxis.NONE, PadAxis.NONE)));
    assertSame(x, x.reverse(Axes.of()));
    assertSame(x, x.reduceSum(Axes.of(), false));
  }

  @Test
  void negativeAxesCountFromTheLast() {
    Value x = input("f32[2, 3, 4]");
    assertEquals("f32[4, 2, 3]", types(x.transpose(-1, 0, 1)));
    assertEquals("f32[4, 3, 2]", types(x.transpose()));
    assertEquals("f32[2, 3, 2]", types(x.slice(-1, 1, 3)));
    assertEquals("f32[2, 6, 4]", types(Movement.concat(-2, List.of(x, x))));
    assertEquals(new Movement.Reverse(Axes.of(0, 2)), x.reverse(-1, 0).op());
    assertEquals(new Movement.Reverse(Axes.of(0, 1, 2)), x.reverse().op());
    refused(() -> x.transpose(0, 1), "C1", "orders 2 axes");
    assertEquals(TensorType.parse("f32[2, 3, 4]"), x.reverse(1).type());
  }

  @Test
  void aTransposeOfAnotherRankIsRefusedEvenIfItMovesNothing() {
    refused(() -> input("f32[2, 3]").transpose(Permutation.of(0)), "C1");
  }
}
