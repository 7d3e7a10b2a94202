package dev.adjoint.serve;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.ToNumberPolicy;
import dev.adjoint.serve.HttpCall.Answer;
import dev.adjoint.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers requests of the V2 form, with tensors in binary where the request says so. */
final class RestInference {
  static final Gson GSON =
      new GsonBuilder().setObjectToNumberStrategy(ToNumberPolicy.LAZILY_PARSED_NUMBER).create();

  private final ModelRepository repository;
  private final TensorLimit limit;

  RestInference(ModelRepository repository, TensorLimit limit) {
    this.repository = repository;
    this.limit = limit;
  }

  /** The V2 form. */
  Answer infer(String model, Optional<String> version, HttpCall call) {
    byte[] body = call.body();
    int jsonBytes =
        call.header(HttpCall.JSON_BYTES)
            .map(text -> headerLength(text, body.length))
            .orElse(body.length);
    if (jsonBytes == 0 && body.length > 0) {
      return repository.use(
          model,
          version,
          found ->
              infer(
                  found,
                  version,
                  RawBody.read(found.signature(Optional.empty()), body, limit),
                  call));
    }
    ByteBuffer binary = ByteBuffer.wrap(body, jsonBytes, body.length - jsonBytes);
    InferBody request = InferBody.read(new JsonBody(body, jsonBytes), binary, limit);
    return repository.use(model, version, found -> infer(found, version, request, call));
  }

  private static Answer infer(
      ModelVersion found, Optional<String> version, InferBody request, HttpCall call) {
    InferRequest asked =
        new InferRequest(
            found.model(),
            version,
            request.signature(),
            request.inputs(),
            List.copyOf(request.outputs().keySet()),
            request.timeout());
    return answer(found, request, found.infer(asked, call.exchange()));
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

  private static Answer answer(
      ModelVersion version, InferBody request, Map<String, Tensor> results) {
    JsonObject response = new JsonObject();
    response.addProperty("model_name", version.model());
    response.addProperty("model_version", version.version());
    request.id().ifPresent(id -> response.add("id", id));
    JsonArray outputs = new JsonArray();
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    boolean[] anyBinary = new boolean[1];
    results.forEach((name, tensor) -> {
      JsonObject output = new TensorMetadata(name, tensor.dtype(), tensor.shape()).json();
      if (request.outputs().getOrDefault(name, request.binary())) {
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
