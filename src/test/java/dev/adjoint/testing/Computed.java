package dev.adjoint.testing;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Numbers of values that are being built, by the reference interpreter. */
public final class Computed {
  private Computed() {}

  /** The elements of a value that reads no input, in double. */
  public static double[] doubles(Value value) {
    return inDouble(List.of(value), Map.of()).getFirst().asDoubles();
  }

  /** The values, nothing rounded to FLOAT32, with inputs and parameters by node name. */
  public static List<Tensor> inDouble(List<Value> values, Map<String, Tensor> leaves) {
    return by(Interpreter.inDouble(), values, leaves);
  }

  /** The values, each node rounded to its dtype, with inputs and parameters by node name. */
  public static List<Tensor> asWritten(List<Value> values, Map<String, Tensor> leaves) {
    return by(Interpreter.create(), values, leaves);
  }

  private static List<Tensor> by(
      Interpreter interpreter, List<Value> values, Map<String, Tensor> leaves) {
    Graph graph = values.getFirst().builder().build();
    return interpreter.evaluate(
        graph, values.stream().map(value -> graph.node(value.name())).toList(), leaves);
  }
}
