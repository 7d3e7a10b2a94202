package dev.adjoint.serve;

import com.google.gson.JsonObject;
import dev.adjoint.graph.Node;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * What the protocol says of an input or an output.
 *
 * @param name its name
 * @param dtype what its elements are
 * @param shape its shape, which may have sizes that vary
 */
record TensorMetadata(String name, DType dtype, Shape shape) {
  private static final long VARIES = -1;

  /** Of all inputs, or all outputs, of a signature. */
  static List<TensorMetadata> of(Map<String, Node> nodes) {
    return nodes.entrySet().stream()
        .map(entry ->
            new TensorMetadata(
                entry.getKey(), entry.getValue().type().dtype(), entry.getValue().type().shape()))
        .toList();
  }

  String datatype() {
    return WireType.nameOf(dtype);
  }

  /** The sizes, -1 for one that varies. */
  List<Long> sizes() {
    return shape.dims().stream().map(TensorMetadata::size).toList();
  }

  private static long size(Dim dim) {
    return dim.isConstant() ? dim.value() : VARIES;
  }

  JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("name", name);
    json.addProperty("datatype", datatype());
    json.add("shape", RestInference.GSON.toJsonTree(sizes()));
    return json;
  }
}
