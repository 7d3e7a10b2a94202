package dev.adjoint.reference;

import static dev.adjoint.testing.TensorAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An operator, operands, and the numbers that must come out.
 *
 * @param tolerance the relative error allowed; 0 asks for equal bits
 */
record OperatorCase(Op op, Tensor expected, double tolerance, List<Tensor> operands) {
  static final List<DType> FLOATING = List.of(DType.FLOAT32, DType.FLOAT64);
  static final List<DType> INTEGER = List.of(DType.INT32, DType.INT64);
  static final List<DType> NUMERIC =
      List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64);
  static final List<DType> ANY = List.of(DType.values());

  /** The result has exactly these bits. */
  static OperatorCase exact(Op op, Tensor expected, Tensor... operands) {
    return new OperatorCase(op, expected, 0, List.of(operands));
  }

  /** The result is these numbers up to the rounding of their dtype. */
  static OperatorCase close(Op op, Tensor expected, Tensor... operands) {
    double tolerance = expected.dtype() == DType.FLOAT32 ? 1.2e-7 : 1e-15;
    return new OperatorCase(op, expected, tolerance, List.of(operands));
  }

  /** {@link #exact} once a dtype: every FLOAT64 tensor is converted to it. */
  static List<OperatorCase> exactIn(
      List<DType> dtypes, Op op, Tensor expected, Tensor... operands) {
    return dtypes.stream().map(d -> exact(op, convert(expected, d), convert(operands, d))).toList();
  }

  /** {@link #close} once a dtype: every FLOAT64 tensor is converted to it. */
  static List<OperatorCase> closeIn(
      List<DType> dtypes, Op op, Tensor expected, Tensor... operands) {
    return dtypes.stream().map(d -> close(op, convert(expected, d), convert(operands, d))).toList();
  }

  @SafeVarargs
  static List<OperatorCase> all(List<OperatorCase>... cases) {
    return Arrays.stream(cases).flatMap(List::stream).toList();
  }

  private static Tensor convert(Tensor tensor, DType dtype) {
    return tensor.dtype() == DType.FLOAT64 ? tensor.cast(dtype) : tensor;
  }

  private static Tensor[] convert(Tensor[] tensors, DType dtype) {
    return Stream.of(tensors).map(t -> convert(t, dtype)).toArray(Tensor[]::new);
  }

  /** A FLOAT64 tensor of the given sizes, such as {@code "[2, 3]"}. */
  static Tensor tensor(String shape, double... elements) {
    return typed("f64" + shape, elements);
  }

  /** A tensor of the given type, such as {@code "i64[2, 3]"}. */
  static Tensor typed(String type, double... elements) {
    TensorType parsed = TensorType.parse(type);
    return Tensor.of(elements, parsed.shape().sizes()).cast(parsed.dtype());
  }

  /** What the interpreter makes of one operator. */
  static Tensor evaluate(Interpreter interpreter, Op op, Tensor... operands) {
    GraphBuilder builder = GraphBuilder.create("one");
    Map<String, Tensor> leaves = new HashMap<>();
    List<Value> inputs = new ArrayList<>();
    for (Tensor operand : operands) {
      String name = "x" + inputs.size();
      inputs.add(builder.input(name, operand.type()));
      leaves.put(name, operand);
    }
    builder.add("y", op, inputs);
    Graph graph = builder.build();
    return interpreter.evaluate(graph, List.of(graph.node("y")), leaves).getFirst();
  }

  void check() {
    Tensor actual = evaluate(Interpreter.create(), op, operands.toArray(Tensor[]::new));
    if (tolerance == 0) {
      assertEquals(expected, actual);
    } else {
      assertClose(expected, actual, tolerance, 0);
    }
  }

  /** The dtype that this is a case for: of the first operand, or of the result without one. */
  DType dtype() {
    return operands.isEmpty() ? expected.dtype() : operands.getFirst().dtype();
  }

  @Override
  public String toString() {
    return op + " of " + operands.stream().map(Tensor::type).toList();
  }
}
