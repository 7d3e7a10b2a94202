package dev.adjoint.nn;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;

/** Builds small graphs of constants and computes them with the reference interpreter. */
final class Evaluation {
  private Evaluation() {}

  static Tensor evaluate(Function<GraphBuilder, Value> body) {
    GraphBuilder g = GraphBuilder.create("test");
    return evaluate(body.apply(g));
  }

  static Tensor evaluate(Value value) {
    return evaluate(value, Map.of());
  }

  static Tensor evaluate(Value value, Map<String, Tensor> leaves) {
    Graph graph = value.builder().build();
    Node node = graph.nodes().get(value.index());
    return Interpreter.create().evaluate(graph, List.of(node), leaves).getFirst();
  }

  /** A matrix as a batch of one image of one plane. */
  static Tensor image(Tensor matrix) {
    return matrix.reshape(1, matrix.dim(0), matrix.dim(1), 1);
  }

  /** A matrix as the kernel from one plane to one. */
  static Tensor kernel(Tensor matrix) {
    return matrix.reshape(matrix.dim(0), matrix.dim(1), 1, 1);
  }

  /** Whole numbers from -5 to 5 in a fixed order, FLOAT64. */
  static Tensor pattern(int start, long... sizes) {
    int count = (int) LongStream.of(sizes).reduce(1, (a, b) -> a * b);
    double[] data = new double[count];
    Arrays.setAll(data, i -> (i * 7 + start * 3) % 11 - 5);
    return Tensor.of(data, sizes);
  }

  static Tensor doubles(double[] data, long... sizes) {
    return Tensor.of(data, sizes);
  }

  static Tensor vector(double... data) {
    return Tensor.vector(data);
  }
}
