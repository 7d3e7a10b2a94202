package dev.adjoint.saved;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OperatorCodec;
import dev.adjoint.graph.Signature;
import dev.adjoint.saved.proto.AssignmentProto;
import dev.adjoint.saved.proto.EndpointProto;
import dev.adjoint.saved.proto.GraphProto;
import dev.adjoint.saved.proto.MetadataProto;
import dev.adjoint.saved.proto.NodeProto;
import dev.adjoint.saved.proto.OperatorProto;
import dev.adjoint.saved.proto.SignatureProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes one graph as messages, in the graph's own order throughout. */
final class GraphEncoder {
  private final Graph graph;
  private final Map<Class<? extends Op>, Integer> operators = new LinkedHashMap<>();
  private final AttributeEncoder attributes = new AttributeEncoder();

  GraphEncoder(Graph graph) {
    this.graph = graph;
  }

  /**
   * The whole graph.
   *
   * @throws GraphException as {@link GraphFile#toBytes} does
   */
  GraphProto encode() {
    GraphProto.Builder out = GraphProto.newBuilder();
    out.setName(Unicode.require("the graph's name", graph.name()));
    graph.metadata().forEach((key, value) -> out.addMetadata(metadata(key, value)));
    graph.nodes().forEach(node -> out.addNodes(node(node)));
    operators.keySet().forEach(type -> out.addOperators(operator(type)));
    graph.initials().forEach((parameter, first) -> out.addInitials(assign(parameter, first)));
    graph.signatures().values().forEach(signature -> out.addSignatures(signature(signature)));
    return out.build();
  }

  private static MetadataProto metadata(String key, String value) {
    return MetadataProto.newBuilder()
        .setKey(Unicode.require("a key of the metadata", key))
        .setValue(Unicode.require("the metadata '%s'".formatted(key), value))
        .build();
  }

  private static OperatorProto operator(Class<? extends Op> type) {
    return OperatorProto.newBuilder()
        .setName(OperatorCodec.nameOf(type))
        .setVersion(OperatorCodec.versionOf(type))
        .build();
  }

  private NodeProto node(Node node) {
    Class<? extends Op> type = node.op().getClass();
    NodeProto.Builder out =
        NodeProto.newBuilder()
            .setName(node.name())
            .setOperator(operators.computeIfAbsent(type, _ -> operators.size()))
            .setType(attributes.types().encode(node.type()));
    node.operands().forEach(operand -> out.addOperands(operand.index()));
    try {
      out.addAllAttributes(attributes.encode(OperatorCodec.codecOf(type), (Record) node.op()));
    } catch (GraphException e) {
      throw new GraphException(
          node.name(),
          "%s '%s' cannot be saved: %s"
              .formatted(node.op().operatorName(), node.name(), e.getMessage()));
    }
    return out.build();
  }

  private static SignatureProto signature(Signature signature) {
    SignatureProto.Builder out =
        SignatureProto.newBuilder()
            .setName(Unicode.require("the name of a signature", signature.name()))
            .addAllInputs(endpoints(signature.inputs()))
            .addAllOutputs(endpoints(signature.outputs()));
    signature.updates().forEach((parameter, next) -> out.addUpdates(assign(parameter, next)));
    return out.build();
  }

  private static List<EndpointProto> endpoints(Map<String, Node> named) {
    return named.entrySet().stream()
        .map(entry ->
            EndpointProto.newBuilder()
                .setName(Unicode.require("a name of a signature", entry.getKey()))
                .setNode(entry.getValue().index())
                .build())
        .toList();
  }

  private static AssignmentProto assign(Node parameter, Node value) {
    return AssignmentProto.newBuilder()
        .setParameter(parameter.index())
        .setValue(value.index())
        .build();
  }
}
