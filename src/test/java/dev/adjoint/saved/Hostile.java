package dev.adjoint.saved;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.OperatorCatalog;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.saved.proto.AttributeProto;
import dev.adjoint.saved.proto.GraphFileProto;
import dev.adjoint.saved.proto.GraphProto;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.function.Consumer;

/** Files that someone changed on purpose, and what the reader says of them; the checksum fits. */
final class Hostile {
  static final int X = 0;
  static final int W = 1;
  static final int SUM = 3;

  /** How refusals of the node {@link #SUM} begin. */
  static final String NODE_SUM = "The file holds no valid graph: node 3, 'reduce_sum': ";

  static final OperatorCatalog CATALOG = OperatorCatalog.installed().with(List.of(EveryKind.class));

  private Hostile() {}

  /** Nodes: x, w, w's first value, sum; the sum's attributes: axes, keepDims. */
  static GraphFileProto.Builder file() {
    GraphBuilder g = GraphBuilder.create("g");
    Value x = g.input("x", TensorType.parse("f32[N, 3]"));
    Value w = g.parameter("w", Tensor.vector(1f, 2f));
    g.signature("run").output("y", x.reduceSum(new Axes(List.of(1)), false)).update(w, w);
    return parse(GraphFile.toBytes(g.build()));
  }

  /** One node that has an attribute of every kind. */
  static GraphFileProto.Builder everyKind() {
    GraphBuilder g = GraphBuilder.create("g");
    g.add(EveryKind.samples().getFirst());
    return parse(GraphFile.toBytes(g.build()));
  }

  static GraphFileProto.Builder parse(byte[] bytes) {
    try {
      return GraphFileProto.parseFrom(bytes).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  static SavedGraphException refused(byte[] bytes, ReadLimits limits) {
    return assertThrows(
        SavedGraphException.class, () -> new GraphReader(CATALOG, limits).fromBytes(bytes));
  }

  static String refusal(byte[] bytes) {
    return refused(bytes, ReadLimits.defaults()).getMessage();
  }

  static String refusal(Consumer<GraphProto.Builder> change) {
    GraphFileProto.Builder file = file();
    change.accept(file.getGraphBuilder());
    return refusal(Sealed.of(file));
  }

  /**
   * What the reader says of {@link #everyKind} with an attribute changed, after the node's name.
   */
  static String refusalOfKinds(String attribute, Consumer<AttributeProto.Builder> change) {
    GraphFileProto.Builder file = everyKind();
    for (var named : file.getGraphBuilder().getNodesBuilder(0).getAttributesBuilderList()) {
      if (named.getName().equals(attribute)) {
        change.accept(named.getValueBuilder());
      }
    }
    String message = refusal(Sealed.of(file));
    String start = "The file holds no valid graph: node 0, 'every_kind': ";
    assertTrue(message.startsWith(start), message);
    return message.substring(start.length());
  }
}
