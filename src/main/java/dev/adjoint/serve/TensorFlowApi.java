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
import java.util.Set;

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
    Optional<String> name = JsonMembers.text(request, "signature_name");
    return repository.use(
        model,
        version,
        found -> {
          Signature signature = found.signature(name);
          Map<String, Tensor> inputs =
              rows
                  ? rows(signature, JsonMembers.array(request, "instances"))
                  : columns(signature, request.get("inputs"));
          Map<String, Tensor> outputs =
              found.infer(
                  new InferRequest(model, version, name, inputs, List.of(), Optional.empty()),
                  call.exchange());
          JsonObject response = new JsonObject();
          if (rows) {
            response.add("predictions", rows(outputs, request.getAsJsonArray("instances").size()));
          } else {
            response.add("outputs", columns(outputs));
          }
          return Answer.json(RestInference.GSON.toJson(response));
        });
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
    if (!inputs.isJsonArray() && !inputs.isJsonPrimitive()) {
      throw ServeException.invalid("'inputs' must be an object or an array, given %s.", inputs);
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
    Set<String> names = instances.get(0).getAsJsonObject().keySet();
    names.forEach(name -> columns.add(name, new JsonArray()));
    for (JsonElement element : instances) {
      JsonObject instance = JsonMembers.object("an instance", element);
      if (!instance.keySet().equals(names)) {
        throw ServeException.invalid(
            "All instances have the same names; one has %s, the first has %s.",
            instance.keySet(), names);
      }
      names.forEach(name -> columns.getAsJsonArray(name).add(instance.get(name)));
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
    JsonObject all = new JsonObject();
    outputs.forEach((name, value) -> all.add(name, JsonTensors.nested(name, value)));
    return outputs.size() == 1 ? all.asMap().values().iterator().next() : all;
  }

  private static JsonArray rows(Map<String, Tensor> outputs, int count) {
    Map<String, JsonArray> columns = new LinkedHashMap<>();
    outputs.forEach((name, value) -> {
      if (value.rank() == 0 || value.dim(0) != count) {
        throw ServeException.invalid(
            "The output '%s' of shape %s has no row for each of %d instances; ask with 'inputs'.",
            name, value.shape(), count);
      }
      columns.put(name, JsonTensors.nested(name, value).getAsJsonArray());
    });
    JsonArray rows = new JsonArray(count);
    for (int i = 0; i < count; i++) {
      int row = i;
      JsonObject named = new JsonObject();
      columns.forEach((name, column) -> named.add(name, column.get(row)));
      rows.add(columns.size() == 1 ? named.asMap().values().iterator().next() : named);
    }
    return rows;
  }
}
