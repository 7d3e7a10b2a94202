package dev.adjoint.train.log;

import com.google.protobuf.ByteString;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.train.log.proto.AttrValue;
import dev.adjoint.train.log.proto.DataType;
import dev.adjoint.train.log.proto.GraphDef;
import dev.adjoint.train.log.proto.NodeDef;
import dev.adjoint.train.log.proto.TensorShapeProto;
import dev.adjoint.train.log.proto.VersionDef;

/** A graph as TensorBoard draws it: nodes with scopes, operators, types and their text. */
final class GraphDefinition {
  private static final int LONGEST_TEXT = 500;

  private GraphDefinition() {}

  static GraphDef of(Graph graph) {
    GraphDef.Builder out =
        GraphDef.newBuilder().setVersions(VersionDef.newBuilder().setProducer(22));
    graph.nodes().forEach(node -> out.addNode(node(node)));
    return out.build();
  }

  private static NodeDef node(Node node) {
    String text = node.toString();
    String shown = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + ".." : text;
    NodeDef.Builder out =
        NodeDef.newBuilder()
            .setName(node.name())
            .setOp(node.op().operatorName())
            .putAttr("text", AttrValue.newBuilder().setS(ByteString.copyFromUtf8(shown)).build())
            .putAttr("T", AttrValue.newBuilder().setType(type(node.type().dtype())).build())
            .putAttr(
                "_output_shapes",
                AttrValue.newBuilder()
                    .setList(AttrValue.ListValue.newBuilder().addShape(shape(node.type())))
                    .build());
    node.operands().forEach(operand -> out.addInput(operand.name()));
    return out.build();
  }

  private static TensorShapeProto shape(TensorType type) {
    TensorShapeProto.Builder out = TensorShapeProto.newBuilder();
    for (Dim dim : type.shape().dims()) {
      long size = dim.isConstant() ? dim.value() : -1;
      out.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return out.build();
  }

  private static DataType type(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> DataType.DT_FLOAT;
      case FLOAT64 -> DataType.DT_DOUBLE;
      case INT32 -> DataType.DT_INT32;
      case INT64 -> DataType.DT_INT64;
      case BOOL -> DataType.DT_BOOL;
    };
  }
}
