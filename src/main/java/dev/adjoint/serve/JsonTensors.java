package dev.adjoint.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonReader;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.util.List;

/**
 * Tensors as arrays in JSON, flat or nested, without loss: a float is printed as Java prints it.
 */
final class JsonTensors {
  private JsonTensors() {}

  /** A tensor of a declared shape; the nesting of the data does not matter, the count does. */
  static Tensor read(String input, DType dtype, List<Long> shape, JsonReader data)
      throws IOException {
    int count = WireType.elements(input, shape);
    JsonElements elements = JsonElements.of(input, dtype, count);
    int depth = 0;
    do {
      switch (data.peek()) {
        case BEGIN_ARRAY -> {
          data.beginArray();
          depth++;
        }
        case END_ARRAY -> {
          data.endArray();
          depth--;
        }
        case NUMBER, STRING, BOOLEAN -> elements.read(data);
        default -> throw noElements(input);
      }
    } while (depth > 0);
    if (elements.count() != count) {
      throw ServeException.invalid(
          "The input '%s' of shape %s has %d elements, given %d.",
          input, shape, count, elements.count());
    }
    return elements.tensor(Shape.of(WireType.sizes(shape)));
  }

  static ServeException noElements(String input) {
    return ServeException.invalid("The data of the input '%s' must be arrays of elements.", input);
  }

  /** All elements in one flat array. */
  static JsonArray flat(String output, Tensor tensor) {
    JsonArray array = new JsonArray(tensor.size());
    for (int i = 0; i < tensor.size(); i++) {
      array.add(element(output, tensor, i));
    }
    return array;
  }

  private static JsonPrimitive element(String output, Tensor tensor, int i) {
    return switch (tensor.dtype()) {
      case FLOAT32 -> new JsonPrimitive((float) finite(output, tensor.getDouble(i)));
      case FLOAT64 -> new JsonPrimitive(finite(output, tensor.getDouble(i)));
      case INT32, INT64 -> new JsonPrimitive(tensor.getLong(i));
      case BOOL -> new JsonPrimitive(tensor.getBoolean(i));
    };
  }

  private static double finite(String output, double value) {
    if (Double.isFinite(value)) {
      return value;
    }
    throw ServeException.invalid(
        "The output '%s' has the element %s, which JSON cannot hold; ask at /v2 for it in binary,"
            + " with the parameter binary_data_output.",
        output, value);
  }

  /** Arrays nested as the shape is. */
  static JsonElement nested(String output, Tensor tensor) {
    return nested(output, tensor, 0, 0);
  }

  private static JsonElement nested(String output, Tensor tensor, int axis, int offset) {
    if (axis == tensor.rank()) {
      return element(output, tensor, offset);
    }
    int stride = 1;
    for (int i = axis + 1; i < tensor.rank(); i++) {
      stride *= (int) tensor.dim(i);
    }
    JsonArray array = new JsonArray();
    for (int i = 0; i < tensor.dim(axis); i++) {
      array.add(nested(output, tensor, axis + 1, offset + i * stride));
    }
    return array;
  }
}
