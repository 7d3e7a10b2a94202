package dev.adjoint.graph;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An immutable graph: nodes in topological order, signatures, the initial values of parameters.
 * Made by {@link GraphBuilder}, by {@link #parse}, or loaded from a file; always verified.
 *
 * <p>Two graphs are equal if their names, nodes (names, operators, operands, types, in order),
 * signatures, initial values and metadata are.
 */
public final class Graph {
  private final String name;
  private final ImmutableList<Node> nodes;
  private final ImmutableMap<String, Node> byName;
  private final ImmutableMap<String, Signature> signatures;
  private final ImmutableMap<Node, Node> initials;
  private final ImmutableMap<String, String> metadata;

  Graph(
      String name,
      List<Node> nodes,
      Map<String, Signature> signatures,
      Map<Node, Node> initials,
      Map<String, String> metadata) {
    this.name = name;
    this.nodes = ImmutableList.copyOf(nodes);
    this.signatures = ImmutableMap.copyOf(signatures);
    this.initials = ImmutableMap.copyOf(initials);
    this.metadata = ImmutableMap.copyOf(metadata);
    Map<String, Node> index = new HashMap<>();
    for (Node node : nodes) {
      index.putIfAbsent(node.name(), node);
    }
    this.byName = ImmutableMap.copyOf(index);
  }

  /**
   * Reads the text form, with the operators that are installed.
   *
   * @throws GraphException if the text is not that of a valid graph
   */
  public static Graph parse(String text) {
    return parse(text, OperatorCatalog.installed());
  }

  /** Reads the text form, with the given operators. */
  public static Graph parse(String text, OperatorCatalog catalog) {
    return GraphText.parse(text, catalog);
  }

  /** The graph's name. */
  public String name() {
    return name;
  }

  /** All nodes; each comes after its operands. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The node named {@code name}. */
  public Optional<Node> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * The node named {@code name}.
   *
   * @throws GraphException if there is none
   */
  public Node node(String name) {
    return find(name)
        .orElseThrow(() ->
            new GraphException("The graph '%s' has no node '%s'.".formatted(this.name, name)));
  }

  /** The parameters in the order of their making. */
  public List<Node> parameters() {
    List<Node> parameters = new ArrayList<>();
    for (Node node : nodes) {
      if (node.op() instanceof Parameter) {
        parameters.add(node);
      }
    }
    return Collections.unmodifiableList(parameters);
  }

  /** The signatures by name. */
  public Map<String, Signature> signatures() {
    return signatures;
  }

  /**
   * The signature named {@code name}.
   *
   * @throws GraphException if there is none
   */
  public Signature signature(String name) {
    Signature signature = signatures.get(name);
    if (signature == null) {
      throw new GraphException(
          "The graph '%s' has no signature '%s', it has %s."
              .formatted(this.name, name, signatures.keySet()));
    }
    return signature;
  }

  /** The node that computes each parameter's first value, of the parameters that have one. */
  public Map<Node, Node> initials() {
    return initials;
  }

  /** Free words about the graph: class names, how to prepare an image. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * The same graph with named sizes replaced by numbers everywhere.
   *
   * @throws GraphException if a size is negative, or if the sizes do not suit an operator, naming
   *     the node
   */
  public Graph bind(Map<String, Long> sizes) {
    Map<String, Dim> values = new HashMap<>();
    sizes.forEach((size, value) -> {
      if (value < 0) {
        throw new GraphException(
            "A size is not negative, '%s' is bound to %d.".formatted(size, value));
      }
      values.put(size, Dim.of(value));
    });
    AttributeMapping binding =
        new AttributeMapping() {
          @Override
          public Dim map(Dim dim) {
            return dim.isConstant() ? dim : dim.substitute(values);
          }
        };
    Graph bound = map(binding);
    for (Node node : nodes) {
      requireDeclared(node, binding, bound.nodes.get(node.index()).type());
    }
    return bound;
  }

  /** Some sizes have another form at 0, such as that of a window that does not fit any more. */
  private static void requireDeclared(Node node, AttributeMapping binding, TensorType actual) {
    List<Dim> declared = new ArrayList<>();
    for (Dim dim : node.type().shape().dims()) {
      declared.add(binding.map(dim));
    }
    if (!declared.equals(actual.shape().dims())) {
      throw new GraphException(
          node.name(),
          "%s '%s' is declared %s, which is %s here, but its rule gives %s. These sizes do not suit the graph; sizes of 0 often do not."
              .formatted(node.op().operatorName(), node.name(), node.type(), declared, actual));
    }
  }

  /** The named sizes that stand anywhere in the graph, in types or in attributes. */
  public Set<String> sizeNames() {
    Set<String> names = new TreeSet<>();
    AttributeMapping collecting =
        new AttributeMapping() {
          @Override
          public Dim map(Dim dim) {
            names.addAll(dim.names());
            return dim;
          }
        };
    for (Node node : nodes) {
      names.addAll(node.type().shape().names());
      OperatorCodec.map(node.op(), collecting);
    }
    return names;
  }

  /** The same graph with every attribute mapped; the types follow from the shape rules. */
  public Graph map(AttributeMapping mapping) {
    return new GraphBuilder(this, node -> mapNode(node, mapping)).build();
  }

  private static Op mapNode(Node node, AttributeMapping mapping) {
    try {
      return OperatorCodec.map(node.op(), mapping);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new GraphException(
          node.name(),
          "%s '%s': %s".formatted(node.op().operatorName(), node.name(), e.getMessage()));
    }
  }

  /** A builder that holds this whole graph and can add to it. */
  public GraphBuilder toBuilder() {
    return new GraphBuilder(this, Node::op);
  }

  /** A table of layers with shapes, parameter counts and multiply-adds. */
  public String summary() {
    return new Summary(this).toString();
  }

  /** The text form; {@link #parse} reads it back. */
  @Override
  public String toString() {
    return GraphText.print(this);
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    return other instanceof Graph that
        && name.equals(that.name)
        && metadata.equals(that.metadata)
        && nodes.size() == that.nodes.size()
        && equalNodes(that)
        && indexes(initials).equals(indexes(that.initials))
        && equalSignatures(that);
  }

  @Override
  public int hashCode() {
    int hash = name.hashCode();
    for (Node node : nodes) {
      hash = 31 * hash + Objects.hash(node.name(), node.op(), node.type());
    }
    return hash;
  }

  private boolean equalNodes(Graph that) {
    for (int i = 0; i < nodes.size(); i++) {
      Node a = nodes.get(i);
      Node b = that.nodes.get(i);
      boolean equal =
          a.name().equals(b.name())
              && a.op().equals(b.op())
              && a.type().equals(b.type())
              && a.operands().size() == b.operands().size();
      for (int k = 0; equal && k < a.operands().size(); k++) {
        equal = a.operand(k).index() == b.operand(k).index();
      }
      if (!equal) {
        return false;
      }
    }
    return true;
  }

  private boolean equalSignatures(Graph that) {
    return signatures.keySet().asList().equals(that.signatures.keySet().asList())
        && describeSignatures().equals(that.describeSignatures());
  }

  private List<List<Object>> describeSignatures() {
    List<List<Object>> descriptions = new ArrayList<>();
    for (Signature signature : signatures.values()) {
      descriptions.add(describe(signature));
    }
    return descriptions;
  }

  private static List<Object> describe(Signature signature) {
    return List.of(
        indexesByName(signature.inputs()),
        indexesByName(signature.outputs()),
        indexes(signature.updates()));
  }

  private static List<Map.Entry<String, Integer>> indexesByName(Map<String, Node> nodes) {
    List<Map.Entry<String, Integer>> indexes = new ArrayList<>();
    for (Map.Entry<String, Node> entry : nodes.entrySet()) {
      indexes.add(Map.entry(entry.getKey(), entry.getValue().index()));
    }
    return indexes;
  }

  private static Map<Integer, Integer> indexes(Map<Node, Node> nodes) {
    Map<Integer, Integer> indexes = new HashMap<>();
    for (Map.Entry<Node, Node> entry : nodes.entrySet()) {
      indexes.put(entry.getKey().index(), entry.getValue().index());
    }
    return indexes;
  }
}
