package dev.adjoint.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.adjoint.serve.HttpCall.Answer;
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
    PredictBody request = PredictBody.of(new JsonBody(body, body.length));
    return repository.use(
        model,
        version,
        found -> {
          PredictBody.Inputs inputs = request.inputs(found.signature(request.signature()), limit);
          Map<String, Tensor> outputs =
              found.infer(
                  new InferRequest(
                      model,
                      version,
                      request.signature(),
                      inputs.tensors(),
                      List.of(),
                      Optional.empty()),
                  call.exchange());
          JsonObject response = new JsonObject();
          if (request.inRows()) {
            response.add("predictions", rows(outputs, inputs.rows()));
          } else {
            response.add("outputs", columns(outputs));
          }
          return Answer.json(RestInference.GSON.toJson(response));
        });
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
