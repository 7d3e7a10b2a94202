package dev.adjoint.serve;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonReader;
import dev.adjoint.graph.Signature;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Inference in JSON, with tensors in binary where the request says so, and TensorFlow's form. */
final class RestInference {
  static final Gson GSON =
      new GsonBuilder()
          .serializeSpecialFloatingPointValues()
          .setObjectToNumberStrategy(ToNumberPolicy.LAZILY_PARSED_NUMBER)
          .create();
  private static final int NESTING = 100;

  private final ModelRepository repository;

  RestInference(ModelRepository repository) {
    this.repository = repository;
  }

  /**
   * An answer.
   *
   * @param body its bytes
   * @param jsonBytes how many of them are JSON, if tensors follow
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Answer(byte[] body, OptionalInt jsonBytes) {}

  static JsonObject parse(byte[] json, int length) {
    JsonReader reader =
        new JsonReader(new StringReader(new String(json, 0, length, StandardCharsets.UTF_8)));
    reader.setStrictness(Strictness.LEGACY_STRICT);
    reader.setNestingLimit(NESTING);
    try {
      JsonElement read = JsonParser.parseReader(reader);
      if (read.isJsonObject() && reader.peek() == com.google.gson.stream.JsonToken.END_DOCUMENT) {
        return read.getAsJsonObject();
      }
    } catch (JsonParseException | java.io.IOException | NumberFormatException e) {
      throw ServeException.invalid("The body is not JSON: %s", e.getMessage());
    }
    throw ServeException.invalid("The body must be one JSON object.");
  }

  /** The V2 form. */
  Answer infer(String model, Optional<String> version, byte[] body, Optional<String> header) {
    int jsonBytes = header.map(text -> headerLength(text, body.length)).orElse(body.length);
    JsonObject request = parse(body, jsonBytes);
    ByteBuffer rest = ByteBuffer.wrap(body, jsonBytes, body.length - jsonBytes);
    try {
      Map<String, Tensor> inputs = inputs(request, rest);
      if (rest.hasRemaining()) {
        throw ServeException.invalid("%d bytes follow the last binary tensor.", rest.remaining());
      }
      JsonObject parameters = object(request, "parameters");
      Map<String, Boolean> outputs = outputs(request, parameters);
      InferRequest asked =
          new InferRequest(
              model,
              version,
              Optional.ofNullable(parameters.get("signature")).map(JsonElement::getAsString),
              inputs,
              List.copyOf(outputs.keySet()),
              Optional.ofNullable(parameters.get("timeout"))
                  .map(micros -> Duration.ofNanos(Math.multiplyExact(micros.getAsLong(), 1000L))));
      boolean binary = flag(parameters, "binary_data_output", false);
      return repository.use(
          model, version, found -> answer(found, request, outputs, binary, found.infer(asked)));
    } catch (IllegalStateException
        | UnsupportedOperationException
        | ClassCastException
        | ArithmeticException
        | NumberFormatException e) {
      throw ServeException.invalid(
          "The request has a member of the wrong kind: %s", e.getMessage());
    }
  }

  private static int headerLength(String text, int length) {
    try {
      int bytes = Integer.parseInt(text);
      if (bytes >= 0 && bytes <= length) {
        return bytes;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw ServeException.invalid(
        "Inference-Header-Content-Length is '%s', the body has %d bytes.", text, length);
  }

  private static JsonObject object(JsonObject owner, String name) {
    return owner.has(name) ? owner.getAsJsonObject(name) : new JsonObject();
  }

  private static boolean flag(JsonObject owner, String name, boolean otherwise) {
    return owner.has(name) ? owner.get(name).getAsBoolean() : otherwise;
  }

  private static String text(JsonObject owner, String name) {
    if (!owner.has(name) || !owner.get(name).isJsonPrimitive()) {
      throw ServeException.invalid("A tensor lacks its %s.", name);
    }
    return owner.get(name).getAsString();
  }

  private static Map<String, Tensor> inputs(JsonObject request, ByteBuffer rest) {
    if (!request.has("inputs")) {
      throw ServeException.invalid("The request has no inputs.");
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (JsonElement element : request.getAsJsonArray("inputs")) {
      JsonObject input = element.getAsJsonObject();
      String name = text(input, "name");
      if (inputs.put(name, tensor(name, input, rest)) != null) {
        throw ServeException.invalid("The input '%s' is given twice.", name);
      }
    }
    return inputs;
  }

  private static Tensor tensor(String name, JsonObject input, ByteBuffer rest) {
    DType dtype = WireType.of(name, text(input, "datatype"));
    if (!input.has("shape")) {
      throw ServeException.invalid("The input '%s' has no shape.", name);
    }
    List<Long> shape = new ArrayList<>();
    input
        .getAsJsonArray("shape")
        .forEach(size -> shape.add(new java.math.BigDecimal(size.getAsString()).longValueExact()));
    JsonObject parameters = object(input, "parameters");
    boolean binary = parameters.has("binary_data_size");
    if (binary == input.has("data")) {
      throw ServeException.invalid("The input '%s' has either data or binary_data_size.", name);
    }
    if (!binary) {
      return JsonTensors.read(name, dtype, shape, input.get("data"));
    }
    int size = parameters.get("binary_data_size").getAsInt();
    if (size < 0 || size > rest.remaining()) {
      throw ServeException.invalid(
          "The input '%s' has %d bytes, %d are left in the body.", name, size, rest.remaining());
    }
    ByteBuffer bytes = rest.slice(rest.position(), size);
    rest.position(rest.position() + size);
    return WireType.raw(name, dtype, shape, bytes);
  }

  /** The outputs asked for, and whether in binary. */
  private static Map<String, Boolean> outputs(JsonObject request, JsonObject parameters) {
    Map<String, Boolean> outputs = new LinkedHashMap<>();
    boolean binary = flag(parameters, "binary_data_output", false);
    if (request.has("outputs")) {
      for (JsonElement element : request.getAsJsonArray("outputs")) {
        JsonObject output = element.getAsJsonObject();
        String name = text(output, "name");
        if (outputs.put(name, flag(object(output, "parameters"), "binary_data", binary)) != null) {
          throw ServeException.invalid("The output '%s' is asked for twice.", name);
        }
      }
    }
    return outputs;
  }

  private static Answer answer(
      ModelVersion version,
      JsonObject request,
      Map<String, Boolean> wanted,
      boolean binary,
      Map<String, Tensor> results) {
    JsonObject response = new JsonObject();
    response.addProperty("model_name", version.model());
    response.addProperty("model_version", version.version());
    if (request.has("id")) {
      response.add("id", request.get("id"));
    }
    JsonArray outputs = new JsonArray();
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    boolean[] anyBinary = new boolean[1];
    results.forEach((name, tensor) -> {
      JsonObject output = new JsonObject();
      output.addProperty("name", name);
      output.addProperty("datatype", WireType.nameOf(tensor.dtype()));
      JsonArray shape = new JsonArray();
      for (long size : tensor.shape().sizes()) {
        shape.add(size);
      }
      output.add("shape", shape);
      if (wanted.getOrDefault(name, binary)) {
        ByteBuffer bytes = tensor.toBytes();
        JsonObject parameters = new JsonObject();
        parameters.addProperty("binary_data_size", bytes.remaining());
        output.add("parameters", parameters);
        rest.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
        anyBinary[0] = true;
      } else {
        output.add("data", JsonTensors.flat(tensor));
      }
      outputs.add(output);
    });
    response.add("outputs", outputs);
    byte[] json = GSON.toJson(response).getBytes(StandardCharsets.UTF_8);
    if (!anyBinary[0]) {
      return new Answer(json, OptionalInt.empty());
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json);
    body.writeBytes(rest.toByteArray());
    return new Answer(body.toByteArray(), OptionalInt.of(json.length));
  }

  /** The form of TensorFlow Serving: rows in {@code instances}, or columns in {@code inputs}. */
  byte[] predict(String model, Optional<String> version, byte[] body) {
    JsonObject request = parse(body, body.length);
    if (request.has("instances") == request.has("inputs")) {
      throw ServeException.invalid("The request has either 'instances' or 'inputs'.");
    }
    Optional<String> name =
        Optional.ofNullable(request.get("signature_name")).map(JsonElement::getAsString);
    try {
      return repository.use(
          model,
          version,
          found -> {
            Signature signature = found.signature(name);
            boolean rows = request.has("instances");
            Map<String, Tensor> inputs =
                rows
                    ? rows(signature, request.getAsJsonArray("instances"))
                    : columns(signature, request.get("inputs"));
            Map<String, Tensor> outputs =
                found.infer(
                    new InferRequest(model, version, name, inputs, List.of(), Optional.empty()));
            JsonObject response = new JsonObject();
            response.add(rows ? "predictions" : "outputs", rows ? rows(outputs) : columns(outputs));
            return GSON.toJson(response).getBytes(StandardCharsets.UTF_8);
          });
    } catch (IllegalStateException | ClassCastException | UnsupportedOperationException e) {
      throw ServeException.invalid(
          "The request has a member of the wrong kind: %s", e.getMessage());
    }
  }

  private static Map<String, Tensor> columns(Signature signature, JsonElement inputs) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    if (inputs.isJsonObject()) {
      inputs
          .getAsJsonObject()
          .asMap()
          .forEach((name, data) -> tensors.put(name, nested(signature, name, data)));
      return tensors;
    }
    if (signature.inputs().size() != 1) {
      throw ServeException.invalid("Name the inputs, which are %s.", signature.inputs().keySet());
    }
    String only = signature.inputs().keySet().iterator().next();
    tensors.put(only, nested(signature, only, inputs));
    return tensors;
  }

  private static Map<String, Tensor> rows(Signature signature, JsonArray instances) {
    boolean named = !instances.isEmpty() && instances.get(0).isJsonObject();
    if (!named) {
      return columns(signature, instances);
    }
    JsonObject columns = new JsonObject();
    for (JsonElement instance : instances) {
      instance
          .getAsJsonObject()
          .asMap()
          .forEach((name, data) -> {
            if (!columns.has(name)) {
              columns.add(name, new JsonArray());
            }
            columns.getAsJsonArray(name).add(data);
          });
    }
    return columns(signature, columns);
  }

  private static Tensor nested(Signature signature, String name, JsonElement data) {
    if (!signature.inputs().containsKey(name)) {
      throw ServeException.invalid(
          "There is no input '%s', only %s.", name, signature.inputs().keySet());
    }
    return JsonTensors.nested(name, signature.input(name).type().dtype(), data);
  }

  private static JsonElement columns(Map<String, Tensor> outputs) {
    if (outputs.size() == 1) {
      return JsonTensors.nested(outputs.values().iterator().next());
    }
    JsonObject all = new JsonObject();
    outputs.forEach((name, value) -> all.add(name, JsonTensors.nested(value)));
    return all;
  }

  private static JsonArray rows(Map<String, Tensor> outputs) {
    JsonArray rows = new JsonArray();
    Map<String, JsonElement> nested = new LinkedHashMap<>();
    outputs.forEach((name, value) -> nested.put(name, JsonTensors.nested(value)));
    JsonElement first = nested.values().iterator().next();
    if (!nested.values().stream().allMatch(JsonElement::isJsonArray)) {
      throw ServeException.invalid("An output has no rows; ask with 'inputs'.");
    }
    for (int i = 0; i < first.getAsJsonArray().size(); i++) {
      int row = i;
      JsonObject named = new JsonObject();
      nested.forEach((name, value) -> named.add(name, value.getAsJsonArray().get(row)));
      rows.add(nested.size() == 1 ? first.getAsJsonArray().get(row) : named);
    }
    return rows;
  }
}
