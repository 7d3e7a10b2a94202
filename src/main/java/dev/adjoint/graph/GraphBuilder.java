package dev.adjoint.graph;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Builds a {@link Graph}. Every mistake fails in the call that makes it.
 *
 * <p>
 *
 * {@snippet :
 * GraphBuilder g = GraphBuilder.create("line");
 * Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 3]"));
 * Value w = g.parameter("w", Tensor.zeros(DType.FLOAT32, 3, 1));
 * g.signature("predict").output("y", x.matmul(w));
 * Graph graph = g.build();
 * }
 */
public final class GraphBuilder {
  private final String name;
  private final List<Value> values = new ArrayList<>();
  private final Map<String, Value> byName = new HashMap<>();
  private final Map<String, Integer> nextSuffix = new HashMap<>();
  private final Map<Value, Value> initials = new LinkedHashMap<>();
  private final Map<String, SignatureBuilder> signatures = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private String scope = "";

  private GraphBuilder(String name) {
    this.name = name;
  }

  /**
   * Starts an empty graph.
   *
   * @throws GraphException if the name is empty
   */
  public static GraphBuilder create(String name) {
    if (name == null || name.isEmpty()) {
      throw new GraphException(
          "A graph needs a name, given %s.".formatted(name == null ? "null" : "an empty one"));
    }
    return new GraphBuilder(name);
  }

  /** Starts from a whole graph, each node's operator replaced as {@code operators} says. */
  GraphBuilder(Graph graph, Function<Node, Op> operators) {
    this(graph.name());
    for (Node node : graph.nodes()) {
      List<Value> operands = new ArrayList<>(node.operands().size());
      for (Node operand : node.operands()) {
        operands.add(of(operand));
      }
      add(node.name(), operators.apply(node), operands);
    }
    for (Map.Entry<Node, Node> initial : graph.initials().entrySet()) {
      initials.put(of(initial.getKey()), of(initial.getValue()));
    }
    metadata.putAll(graph.metadata());
    for (Signature signature : graph.signatures().values()) {
      signature(signature.name()).copy(signature, this::of);
    }
  }

  private Value of(Node node) {
    return values.get(node.index());
  }

  // Leaves.

  /** Adds an input: a value that callers pass on each run. Its sizes may be symbolic. */
  public Value input(String name, TensorType type) {
    return add(qualified(name), new Input(type), List.of());
  }

  /** Adds an input of the given dtype and shape. */
  public Value input(String name, DType dtype, Shape shape) {
    return input(name, new TensorType(dtype, shape));
  }

  /** Adds an input of constant sizes. */
  public Value input(String name, DType dtype, long... sizes) {
    return input(name, dtype, Shape.of(sizes));
  }

  /** Adds a trainable parameter whose first value comes from outside the graph. */
  public Value parameter(String name, TensorType type) {
    return add(qualified(name), new Parameter(type, true), List.of());
  }

  /** Adds a trainable parameter with its first value. */
  public Value parameter(String name, Tensor first) {
    return parameter(name, first.type(), (builder, _, _) -> builder.constant(first));
  }

  /** Adds a trainable parameter whose first value {@code first} makes. */
  public Value parameter(String name, TensorType type, Initializer first) {
    return withInitial(parameter(name, type), first);
  }

  /** Adds state that no optimizer trains, with its first value: a statistic, a counter, a key. */
  public Value state(String name, Tensor first) {
    return withInitial(
        add(qualified(name), new Parameter(first.type(), false), List.of()),
        (builder, _, _) -> builder.constant(first));
  }

  private Value withInitial(Value parameter, Initializer first) {
    try (Scope _ = absoluteScope(parameter.name())) {
      initial(parameter, first.initial(this, parameter.name(), parameter.type()));
    }
    return parameter;
  }

  /**
   * Makes {@code first} the first value of {@code parameter}.
   *
   * @throws GraphException if it is not a parameter, or the types differ
   */
  public void initial(Value parameter, Value first) {
    requireParameter(parameter);
    requireOwn(first);
    if (!parameter.type().equals(first.type())) {
      throw new GraphException(
          parameter.name(),
          "The parameter '%s' is %s, its first value '%s' is %s. They must be equal."
              .formatted(parameter.name(), parameter.type(), first.name(), first.type()));
    }
    initials.put(parameter, first);
  }

  /** Adds a constant. */
  public Value constant(Tensor value) {
    return add(new Source.Constant(value));
  }

  /**
   * Adds a scalar constant of the given dtype, rounded to it if that is of floating point.
   *
   * @throws GraphException if the dtype is not of floating point and cannot hold the value
   */
  public Value constant(DType dtype, double value) {
    Tensor scalar = Tensor.scalar(value).cast(dtype);
    if (!dtype.isFloating() && scalar.cast(DType.FLOAT64).getDouble(0) != value) {
      throw new GraphException(
          "The dtype %s cannot hold the constant %s. Cast the other operand to floating point, or"
                  .formatted(dtype, value)
              + " pass a value that it holds.");
    }
    return constant(scalar);
  }

  // Nodes.

  /**
   * Adds a node with a name of its own making.
   *
   * @throws GraphException if the operands do not fit the operator or belong to another builder
   */
  public Value add(Op op, Value... operands) {
    return add(op, Arrays.asList(operands));
  }

  /** As {@link #add(Op, Value...)}. */
  public Value add(Op op, List<Value> operands) {
    return add(fresh(scope + op.operatorName()), op, operands);
  }

  /**
   * Adds a node with the given full name, whatever scope is open. For loaders and passes.
   *
   * @throws GraphException if the name is taken, or the operands do not fit
   */
  public Value add(String fullName, Op op, List<Value> operands) {
    OperatorCodec.codecOf(op.getClass());
    requireValues(fullName, op, operands);
    List<Operands.Operand> described = new ArrayList<>(operands.size());
    for (Value operand : operands) {
      requireOwn(operand);
      described.add(new Operands.Operand(operand.name(), operand.type()));
    }
    requireFree(fullName);
    TensorType type = new Operands(op.operatorName(), fullName, described).infer(op);
    Value value = new Value(this, values.size(), fullName, op, operands, type);
    values.add(value);
    occupy(fullName, value);
    return value;
  }

  /** Callers that do not check for nulls hear which operand is none. */
  private static void requireValues(String fullName, Op op, List<Value> operands) {
    for (int i = 0; i < operands.size(); i++) {
      if (operands.get(i) == null) {
        throw new GraphException(
            fullName,
            "%s '%s': operand %d is null. Pass a value of this builder."
                .formatted(op.operatorName(), fullName, i));
      }
    }
  }

  // Names and scopes.

  /** A scope that is open until it is closed; see {@link #scope}. */
  public interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Opens a scope: nodes added until it is closed have its name before theirs. A name that was used
   * before opens the same scope again.
   */
  public Scope scope(String name) {
    return absoluteScope(qualified(name));
  }

  /** As {@link #scope}, with a number after the name if it was used before. */
  public Scope freshScope(String name) {
    return absoluteScope(fresh(qualified(name)));
  }

  /** The full name of the scope that is open, as in {@code block2/conv}; empty if none is. */
  public String openScope() {
    return scope.isEmpty() ? "" : scope.substring(0, scope.length() - 1);
  }

  private Scope absoluteScope(String path) {
    requireWellFormed(path, "scope");
    String outer = scope;
    nextSuffix.putIfAbsent(path, 1);
    scope = path + "/";
    return () -> scope = outer;
  }

  /** A name not used yet: {@code name}, else {@code name_1}, {@code name_2} and so on. */
  private String fresh(String wanted) {
    String candidate = wanted;
    int suffix = nextSuffix.getOrDefault(wanted, 0);
    if (suffix > 0 || byName.containsKey(wanted)) {
      suffix = Math.max(suffix, 1);
      do {
        candidate = wanted + "_" + suffix++;
      } while (byName.containsKey(candidate) || nextSuffix.containsKey(candidate));
    }
    nextSuffix.put(wanted, Math.max(suffix, 1));
    return candidate;
  }

  private String qualified(String relative) {
    if (relative == null) {
      throw new GraphException(
          "A node or scope of the graph '%s' needs a name, given null.".formatted(name));
    }
    return scope + relative;
  }

  private void requireFree(String fullName) {
    requireWellFormed(fullName, "node");
    Value taken = byName.get(fullName);
    if (taken != null) {
      throw new GraphException(
          fullName,
          "The name '%s' is taken by a node of %s with type %s. Choose another, or open a scope."
              .formatted(fullName, taken.op().operatorName(), taken.type()));
    }
  }

  private static void requireWellFormed(String fullName, String what) {
    if (!TextCursor.isPath(fullName)) {
      throw new GraphException(
          fullName,
          "'%s' cannot name a %s. Use letters, digits, '_', '-', '.', and '/' between scopes."
              .formatted(fullName, what));
    }
  }

  /** Takes a name, and those of the scopes around it, so that no fresh one collides with them. */
  private void occupy(String fullName, Value value) {
    byName.put(fullName, value);
    int slash = fullName.lastIndexOf('/');
    while (slash > 0 && nextSuffix.putIfAbsent(fullName.substring(0, slash), 1) == null) {
      slash = fullName.lastIndexOf('/', slash - 1);
    }
  }

  String rename(Value value, String newName) {
    String fullName = qualified(newName);
    if (fullName.equals(value.name())) {
      return fullName;
    }
    requireFree(fullName);
    byName.remove(value.name());
    occupy(fullName, value);
    return fullName;
  }

  // What is there.

  /** The graph's name. */
  public String name() {
    return name;
  }

  /** All values so far, each after its operands. A copy: adding nodes does not change it. */
  public List<Value> values() {
    return List.copyOf(values);
  }

  /** The values from position {@code start} on, before {@code end}. A copy. */
  public List<Value> values(int start, int end) {
    return List.copyOf(values.subList(start, end));
  }

  /** How many values there are so far. */
  public int size() {
    return values.size();
  }

  /** The parameters so far. */
  public List<Value> parameters() {
    return values.stream().filter(value -> value.op() instanceof Parameter).toList();
  }

  /** The parameters that an optimizer may change. */
  public List<Value> trainableParameters() {
    return values.stream()
        .filter(value -> value.op() instanceof Parameter parameter && parameter.trainable())
        .toList();
  }

  /**
   * The value of the node named {@code fullName}.
   *
   * @throws GraphException if there is none
   */
  public Value value(String fullName) {
    return Optional.ofNullable(byName.get(fullName))
        .orElseThrow(
            () -> new GraphException("The graph '%s' has no node '%s'.".formatted(name, fullName)));
  }

  /**
   * Requires a value to be one of this builder's.
   *
   * @throws GraphException if it belongs to another builder
   */
  public void requireOwn(Value value) {
    if (value.builder() != this) {
      throw new GraphException(
          value.name(),
          "'%s' belongs to the builder of the graph '%s', not to this one of '%s'. Use values of one builder only."
              .formatted(value.name(), value.builder().name, name));
    }
  }

  void requireParameter(Value value) {
    requireOwn(value);
    if (!(value.op() instanceof Parameter)) {
      throw new GraphException(
          value.name(),
          "'%s' is a node of %s, not a parameter."
              .formatted(value.name(), value.op().operatorName()));
    }
  }

  // The whole.

  /** Adds free words about the graph. */
  public void metadata(String key, String value) {
    metadata.put(key, value);
  }

  /** Starts a signature, or goes on with one; it is complete when the graph is built. */
  public SignatureBuilder signature(String name) {
    return signatures.computeIfAbsent(name, _ -> new SignatureBuilder(this, name));
  }

  /** Removes a signature; the nodes stay. */
  public void removeSignature(String name) {
    signatures.remove(name);
  }

  /**
   * The graph as it is now. The builder can go on.
   *
   * @throws GraphException if a signature is not valid
   */
  public Graph build() {
    List<Node> nodes = new ArrayList<>(values.size());
    for (Value value : values) {
      List<Node> operands = new ArrayList<>(value.operands().size());
      for (Value operand : value.operands()) {
        operands.add(nodes.get(operand.index()));
      }
      nodes.add(new Node(value.index(), value.name(), value.op(), operands, value.type()));
    }
    ImmutableMap.Builder<Node, Node> first = ImmutableMap.builder();
    for (Map.Entry<Value, Value> initial : initials.entrySet()) {
      first.put(nodes.get(initial.getKey().index()), nodes.get(initial.getValue().index()));
    }
    ImmutableMap.Builder<String, Signature> built = ImmutableMap.builder();
    for (Map.Entry<String, SignatureBuilder> signature : signatures.entrySet()) {
      built.put(signature.getKey(), signature.getValue().build(nodes));
    }
    Graph graph = new Graph(name, nodes, built.buildOrThrow(), first.buildOrThrow(), metadata);
    Verifier.verify(graph);
    return graph;
  }
}
