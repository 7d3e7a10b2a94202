package dev.adjoint.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensors as arrays in JSON, flat or nested, without loss: a float is printed as Java prints it.
 */
final class JsonTensors {
  private JsonTensors() {}

  /** A tensor of a declared shape; the nesting of the data does not matter, the count does. */
  static Tensor read(String input, DType dtype, List<Long> shape, JsonElement data) {
    int count = WireType.elements(input, shape);
    List<JsonPrimitive> flat = new ArrayList<>();
    flatten(input, data, flat);
    if (flat.size() != count) {
      throw ServeException.invalid(
          "The input '%s' of shape %s has %d elements, given %d.",
          input, shape, count, flat.size());
    }
    return read(input, dtype, Shape.of(WireType.sizes(shape)), flat);
  }

  /** The shape of nested data. */
  static List<Long> shapeOf(String input, JsonElement data) {
    List<Long> shape = new ArrayList<>();
    for (JsonElement at = data; at.isJsonArray(); at = at.getAsJsonArray().get(0)) {
      shape.add((long) at.getAsJsonArray().size());
      if (at.getAsJsonArray().isEmpty()) {
        break;
      }
    }
    requireShape(input, data, shape, 0);
    return shape;
  }

  private static void requireShape(String input, JsonElement data, List<Long> shape, int axis) {
    boolean fits =
        axis == shape.size()
            ? data.isJsonPrimitive()
            : data.isJsonArray() && data.getAsJsonArray().size() == shape.get(axis);
    if (!fits) {
      throw ServeException.invalid("The input '%s' is ragged.", input);
    }
    if (axis < shape.size()) {
      data.getAsJsonArray().forEach(part -> requireShape(input, part, shape, axis + 1));
    }
  }

  private static void flatten(String input, JsonElement data, List<JsonPrimitive> flat) {
    if (data.isJsonArray()) {
      data.getAsJsonArray().forEach(part -> flatten(input, part, flat));
    } else if (data.isJsonPrimitive()) {
      flat.add(data.getAsJsonPrimitive());
    } else {
      throw ServeException.invalid("The data of the input '%s' must be arrays of elements.", input);
    }
  }

  private static Tensor read(String input, DType dtype, Shape shape, List<JsonPrimitive> elements) {
    try {
      return switch (dtype) {
        case FLOAT32 -> {
          float[] values = new float[elements.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(number(elements.get(i)));
            requireFinite(values[i]);
          }
          yield Tensor.adopt(values, shape);
        }
        case FLOAT64 -> {
          double[] values = new double[elements.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = Double.parseDouble(number(elements.get(i)));
            requireFinite(values[i]);
          }
          yield Tensor.adopt(values, shape);
        }
        case INT32 ->
            Tensor.adopt(
                elements.stream().mapToInt(e -> Math.toIntExact(integer(e))).toArray(), shape);
        case INT64 ->
            Tensor.adopt(elements.stream().mapToLong(JsonTensors::integer).toArray(), shape);
        case BOOL -> {
          boolean[] values = new boolean[elements.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = truth(elements.get(i));
          }
          yield Tensor.adopt(values, shape);
        }
      };
    } catch (ArithmeticException | NumberFormatException e) {
      throw ServeException.invalid(
          "The input '%s' has an element that is no %s: %s",
          input, WireType.nameOf(dtype), e.getMessage());
    }
  }

  private static String number(JsonPrimitive element) {
    if (!element.isNumber()) {
      throw new NumberFormatException("not a number");
    }
    return element.getAsString();
  }

  private static void requireFinite(double value) {
    if (!Double.isFinite(value)) {
      throw new NumberFormatException("it is too large");
    }
  }

  private static long integer(JsonPrimitive element) {
    String text = number(element);
    if (text.length() > 40 || text.contains("e") || text.contains("E")) {
      throw new NumberFormatException("integers are written in full");
    }
    return new BigDecimal(text).longValueExact();
  }

  private static boolean truth(JsonPrimitive element) {
    if (!element.isBoolean()) {
      throw new NumberFormatException("expected true or false");
    }
    return element.getAsBoolean();
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
