package dev.adjoint.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.adjoint.graph.Signature;
import dev.adjoint.serve.HttpCall.Answer;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The form of TensorFlow Serving, {@code /v1/models/NAME[/versions/V][:predict]}: rows in {@code
 * instances}, or columns in {@code inputs}.
 */
final class TensorFlowApi {
  private final ModelRepository repository;
  private final TensorLimit limit;

  TensorFlowApi(ModelRepository repository, TensorLimit limit) {
    this.repository = repository;
    this.limit = limit;
  }

  Answer answer(List<String> path, HttpCall call) {
    boolean versioned = path.size() == 5 && path.get(3).equals("versions");
    if ((path.size() != 3 && !versioned) || !path.get(1).equals("models")) {
      throw ServeException.noPath(path);
    }
    String last = path.getLast();
    int colon = last.lastIndexOf(':');
    String stem = colon < 0 ? last : last.substring(0, colon);
    String model = versioned ? path.get(2) : stem;
    Optional<String> version = versioned ? Optional.of(stem) : Optional.empty();
    if (colon < 0) {
      return call.get(() -> status(model, version));
    }
    if (!last.endsWith(":predict")) {
      throw ServeException.noPath(path);
    }
    return call.post(() -> predict(model, version, call));
  }

  private Answer status(String model, Optional<String> version) {
    repository.requireKnown(model);
    JsonArray states = new JsonArray();
    repository.index().stream()
        .filter(state -> state.name().equals(model))
        .filter(state -> version.map(state.version()::equals).orElse(true))
        .forEach(state -> states.add(status(state)));
    if (states.isEmpty()) {
      throw ServeException.noVersion(model, version.orElse(""), repository.versions(model));
    }
    JsonObject body = new JsonObject();
    body.add("model_version_status", states);
    return Answer.json(body.toString());
  }

  private static JsonObject status(ModelRepository.State state) {
    JsonObject error = new JsonObject();
    error.addProperty("error_code", state.reason().isEmpty() ? "OK" : "UNKNOWN");
    error.addProperty("error_message", state.reason());
    JsonObject status = new JsonObject();
    status.addProperty("version", state.version());
    status.addProperty(
        "state",
        switch (state.state()) {
          case "READY" -> "AVAILABLE";
          case "LOADING" -> "LOADING";
          default -> "END";
        });
    status.add("status", error);
    return status;
  }

  private Answer predict(String model, Optional<String> version, HttpCall call) {
    byte[] body = call.body();
    JsonObject request = RestInference.parse(body, body.length);
    boolean rows = request.has("instances");
    if (rows == request.has("inputs")) {
      throw ServeException.invalid("The request has either 'instances' or 'inputs'.");
    }
    try {
      Optional<String> name =
          Optional.ofNullable(request.get("signature_name")).map(JsonElement::getAsString);
      return repository.use(
          model,
          version,
          found -> {
            Signature signature = found.signature(name);
            Map<String, Tensor> inputs =
                rows
                    ? rows(signature, request.getAsJsonArray("instances"))
                    : columns(signature, request.get("inputs"));
            Map<String, Tensor> outputs =
                found.infer(
                    new InferRequest(model, version, name, inputs, List.of(), Optional.empty()),
                    call.exchange());
            JsonObject response = new JsonObject();
            response.add(rows ? "predictions" : "outputs", rows ? rows(outputs) : columns(outputs));
            return Answer.json(RestInference.GSON.toJson(response));
          });
    } catch (IllegalStateException | ClassCastException | UnsupportedOperationException e) {
      throw ServeException.invalid(
          "The request has a member of the wrong kind: %s", e.getMessage());
    }
  }

  private Map<String, Tensor> columns(Signature signature, JsonElement inputs) {
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

  private Map<String, Tensor> rows(Signature signature, JsonArray instances) {
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

  private Tensor nested(Signature signature, String name, JsonElement data) {
    if (!signature.inputs().containsKey(name)) {
      throw ServeException.invalid(
          "There is no input '%s', only %s.", name, signature.inputs().keySet());
    }
    DType dtype = signature.input(name).type().dtype();
    List<Long> shape = JsonTensors.shapeOf(name, data);
    limit.require(name, dtype, shape);
    return JsonTensors.read(name, dtype, shape, data);
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
