package dev.adjoint.op;

import static dev.adjoint.op.ShapeRules.breaks;
import static dev.adjoint.op.ShapeRules.cotangent;
import static dev.adjoint.op.ShapeRules.input;
import static dev.adjoint.op.ShapeRules.refused;
import static dev.adjoint.op.ShapeRules.type;
import static dev.adjoint.op.ShapeRules.types;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.adjoint.graph.Differentiable.Linearity;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Shape rules of {@link Pointwise}, {@link Arithmetic}, {@link Logic} and {@link Control}. */
class ElementwiseTest {
  static Stream<Op> floatingOnly() {
    return Stream.of(
        new Pointwise.Exp(),
        new Pointwise.Expm1(),
        new Pointwise.Log(),
        new Pointwise.Log1p(),
        new Pointwise.Sqrt(),
        new Pointwise.Rsqrt(),
        new Pointwise.Sin(),
        new Pointwise.Cos(),
        new Pointwise.Tanh(),
        new Pointwise.Sigmoid(),
        new Pointwise.Softplus(),
        new Pointwise.Erf(),
        new Pointwise.Floor(),
        new Pointwise.Ceil(),
        new Pointwise.Round());
  }

  @ParameterizedTest
  @MethodSource("floatingOnly")
  void functionsOfFloatingPoint(Op op) {
    assertEquals("f32[N, 3]", type(op, "f32[N, 3]"));
    assertEquals("f64[]", type(op, "f64[]"));
    breaks("dtype", "must be of floating point", op, "i32[3]");
    breaks("dtype", "must be of floating point", op, "bool[3]");
    breaks("arity", "takes 1 operand, given 2", op, "f32[3]", "f32[3]");
    breaks("arity", "takes 1 operand, given 0", op);
  }

  static Stream<Op> numeric() {
    return Stream.of(new Pointwise.Neg(), new Pointwise.Abs(), new Pointwise.Sign());
  }

  @ParameterizedTest
  @MethodSource("numeric")
  void functionsOfNumbers(Op op) {
    assertEquals("i64[N, 3]", type(op, "i64[N, 3]"));
    breaks("dtype", "must be numeric", op, "bool[3]");
    breaks("arity", "takes 1 operand, given 2", op, "f32[3]", "f32[3]");
  }

  static Stream<Op> arithmetic() {
    return Stream.of(
        new Arithmetic.Add(),
        new Arithmetic.Sub(),
        new Arithmetic.Mul(),
        new Arithmetic.Div(),
        new Arithmetic.Pow(),
        new Arithmetic.Max(),
        new Arithmetic.Min(),
        new Arithmetic.Mod());
  }

  @ParameterizedTest
  @MethodSource("arithmetic")
  void operatorsOfTwoNumbers(Op op) {
    assertEquals("i32[N, 3]", type(op, "i32[N, 3]", "i32[N, 3]"));
    breaks("same-type", "operands must have one type", op, "f32[3]", "f64[3]");
    breaks("same-type", "operands must have one type", op, "f32[3]", "f32[1]");
    breaks("same-type", "operands must have one type", op, "f32[N]", "f32[M]");
    breaks("dtype", "must be numeric", op, "bool[3]", "bool[3]");
    breaks("arity", "takes 2 operands, given 1", op, "f32[3]");
  }

  static Stream<Op> ordered() {
    return Stream.of(
        new Logic.Less(), new Logic.LessEqual(), new Logic.Greater(), new Logic.GreaterEqual());
  }

  @ParameterizedTest
  @MethodSource("ordered")
  void orderOfNumbers(Op op) {
    assertEquals("bool[N, 3]", type(op, "i32[N, 3]", "i32[N, 3]"));
    breaks("same-type", "operands must have one type", op, "f32[3]", "f32[4]");
    breaks("dtype", "must be numeric", op, "bool[3]", "bool[3]");
    breaks("arity", "takes 2 operands, given 3", op, "f32[3]", "f32[3]", "f32[3]");
  }

  @Test
  void equalityOfAnything() {
    for (Op op : List.of(new Logic.Equal(), new Logic.NotEqual())) {
      assertEquals("bool[3]", type(op, "bool[3]", "bool[3]"));
      assertEquals("bool[3]", type(op, "f64[3]", "f64[3]"));
      breaks("same-type", "operands must have one type", op, "f32[3]", "i32[3]");
    }
  }

  @Test
  void connectivesOfBooleans() {
    for (Op op : List.of(new Logic.And(), new Logic.Or(), new Logic.Xor())) {
      assertEquals("bool[3, N]", type(op, "bool[3, N]", "bool[3, N]"));
      breaks("dtype", "must be BOOL", op, "i32[3]", "i32[3]");
      breaks("same-type", "operands must have one type", op, "bool[3]", "bool[2]");
    }
    assertEquals("bool[3]", type(new Logic.Not(), "bool[3]"));
    breaks("dtype", "must be BOOL", new Logic.Not(), "f32[3]");
    breaks("arity", "takes 1 operand", new Logic.Not(), "bool[3]", "bool[3]");
  }

  @Test
  void select() {
    Op op = new Logic.Select();
    assertEquals("i32[2, 3]", type(op, "bool[2, 3]", "i32[2, 3]", "i32[2, 3]"));
    breaks("dtype", "must be BOOL", op, "i32[3]", "i32[3]", "i32[3]");
    breaks("C1", "one shape", op, "bool[3]", "i32[3]", "i64[3]");
    breaks("C1", "one shape", op, "bool[2]", "i32[3]", "i32[3]");
    breaks("arity", "takes 3 operands, given 2", op, "bool[3]", "i32[3]");
  }

  @Test
  void clamp() {
    Op op = new Logic.Clamp();
    assertEquals("i32[3]", type(op, "i32[3]", "i32[3]", "i32[3]"));
    breaks("same-type", "operand 2 is i32[2]", op, "i32[3]", "i32[3]", "i32[2]");
    breaks("dtype", "numeric", op, "bool[3]", "bool[3]", "bool[3]");
  }

  @Test
  void valuesPassedOn() {
    assertEquals("bool[N]", type(new Control.Identity(), "bool[N]"));
    assertEquals("bool[N]", type(new Control.StopGradient(), "bool[N]"));
    assertEquals("f64[N, 2]", type(new Control.Cast(DType.FLOAT64), "bool[N, 2]"));
    assertEquals("f32[2]", type(new Control.Barrier(), "f32[2]", "i64[3]"));
    assertEquals("f32[2]", type(new Control.Recompute(), "f32[2]"));
    breaks("arity", "given nothing", new Control.Barrier());
    breaks("arity", "given nothing", new Control.Recompute());
    breaks("arity", "takes 1 operand", new Control.Identity());
    breaks("arity", "takes 1 operand", new Control.StopGradient());
    breaks("arity", "takes 1 operand", new Control.Cast(DType.FLOAT32));
    Op placeholder = new Control.CotangentPlaceholder(TensorType.parse("f32[N]"));
    assertEquals("f32[N]", type(placeholder));
    breaks("arity", "takes 0 operands", placeholder, "f32[N]");
  }

  @Test
  void onlyACastToFloatingPointIsLinear() {
    assertEquals(Linearity.LINEAR, new Control.Cast(DType.FLOAT64).linearity());
    assertEquals(Linearity.NONLINEAR, new Control.Cast(DType.INT32).linearity());
  }

  @Test
  void customGradient() {
    Op op = new Control.CustomGradient();
    assertEquals("f32[2]", type(op, "f32[2]", "f32[2]", "f32[3]", "i32[]", "f32[3]", "i32[]"));
    breaks("C1", "given 3 operands", op, "f32[2]", "f32[2]", "f32[3]");
    breaks("C1", "given 0 operands", op);
    breaks("C2", "the result's type", op, "f32[2]", "f32[3]");
    breaks("C3", "cotangent 0", op, "f32[2]", "f32[2]", "f32[3]", "f32[4]");
    Value x = input("f32[2]");
    refused(
        () ->
            Control.customGradient(List.of(x), v -> v.getFirst().exp(), (_, dy) -> List.of(dy, dy)),
        "answers for 2 values, it has 1");
  }

  @Test
  void aUsersRuleMayAnswerWithAValueFromBeforeIt() {
    Value x = input("f32[2]");
    Value y = Control.customGradient(List.of(x), v -> v.getFirst().exp(), (_, _) -> List.of(x));
    assertSame(x, cotangent(y, 2));
    Value z =
        Control.customGradient(List.of(x), v -> v.getFirst().exp(), (r, dy) -> List.of(dy.mul(r)));
    Value dz = cotangent(z, 2);
    assertEquals(new Arithmetic.Mul(), dz.op());
    assertEquals("gradient_1/dy", dz.operand(0).name());
    assertSame(z, dz.operand(1), "the rule means the function with its rule, in higher orders too");
  }

  @Test
  void theGradientOfAPowerReplacesItsExponentOnlyWhereBothAreZero() {
    Value a = input("f64[3]");
    Value b = a.builder().input("b", a.type());
    Value exponent = cotangent(a.pow(b), 0).operand(1).operand(1);
    assertEquals(new Logic.Select(), exponent.op());
    Value both = exponent.operand(0);
    assertEquals(new Logic.And(), both.op());
    assertSame(b, both.operand(0).operand(0));
    assertSame(a, both.operand(1).operand(0));
  }

  // Broadcasting.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          f32[2, 3]    | f32[3]       | f32[2, 3]
          f32[3]       | f32[2, 1]    | f32[2, 3]
          f32[]        | f32[N, 2]    | f32[N, 2]
          f32[N, 1]    | f32[1, M]    | f32[N, M]
          f32[N, 3]    | f32[N, 3]    | f32[N, 3]
          f32[0, 3]    | f32[1, 1]    | f32[0, 3]
          f32[1]       | f32[0]       | f32[0]
          f32[2*N]     | f32[1]       | f32[2*N]
          f32[2, 1, 4] | f32[3, 1]    | f32[2, 3, 4]
          """)
  void operandsAreBroadcast(String left, String right, String result) {
    Value a = input(left);
    Value b = a.builder().input("b", TensorType.parse(right));
    assertEquals(result, a.add(b).type().toString());
    assertEquals(result, b.add(a).type().toString());
    assertEquals(result.replace("f32", "bool"), a.lt(b).type().toString());
  }

  @Test
  void broadcastNodesAreThereOnlyWhereNeeded() {
    Value a = input("f32[2, 3]");
    Value b = a.builder().input("b", TensorType.parse("f32[3]"));
    Value sum = a.add(b);
    assertSame(a, sum.operand(0));
    assertEquals(new Movement.Broadcast(Shape.of(2, 3)), sum.operand(1).op());
    assertEquals(3 + 1, a.builder().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          f32[2, 3] | f32[2]
          f32[N]    | f32[M]
          f32[N]    | f32[2]
          f32[2, 3] | f32[3, 2]
          f32[0]    | f32[2]
          """)
  void shapesThatDoNotBroadcastAreRefused(String left, String right) {
    Value a = input(left);
    Value b = a.builder().input("b", TensorType.parse(right));
    assertEquals(
        "broadcast",
        refused(() -> a.mul(b), "mul", "'x' " + left, "'b' " + right).constraint().orElseThrow());
    assertEquals(2, a.builder().size());
  }

  @Test
  void dtypesAreNeverConverted() {
    Value a = input("f32[2, 3]");
    Value b = a.builder().input("b", TensorType.parse("f64[3]"));
    refused(() -> a.mul(b), "same-type", "f32[2, 3]", "f64[2, 3]");
  }

  @Test
  void numbersTakeTheDtypeOfTheValue() {
    Value x = input("f64[2, 3]");
    assertEquals("f64[2, 3]", types(x.add(1).sub(2).mul(3).div(4).pow(2).max(0).min(9).mod(5)));
    assertEquals("bool[2, 3]", types(x.lt(1).and(x.ge(0)).or(x.eq(7)).xor(x.ne(2)).not()));
    assertEquals("f64[2, 3]", types(x.clamp(0, 1)));
    assertEquals("f64[2, 3]", types(Logic.select(x.gt(0), x, x.scalar(0))));
    assertEquals("i64[]", types(x.sizeOf(-1)));
    Value flag = x.builder().input("flag", DType.BOOL, 2);
    assertEquals("bool[2]", types(flag.eq(1)));
  }

  @Test
  void aChainOfPointwiseMethods() {
    Value x = input("f32[N]");
    Value y = x.neg().abs().sign().exp().expm1().log().log1p().sqrt().rsqrt().sin().cos().tanh();
    Value z = y.sigmoid().softplus().erf().floor().ceil().round().relu();
    assertEquals("f32[N]", types(z.identity().stopGradient()));
    assertSame(x, x.cast(DType.FLOAT32));
    assertEquals("i32[N]", types(x.cast(DType.INT32)));
  }

  @Test
  void sources() {
    TensorType type = TensorType.parse("i32[N, 3]");
    assertEquals("i32[N, 3]", type(new Source.Iota(type, 1)));
    breaks("C1", "has no axis 2", new Source.Iota(type, 2));
    breaks("C1", "has no axis -1", new Source.Iota(type, -1));
    breaks("C1", "has no axis 0", new Source.Iota(TensorType.of(DType.INT32), 0));
    breaks("dtype", "not in BOOL", new Source.Iota(type.withDType(DType.BOOL), 0));
    breaks("arity", "takes 0 operands", new Source.Iota(type, 0), "f32[]");
    assertEquals("i64[]", type(new Source.Size(dev.adjoint.tensor.Dim.named("N"))));
    breaks("arity", "takes 0 operands", new Source.Size(dev.adjoint.tensor.Dim.of(1)), "f32[]");
  }

  @Test
  void randomNumbers() {
    TensorType floats = TensorType.parse("f64[N, 3]");
    TensorType bits = TensorType.parse("i32[5]");
    assertEquals("i32[5]", type(new Source.RandomBits(bits), "i64[]", "i64[]"));
    for (Op op : List.of(new Source.RandomUniform(floats), new Source.RandomNormal(floats))) {
      assertEquals("f64[N, 3]", type(op, "i64[]", "i64[]"));
      breaks("C1", "must be i64[]", op, "i32[]", "i64[]");
      breaks("C1", "must be i64[]", op, "i64[]", "i64[1]");
      breaks("arity", "takes 2 operands, given 1", op, "i64[]");
    }
    breaks("C2", "not i32", new Source.RandomUniform(bits), "i64[]", "i64[]");
    breaks("C2", "not i32", new Source.RandomNormal(bits), "i64[]", "i64[]");
    breaks("C2", "makes INT32, not f64", new Source.RandomBits(floats), "i64[]", "i64[]");
    GraphBuilder g = GraphBuilder.create("g");
    Value key = g.input("key", DType.INT64);
    Value half = g.constant(DType.FLOAT32, 0.5);
    assertEquals(
        "bool[N, 3]", types(Source.bernoulli(key, key, half, floats.withDType(DType.BOOL))));
  }
}
