package dev.adjoint.reference;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Signature;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes what a graph says, slowly and obviously: node by node, in plain loops, in double
 * precision or exact integer arithmetic. Everything else that computes is tested against it.
 *
 * <p>Deterministic: the same graph and tensors give the same bits on every machine. It keeps
 * nothing between calls.
 *
 * <p>
 *
 * {@snippet :
 * Interpreter interpreter = Interpreter.create();
 * Tensor y = interpreter.run(graph, "predict", Map.of("x", image)).outputs().get("y");
 * }
 */
public final class Interpreter {
  private final Precision precision;

  private Interpreter(Precision precision) {
    this.precision = precision;
  }

  /**
   * An interpreter that computes each node in double precision and rounds its elements once, to the
   * node's dtype.
   */
  public static Interpreter create() {
    return new Interpreter(Precision.AS_WRITTEN);
  }

  /**
   * An interpreter that does not round: every value that the graph says is FLOAT32 is kept, given
   * to a {@link dev.adjoint.graph.CustomOp} and returned as FLOAT64. Inputs and parameters of
   * FLOAT32 may be given as either. Attributes mean what they meant: a cast to FLOAT32 changes
   * nothing, and random numbers are drawn from the stream of their FLOAT32 operator.
   *
   * <p>A custom operator whose shape rule refuses FLOAT64 gets its operands rounded to FLOAT32.
   */
  public static Interpreter inDouble() {
    return new Interpreter(Precision.DOUBLE);
  }

  /**
   * What a run gives.
   *
   * @param outputs the outputs by the signature's names
   * @param parameters the state after the run by node name: every parameter that was given or
   *     updated; all updates take effect together
   */
  public record Result(Map<String, Tensor> outputs, Map<String, Tensor> parameters) {
    /** Copies the maps, in their order. */
    public Result {
      outputs = ImmutableMap.copyOf(outputs);
      parameters = ImmutableMap.copyOf(parameters);
    }

    /**
     * The output named {@code name}.
     *
     * @throws GraphException if there is none
     */
    public Tensor output(String name) {
      Tensor output = outputs.get(name);
      if (output == null) {
        throw new GraphException(
            "The run has no output '%s', only %s.".formatted(name, outputs.keySet()));
      }
      return output;
    }
  }

  /** The first values of the parameters that have one, by node name. */
  public Map<String, Tensor> initialParameters(Graph graph) {
    List<Node> first = List.copyOf(graph.initials().values());
    List<Tensor> values = evaluate(graph, first, Map.of());
    ImmutableMap.Builder<String, Tensor> named = ImmutableMap.builder();
    int i = 0;
    for (Node parameter : graph.initials().keySet()) {
      named.put(parameter.name(), values.get(i++));
    }
    return named.buildOrThrow();
  }

  /**
   * Runs a signature from the {@linkplain #initialParameters first values} of the parameters.
   *
   * @throws GraphException as {@link #run(Graph, String, Map, Map)} does
   */
  public Result run(Graph graph, String signature, Map<String, Tensor> inputs) {
    return run(graph, signature, inputs, initialParameters(graph));
  }

  /**
   * Runs a signature. Symbolic sizes are those of the inputs.
   *
   * @param inputs the inputs by the signature's names
   * @param parameters the state before the run by node name; those that the signature does not read
   *     may be absent
   * @throws GraphException if there is no such signature, or if an input or parameter is unknown,
   *     missing or of another type
   * @throws EvaluationException if a node cannot be computed, naming it
   */
  public Result run(
      Graph graph, String signature, Map<String, Tensor> inputs, Map<String, Tensor> parameters) {
    parameters.forEach((name, value) -> requireParameter(graph, name, value.type()));
    Graph bound = bind(graph, graph.signature(signature), inputs);
    Signature running = bound.signature(signature);
    Map<String, Tensor> leaves = new LinkedHashMap<>(parameters);
    inputs.forEach((name, value) -> leaves.put(running.input(name).name(), value));

    List<Tensor> values = evaluate(bound, running.results(), leaves);

    Map<String, Tensor> outputs = new LinkedHashMap<>();
    Map<String, Tensor> state = new LinkedHashMap<>();
    parameters.forEach((name, value) -> state.put(name, precision.of(value)));
    int i = 0;
    for (String name : running.outputs().keySet()) {
      outputs.put(name, values.get(i++));
    }
    for (Node parameter : running.updates().keySet()) {
      state.put(parameter.name(), values.get(i++));
    }
    return new Result(outputs, state);
  }

  /**
   * The values of nodes of a graph whose sizes are numbers. Only what they depend on is computed.
   *
   * @param nodes nodes of {@code graph}
   * @param leaves the values of inputs and parameters by node name; those that are not read may be
   *     absent
   * @throws GraphException if a node is of another graph, or a name that of no input or parameter
   * @throws EvaluationException if a node cannot be computed, naming it
   */
  public List<Tensor> evaluate(Graph graph, List<Node> nodes, Map<String, Tensor> leaves) {
    nodes.forEach(node -> requireOwn(graph, node));
    leaves.keySet().forEach(name -> requireLeaf(graph, name));
    return new Evaluation(precision, leaves).of(graph, nodes);
  }

  private Graph bind(Graph graph, Signature signature, Map<String, Tensor> inputs) {
    Map<String, TensorType> types = new LinkedHashMap<>();
    inputs.forEach((name, value) -> {
      TensorType declared = signature.input(name).type();
      boolean widened = value.dtype() == precision.of(declared.dtype());
      types.put(name, widened ? value.type().withDType(declared.dtype()) : value.type());
    });
    Map<String, Long> sizes = signature.bindSizes(types);
    return sizes.isEmpty() ? graph : graph.bind(sizes);
  }

  private static void requireOwn(Graph graph, Node node) {
    if (node.index() >= graph.nodes().size() || graph.nodes().get(node.index()) != node) {
      throw new GraphException(
          node.name(),
          "'%s' is not a node of the graph '%s' that is evaluated. Ask that graph for its node."
              .formatted(node.name(), graph.name()));
    }
  }

  private static void requireLeaf(Graph graph, String name) {
    Node node = graph.node(name);
    if (!(node.op() instanceof Input || node.op() instanceof Parameter)) {
      throw new GraphException(
          name,
          "'%s' is given a value, but it is a node of %s. Only inputs and parameters are given one."
              .formatted(name, node.op().operatorName()));
    }
  }

  private void requireParameter(Graph graph, String name, TensorType given) {
    Node node = graph.node(name);
    if (!(node.op() instanceof Parameter)) {
      throw new GraphException(
          name,
          "'%s' is given as a parameter, but it is a node of %s. The parameters are %s."
              .formatted(
                  name,
                  node.op().operatorName(),
                  graph.parameters().stream().map(Node::name).toList()));
    }
    if (!precision.accepts(node.type(), given)) {
      throw new GraphException(
          name, "The parameter '%s' is %s, given %s.".formatted(name, node.type(), given));
    }
  }
}
