package dev.adjoint.serve;

import com.google.common.base.Throwables;
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
import dev.adjoint.serve.HttpCall.Answer;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Inference in JSON, with tensors in binary where the request says so. */
final class RestInference {
  static final Gson GSON =
      new GsonBuilder().setObjectToNumberStrategy(ToNumberPolicy.LAZILY_PARSED_NUMBER).create();
  private static final int NESTING = 100;
  private static final int REASON = 120;

  private final ModelRepository repository;
  private final TensorLimit limit;

  RestInference(ModelRepository repository, TensorLimit limit) {
    this.repository = repository;
    this.limit = limit;
  }

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
      String reason = String.valueOf(Throwables.getRootCause(e).getMessage());
      throw ServeException.invalid(
          "The body is not JSON: %s", reason.substring(0, Math.min(REASON, reason.length())));
    }
    throw ServeException.invalid("The body must be one JSON object.");
  }

  /** The V2 form. */
  Answer infer(String model, Optional<String> version, HttpCall call) {
    byte[] body = call.body();
    int jsonBytes =
        call.header(HttpCall.JSON_BYTES)
            .map(text -> headerLength(text, body.length))
            .orElse(body.length);
    JsonObject request = parse(body, jsonBytes);
    ByteBuffer rest = ByteBuffer.wrap(body, jsonBytes, body.length - jsonBytes);
    Map<String, Tensor> inputs = inputs(request, rest);
    if (rest.hasRemaining()) {
      throw ServeException.invalid("%d bytes follow the last binary tensor.", rest.remaining());
    }
    JsonObject parameters = JsonMembers.objectOrEmpty(request, "parameters");
    Map<String, Boolean> outputs = outputs(request, parameters);
    InferRequest asked =
        new InferRequest(
            model,
            version,
            JsonMembers.text(parameters, "signature"),
            inputs,
            List.copyOf(outputs.keySet()),
            Optional.ofNullable(parameters.get("timeout")).map(RestInference::timeout));
    boolean binary = JsonMembers.flag(parameters, "binary_data_output", false);
    return repository.use(
        model,
        version,
        found -> answer(found, request, outputs, binary, found.infer(asked, call.exchange())));
  }

  /** A time in microseconds. */
  private static Duration timeout(JsonElement given) {
    long micros = JsonMembers.whole("timeout", given);
    if (micros < 1) {
      throw ServeException.invalid("'timeout' must be at least 1 microsecond, given %d.", micros);
    }
    return Duration.of(micros, ChronoUnit.MICROS);
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

  private static String text(JsonObject owner, String name) {
    if (!owner.has(name) || !owner.get(name).isJsonPrimitive()) {
      throw ServeException.invalid("A tensor lacks its %s.", name);
    }
    return owner.get(name).getAsString();
  }

  private Map<String, Tensor> inputs(JsonObject request, ByteBuffer rest) {
    if (!request.has("inputs")) {
      throw ServeException.invalid("The request has no inputs.");
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (JsonElement element : JsonMembers.array(request, "inputs")) {
      JsonObject input = JsonMembers.object("an input", element);
      String name = text(input, "name");
      if (inputs.put(name, tensor(name, input, rest)) != null) {
        throw ServeException.invalid("The input '%s' is given twice.", name);
      }
    }
    return inputs;
  }

  private Tensor tensor(String name, JsonObject input, ByteBuffer rest) {
    DType dtype = WireType.of(name, text(input, "datatype"));
    if (!input.has("shape")) {
      throw ServeException.invalid("The input '%s' has no shape.", name);
    }
    List<Long> shape = new ArrayList<>();
    JsonMembers.array(input, "shape").forEach(size -> shape.add(JsonMembers.whole("shape", size)));
    limit.require(name, dtype, shape);
    JsonObject parameters = JsonMembers.objectOrEmpty(input, "parameters");
    boolean binary = parameters.has("binary_data_size");
    if (binary == input.has("data")) {
      throw ServeException.invalid("The input '%s' has either data or binary_data_size.", name);
    }
    if (!binary) {
      return JsonTensors.read(name, dtype, shape, input.get("data"));
    }
    long given = JsonMembers.whole("binary_data_size", parameters.get("binary_data_size"));
    if (given < 0 || given > rest.remaining()) {
      throw ServeException.invalid(
          "The input '%s' has %d bytes, %d are left in the body.", name, given, rest.remaining());
    }
    int size = (int) given;
    ByteBuffer bytes = rest.slice(rest.position(), size);
    rest.position(rest.position() + size);
    return WireType.raw(name, dtype, shape, bytes);
  }

  /** The outputs asked for, and whether in binary. */
  private static Map<String, Boolean> outputs(JsonObject request, JsonObject parameters) {
    Map<String, Boolean> outputs = new LinkedHashMap<>();
    boolean binary = JsonMembers.flag(parameters, "binary_data_output", false);
    if (request.has("outputs")) {
      for (JsonElement element : JsonMembers.array(request, "outputs")) {
        JsonObject output = JsonMembers.object("an output", element);
        String name = text(output, "name");
        JsonObject own = JsonMembers.objectOrEmpty(output, "parameters");
        if (outputs.put(name, JsonMembers.flag(own, "binary_data", binary)) != null) {
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
        output.add("data", JsonTensors.flat(name, tensor));
      }
      outputs.add(output);
    });
    response.add("outputs", outputs);
    byte[] json = GSON.toJson(response).getBytes(StandardCharsets.UTF_8);
    if (!anyBinary[0]) {
      return new Answer("application/json", Optional.empty(), json, 200);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json);
    body.writeBytes(rest.toByteArray());
    return new Answer(
        "application/octet-stream", Optional.of(json.length), body.toByteArray(), 200);
  }
}
