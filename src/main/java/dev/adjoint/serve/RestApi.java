package dev.adjoint.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Signature;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The paths of the server, each to what answers it; every error becomes {@code {"error": ..}}. */
final class RestApi {
  private static final HeaderName JSON_BYTES =
      HeaderNames.create("Inference-Header-Content-Length");
  private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
  private static final System.Logger ACCESS = System.getLogger("dev.adjoint.serve.access");

  private final ModelRepository repository;
  private final ServerMetrics metrics;
  private final ServerOptions options;
  private final RestInference inference;

  RestApi(ModelRepository repository, ServerMetrics metrics, ServerOptions options) {
    this.repository = repository;
    this.metrics = metrics;
    this.options = options;
    this.inference = new RestInference(repository);
  }

  void answer(ServerRequest request, ServerResponse response) {
    long start = System.nanoTime();
    String id = request.headers().first(REQUEST_ID).orElseGet(() -> UUID.randomUUID().toString());
    response.header(REQUEST_ID, id);
    int status;
    try {
      requireToken(request);
      status = route(request, response);
    } catch (ServeException e) {
      status = e.kind().http();
      error(response, status, String.valueOf(e.getMessage()));
    } catch (UncheckedIOException | StackOverflowError e) {
      status = 400;
      error(response, status, "The request could not be read.");
    }
    log(request, id, status, System.nanoTime() - start);
  }

  private void requireToken(ServerRequest request) {
    if (!TokenInterceptor.isAllowed(
        options.token(), request.headers().first(HeaderNames.AUTHORIZATION))) {
      throw new ServeException(ServeException.Kind.UNAUTHENTICATED, "A valid token is needed.");
    }
  }

  private static void error(ServerResponse response, int status, String message) {
    JsonObject body = new JsonObject();
    body.addProperty("error", message);
    if (status == ServeException.Kind.BUSY.http()) {
      response.header(HeaderNames.RETRY_AFTER, "1");
    }
    send(response, status, body.toString());
  }

  private static int send(ServerResponse response, int status, String json) {
    response.status(Status.create(status));
    response.header(HeaderNames.CONTENT_TYPE, "application/json");
    response.send(json.getBytes(StandardCharsets.UTF_8));
    return status;
  }

  private static void log(ServerRequest request, String id, int status, long nanos) {
    if (ACCESS.isLoggable(System.Logger.Level.DEBUG)) {
      JsonObject line = new JsonObject();
      line.addProperty("id", id);
      line.addProperty("method", request.prologue().method().text());
      line.addProperty("path", request.path().path());
      line.addProperty("status", status);
      line.addProperty("microseconds", nanos / 1000);
      ACCESS.log(System.Logger.Level.DEBUG, line.toString());
    }
  }

  private int route(ServerRequest request, ServerResponse response) {
    List<String> path = new ArrayList<>(List.of(request.path().path().split("/")));
    path.removeIf(String::isEmpty);
    String method = request.prologue().method().text();
    String first = path.isEmpty() ? "" : path.getFirst();
    return switch (first) {
      case "" -> get(method, () -> page(response));
      case "metrics" -> get(method, () -> text(response, "text/plain", metrics.scrape()));
      case "v1" -> tensorFlow(method, path, request, response);
      case "v2" -> version2(method, path.subList(1, path.size()), request, response);
      default -> throw noPath(path);
    };
  }

  /** One way of answering. */
  @FunctionalInterface
  private interface Answering {
    int answer();
  }

  private static int get(String method, Answering answering) {
    return only("GET", method, answering);
  }

  private static int only(String wanted, String method, Answering answering) {
    if (!method.equals(wanted)) {
      throw new ServeException(
          ServeException.Kind.WRONG_METHOD, "This path takes %s.".formatted(wanted));
    }
    return answering.answer();
  }

  private static ServeException noPath(List<String> path) {
    return new ServeException(
        ServeException.Kind.NOT_FOUND, "There is no path /%s.".formatted(String.join("/", path)));
  }

  private static int text(ServerResponse response, String type, String text) {
    response.header(HeaderNames.CONTENT_TYPE, type + "; charset=utf-8");
    response.send(text.getBytes(StandardCharsets.UTF_8));
    return Status.OK_200.code();
  }

  private int version2(
      String method, List<String> path, ServerRequest request, ServerResponse response) {
    return switch (String.join("/", path)) {
      case "" -> get(method, () -> send(response, 200, serverMetadata()));
      case "health/live" -> get(method, () -> send(response, 200, "{\"live\":true}"));
      case "health/ready" -> get(method, () -> ready(response));
      case "repository/index" -> only("POST", method, () -> send(response, 200, index()));
      default -> modelPath(method, path, request, response);
    };
  }

  static List<String> extensions() {
    return List.of("binary_tensor_data", "model_repository");
  }

  private static String serverMetadata() {
    JsonObject body = new JsonObject();
    body.addProperty("name", "adjoint");
    body.addProperty("version", version());
    body.add("extensions", RestInference.GSON.toJsonTree(extensions()));
    return body.toString();
  }

  static String version() {
    return Optional.ofNullable(RestApi.class.getPackage().getImplementationVersion())
        .orElse("unknown");
  }

  private int ready(ServerResponse response) {
    boolean ready = repository.isReady();
    return send(response, ready ? 200 : 503, "{\"ready\":%b}".formatted(ready));
  }

  private String index() {
    return RestInference.GSON.toJson(repository.index());
  }

  private int modelPath(
      String method, List<String> path, ServerRequest request, ServerResponse response) {
    boolean ofRepository =
        path.size() == 4 && path.get(0).equals("repository") && path.get(1).equals("models");
    if (ofRepository) {
      return only("POST", method, () -> change(path.get(2), path.get(3), response));
    }
    if (path.size() < 2 || !path.getFirst().equals("models")) {
      throw noPath(path);
    }
    String model = path.get(1);
    boolean versioned = path.size() > 3 && path.get(2).equals("versions");
    Optional<String> version = versioned ? Optional.of(path.get(3)) : Optional.empty();
    return switch (String.join("/", path.subList(versioned ? 4 : 2, path.size()))) {
      case "" ->
          get(
              method,
              () ->
                  send(
                      response,
                      200,
                      repository.use(model, version, found -> metadata(found).toString())));
      case "ready" -> get(method, () -> modelReady(model, version, response));
      case "infer" -> only("POST", method, () -> infer(model, version, request, response));
      default -> throw noPath(path);
    };
  }

  private int change(String model, String action, ServerResponse response) {
    switch (action) {
      case "load" -> repository.load(model);
      case "unload" -> repository.unload(model);
      default -> throw noPath(List.of(action));
    }
    return send(response, 200, "{}");
  }

  private int modelReady(String model, Optional<String> version, ServerResponse response) {
    if (!repository.knows(model)) {
      throw new ServeException(ServeException.Kind.NOT_FOUND, "There is no such model.");
    }
    JsonObject body = new JsonObject();
    body.addProperty("name", model);
    body.addProperty("ready", repository.isReady(model, version));
    return send(response, repository.isReady(model, version) ? 200 : 400, body.toString());
  }

  private static JsonObject metadata(ModelVersion version) {
    Signature signature = version.signature(Optional.empty());
    JsonObject body = new JsonObject();
    body.addProperty("name", version.model());
    body.add("versions", RestInference.GSON.toJsonTree(List.of(version.version())));
    body.addProperty("platform", "adjoint_graph");
    body.add("inputs", ends(signature.inputs()));
    body.add("outputs", ends(signature.outputs()));
    body.add("properties", RestInference.GSON.toJsonTree(version.graph().metadata()));
    return body;
  }

  private static JsonArray ends(Map<String, Node> nodes) {
    JsonArray ends = new JsonArray();
    nodes.forEach((name, node) -> {
      JsonObject end = new JsonObject();
      end.addProperty("name", name);
      end.addProperty("datatype", WireType.nameOf(node.type().dtype()));
      end.add("shape", RestInference.GSON.toJsonTree(WireType.shapeOf(node)));
      ends.add(end);
    });
    return ends;
  }

  private byte[] body(ServerRequest request) {
    try (InputStream in = request.content().inputStream()) {
      byte[] body = in.readNBytes(options.requestBytes() + 1);
      if (body.length > options.requestBytes()) {
        throw new ServeException(
            ServeException.Kind.TOO_LARGE,
            "A request has at most %d bytes.".formatted(options.requestBytes()));
      }
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int infer(
      String model, Optional<String> version, ServerRequest request, ServerResponse response) {
    RestInference.Answer answer =
        inference.infer(model, version, body(request), request.headers().first(JSON_BYTES));
    boolean binary = answer.jsonBytes().isPresent();
    response.header(
        HeaderNames.CONTENT_TYPE, binary ? "application/octet-stream" : "application/json");
    answer.jsonBytes().ifPresent(bytes -> response.header(JSON_BYTES, Integer.toString(bytes)));
    response.send(answer.body());
    return Status.OK_200.code();
  }

  /** {@code /v1/models/NAME[/versions/V][:predict]}. */
  private int tensorFlow(
      String method, List<String> path, ServerRequest request, ServerResponse response) {
    boolean versioned = path.size() == 5 && path.get(3).equals("versions");
    if ((path.size() != 3 && !versioned) || !path.get(1).equals("models")) {
      throw noPath(path);
    }
    String last = path.getLast();
    int colon = last.lastIndexOf(':');
    String stem = colon < 0 ? last : last.substring(0, colon);
    String model = versioned ? path.get(2) : stem;
    Optional<String> version = versioned ? Optional.of(stem) : Optional.empty();
    if (colon < 0) {
      return get(method, () -> status(model, version, response));
    }
    if (!last.endsWith(":predict")) {
      throw noPath(path);
    }
    return only(
        "POST",
        method,
        () -> {
          byte[] answer = inference.predict(model, version, body(request));
          return send(response, 200, new String(answer, StandardCharsets.UTF_8));
        });
  }

  private int status(String model, Optional<String> version, ServerResponse response) {
    String found = repository.use(model, version, ModelVersion::version);
    return send(
        response,
        200,
        "{\"model_version_status\":[{\"version\":\"%s\",\"state\":\"AVAILABLE\",\"status\":{\"error_code\":\"OK\",\"error_message\":\"\"}}]}"
            .formatted(found));
  }

  private int page(ServerResponse response) {
    StringBuilder rows = new StringBuilder();
    for (ModelRepository.State state : repository.index()) {
      rows.append(
          "<tr><td>%s<td>%s<td>%s<td>%s</tr>"
              .formatted(
                  escape(state.name()),
                  escape(state.version()),
                  escape(state.state()),
                  escape(state.reason())));
      if (repository.isReady(state.name(), Optional.empty())) {
        String metadata =
            repository.use(state.name(), Optional.empty(), found -> metadata(found).toString());
        rows.append("<tr><td colspan=4><code>%s</code></tr>".formatted(escape(metadata)));
      }
    }
    return text(
        response,
        "text/html",
        "<!doctype html><title>Adjoint</title><h1>Models</h1><table>"
            + "<tr><th>name<th>version<th>state<th>reason</tr>"
            + rows
            + "</table><p><a href=/metrics>metrics</a>");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
