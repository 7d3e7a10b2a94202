package dev.adjoint.saved;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OperatorCatalog;
import dev.adjoint.graph.OperatorCodec;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.saved.proto.AssignmentProto;
import dev.adjoint.saved.proto.EndpointProto;
import dev.adjoint.saved.proto.GraphProto;
import dev.adjoint.saved.proto.MetadataProto;
import dev.adjoint.saved.proto.NodeProto;
import dev.adjoint.saved.proto.SignatureProto;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Builds one graph from messages that nobody has checked. Every node goes through its operator's
 * shape rule as if a user had just written it; what the file says of its type is only compared.
 */
final class GraphDecoder {
  private final GraphProto graph;
  private final OperatorCatalog catalog;
  private final ReadLimits limits;
  private final TypeDecoder types;
  private final AttributeDecoder attributes;
  private final GraphBuilder builder;
  private final List<Value> values = new ArrayList<>();
  private final Set<String> signatures = new HashSet<>();

  GraphDecoder(GraphProto graph, OperatorCatalog catalog, ReadLimits limits)
      throws SavedGraphException {
    if (graph.getName().isEmpty()) {
      throw new SavedGraphException("The file holds no valid graph: its graph has no name.");
    }
    this.graph = graph;
    this.catalog = catalog;
    this.limits = limits;
    this.types = new TypeDecoder(limits);
    this.attributes = new AttributeDecoder(limits, types);
    this.builder = GraphBuilder.create(graph.getName());
  }

  /** The graph. */
  Graph decode() throws SavedGraphException {
    requireAtMost("nodes", graph.getNodesCount(), limits.nodes());
    requireAtMost("signatures", graph.getSignaturesCount(), limits.signatures());
    List<Class<? extends Op>> operators =
        new OperatorTable(catalog, limits).resolve(graph.getOperatorsList());
    for (NodeProto node : graph.getNodesList()) {
      decode(node, operators);
    }
    try {
      metadata();
      initials();
      for (SignatureProto signature : graph.getSignaturesList()) {
        decode(signature);
      }
      Graph built = builder.build();
      requireAllInputs(built);
      return built;
    } catch (RuntimeException e) {
      throw new SavedGraphException("The file holds no valid graph: " + Excerpts.reason(e), e);
    }
  }

  private static void requireAtMost(String what, int count, int limit) throws SavedGraphException {
    if (count > limit) {
      throw new SavedGraphException(
          "The file holds %d %s, more than %d, the limit '%s' of its reader."
              .formatted(count, what, limit, what));
    }
  }

  /** Catches all that a shape rule can throw, since it may be a user's own. */
  private void decode(NodeProto node, List<Class<? extends Op>> operators)
      throws SavedGraphException {
    try {
      values.add(add(node, operators));
    } catch (RuntimeException e) {
      throw new SavedGraphException(
          node.getName(),
          "The file holds no valid graph: node %d, '%s': %s"
              .formatted(values.size(), Excerpts.of(node.getName()), Excerpts.reason(e)),
          e);
    }
  }

  private Value add(NodeProto node, List<Class<? extends Op>> operators) {
    String name = Names.require("a node", node.getName(), limits);
    int operator = node.getOperator();
    if (operator < 0 || operator >= operators.size()) {
      throw new GraphException(
          "it is of operator %s, the file lists %d operators."
              .formatted(Integer.toUnsignedString(operator), operators.size()));
    }
    Class<? extends Op> type = operators.get(operator);
    Op op = (Op) attributes.decode(OperatorCodec.codecOf(type), node.getAttributesList());
    Value value = builder.add(name, op, operands(node));
    TensorType claimed = types.decode(node.getType());
    if (!value.type().equals(claimed)) {
      throw new GraphException(
          "the file says %s, the rule of %s says %s."
              .formatted(claimed, op.operatorName(), value.type()));
    }
    return value;
  }

  private List<Value> operands(NodeProto node) {
    int count = node.getOperandsCount();
    if (count > limits.operands()) {
      throw new GraphException(
          "it has %d operands, more than %d, the limit 'operands' of the reader."
              .formatted(count, limits.operands()));
    }
    List<Value> operands = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      operands.add(value("operand " + i, node.getOperands(i)));
    }
    return operands;
  }

  private Value value(String what, int index) {
    if (index < 0 || index >= values.size()) {
      throw new GraphException(
          "%s is node %s, only the %d nodes before can be read."
              .formatted(what, Integer.toUnsignedString(index), values.size()));
    }
    return values.get(index);
  }

  private void metadata() {
    Set<String> keys = new HashSet<>();
    for (MetadataProto entry : graph.getMetadataList()) {
      requireNew(keys, entry.getKey(), "the metadata '%s' is there twice.");
      builder.metadata(entry.getKey(), entry.getValue());
    }
  }

  private void initials() {
    Set<String> parameters = new HashSet<>();
    for (AssignmentProto initial : graph.getInitialsList()) {
      Value parameter = value("a parameter", initial.getParameter());
      requireNew(parameters, parameter.name(), "the parameter '%s' has two first values.");
      builder.initial(parameter, value("a first value", initial.getValue()));
    }
  }

  private void decode(SignatureProto signature) {
    String name = Names.require("a signature", signature.getName(), limits);
    requireNew(signatures, name, "the signature '%s' is there twice.");
    SignatureBuilder out = builder.signature(name);
    for (EndpointProto input : signature.getInputsList()) {
      out.input(endpoint(input), value("an input", input.getNode()));
    }
    for (EndpointProto output : signature.getOutputsList()) {
      out.output(endpoint(output), value("an output", output.getNode()));
    }
    for (AssignmentProto update : signature.getUpdatesList()) {
      out.update(
          value("a parameter", update.getParameter()), value("an update", update.getValue()));
    }
  }

  private String endpoint(EndpointProto endpoint) {
    return Names.require("an input or output", endpoint.getName(), limits);
  }

  /** The builder adds inputs that are read and not listed; a file lists all. */
  private void requireAllInputs(Graph built) {
    for (SignatureProto signature : graph.getSignaturesList()) {
      int inputs = built.signature(signature.getName()).inputs().size();
      if (inputs != signature.getInputsCount()) {
        throw new GraphException(
            "the signature '%s' lists %d inputs and reads %d."
                .formatted(signature.getName(), signature.getInputsCount(), inputs));
      }
    }
  }

  private static void requireNew(Set<String> names, String name, String message) {
    if (!names.add(name)) {
      throw new GraphException(message.formatted(Excerpts.of(name)));
    }
  }
}
