package dev.adjoint.check;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * What computes a graph while it is checked: the reference interpreter in double, the interpreter
 * in the graph's own dtypes, or an executor. Rounding is measured, not assumed, so no tolerance
 * belongs to an evaluator.
 */
@FunctionalInterface
public interface Evaluator {
  /**
   * The values of {@code nodes}.
   *
   * @param graph a graph without symbolic sizes
   * @param leaves the values of the inputs and parameters that the nodes read, by node name
   */
  List<Tensor> evaluate(Graph graph, List<Node> nodes, Map<String, Tensor> leaves);

  /** The dtype in which values are held that the graph declares to be of {@code declared}. */
  default DType holds(DType declared) {
    return declared;
  }

  /** The reference interpreter, every value of floating point held in double. */
  static Evaluator inDouble() {
    return new Evaluator() {
      @Override
      public List<Tensor> evaluate(Graph graph, List<Node> nodes, Map<String, Tensor> leaves) {
        return Interpreter.inDouble().evaluate(graph, nodes, leaves);
      }

      @Override
      public DType holds(DType declared) {
        return declared.isFloating() ? DType.FLOAT64 : declared;
      }
    };
  }

  /** The reference interpreter, every node rounded to its own dtype. */
  static Evaluator inOwnPrecision() {
    return Interpreter.create()::evaluate;
  }

  /**
   * The optimising executor, which computes in each node's own dtype. It keeps what it compiled;
   * use one for a whole check, on one thread.
   */
  static Evaluator onExecutor() {
    return new ExecutorEvaluator();
  }
}
