package dev.adjoint.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Signature;
import dev.adjoint.serve.HttpCall.Answer;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The paths of the server, each to what answers it; every error becomes {@code {"error": ..}}. */
final class RestApi {
  /** What is told to all, without a token. */
  private static final Set<String> HEALTH = Set.of("v2/health/live", "v2/health/ready");

  private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
  private static final HeaderName TRACE_PARENT = HeaderNames.create(TraceParent.HEADER);

  private final ModelRepository repository;
  private final ServerMetrics metrics;
  private final ServerOptions options;
  private final RequestBudget budget;
  private final Waiters waiters;
  private final AccessLog log;
  private final RestInference inference;
  private final TensorFlowApi tensorFlow;
  private final Origins origins;

  RestApi(
      ModelRepository repository,
      ServerMetrics metrics,
      ServerOptions options,
      RequestBudget budget,
      Waiters waiters,
      AccessLog log) {
    this.repository = repository;
    this.metrics = metrics;
    this.options = options;
    this.budget = budget;
    this.waiters = waiters;
    this.log = log;
    this.origins = new Origins(options.host());
    TensorLimit limit = new TensorLimit(options.tensorBytes());
    this.inference = new RestInference(repository, limit);
    this.tensorFlow = new TensorFlowApi(repository, limit);
  }

  /** Answers what is no request of HTTP, or too large for one, in the protocol's form too. */
  static DirectHandlers errors(int requestBytes) {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType event : DirectHandler.EventType.values()) {
      handlers.addHandler(
          event,
          (_, _, status, headers, _) ->
              error(
                  status,
                  headers,
                  HttpCall.isTooLarge(status)
                      ? HttpCall.tooLarge(requestBytes).getMessage()
                      : status.reasonPhrase()));
    }
    return handlers.build();
  }

  private static DirectHandler.TransportResponse error(
      Status status, ServerResponseHeaders headers, String message) {
    headers.set(HeaderNames.CONTENT_TYPE, "application/json");
    return DirectHandler.TransportResponse.builder()
        .status(status)
        .headers(headers)
        .entity(HttpCall.error(message).getBytes(StandardCharsets.UTF_8))
        .build();
  }

  void answer(ServerRequest request, ServerResponse response) {
    Connection connection = Connection.current();
    Exchange exchange =
        new Exchange(
            request.path().path(),
            request.headers().first(REQUEST_ID),
            request.headers().first(TRACE_PARENT),
            connection.caller(request.id()),
            Optional.empty());
    response.header(REQUEST_ID, exchange.id());
    response.header(TRACE_PARENT, exchange.trace().header());
    HttpCall call =
        new HttpCall(
            request,
            response,
            connection,
            exchange,
            budget.share(),
            options.requestBytes(),
            waiters,
            options.readTimeout());
    try {
      call.send(outcome(call));
    } finally {
      log.add(exchange, Integer.toString(response.status().code()));
      connection.isAnswered(request.content().consumed());
    }
    if (connection.isHttp2()) {
      skipBody(call);
    } else if (response.headers().containsToken(HeaderValues.CONNECTION_CLOSE)
        || request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      // A client that does not close its end is not waited for.
      throw new CloseConnectionException("The connection was announced to be closed.");
    }
  }

  private static void skipBody(HttpCall call) {
    try {
      call.skipBody();
    } catch (ServeException e) {
      throw new CloseConnectionException("The rest of the body is not waited for.", e);
    }
  }

  /** The answer to a request, or to why there is none. */
  private Answer outcome(HttpCall call) {
    Answer answer;
    try {
      answer = route(call);
    } catch (ServeException e) {
      answer = call.refusal(e);
    } catch (RuntimeException | StackOverflowError e) {
      System.getLogger(RestApi.class.getName())
          .log(System.Logger.Level.ERROR, "a request failed", e);
      answer = call.refusal(new ServeException(ServeException.Kind.INTERNAL, "The server failed."));
    } finally {
      call.held().leave();
    }
    if (call.exchange().caller() instanceof HttpCaller watched && watched.isWatched()) {
      call.closeAfterwards();
    }
    return answer;
  }

  private Answer route(HttpCall call) {
    List<String> path = call.path();
    origins.requireHost(call.authority());
    Optional<Answer> page = WebPage.at(path);
    boolean open = page.isPresent() || HEALTH.contains(String.join("/", path));
    if (!open && !Tokens.isAllowed(options.token(), call.header(HeaderNames.AUTHORIZATION))) {
      throw ServeException.noToken();
    }
    if (page.isPresent()) {
      return call.get(() -> WebPage.with(page.get(), call.response().headers()));
    }
    return switch (path.getFirst()) {
      case "*" -> call.server();
      case "page" -> pageModels(path, call);
      case "metrics" -> call.get(() -> Answer.text("text/plain", metrics.scrape()));
      case "v1" -> tensorFlow.answer(path, call);
      case "v2" -> version2(path.subList(1, path.size()), call);
      default -> throw ServeException.noPath(path);
    };
  }

  private Answer pageModels(List<String> path, HttpCall call) {
    if (!path.equals(List.of("page", "models"))) {
      throw ServeException.noPath(path);
    }
    return call.get(() -> Answer.json(PageModels.of(repository).toString()));
  }

  private Answer version2(List<String> path, HttpCall call) {
    return switch (String.join("/", path)) {
      case "" -> call.get(() -> Answer.json(serverMetadata()));
      case "health/live" -> call.get(() -> Answer.json("{\"live\":true}"));
      case "health/ready" -> call.get(this::ready);
      case "repository/index" -> call.post(() -> index(call));
      default -> modelPath(path, call);
    };
  }

  /** What became of the models; with {@code {"ready": true}}, of those that can infer. */
  private Answer index(HttpCall call) {
    boolean ready = JsonMembers.flag(asked(call), "ready", false);
    return Answer.json(RestInference.GSON.toJson(repository.index(ready)));
  }

  /** What the body says of the repository, which may be nothing. */
  private static JsonObject asked(HttpCall call) {
    byte[] body = call.body();
    JsonObject asked = new JsonObject();
    if (body.length > 0) {
      JsonBody.Trees trees = new JsonBody.Trees();
      new JsonBody(body, body.length)
          .members((name, reader) -> asked.add(name, trees.next(reader)));
    }
    return asked;
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

  private Answer ready() {
    boolean ready = repository.isReady();
    return Answer.json(ready ? 200 : 503, "{\"ready\":%b}".formatted(ready));
  }

  private Answer modelPath(List<String> path, HttpCall call) {
    boolean ofRepository =
        path.size() == 4 && path.get(0).equals("repository") && path.get(1).equals("models");
    if (ofRepository) {
      return call.post(() -> change(path.get(2), path.get(3), call));
    }
    if (path.size() < 2 || !path.getFirst().equals("models")) {
      throw ServeException.noPath(path);
    }
    String model = path.get(1);
    boolean versioned = path.size() > 3 && path.get(2).equals("versions");
    Optional<String> version = versioned ? Optional.of(path.get(3)) : Optional.empty();
    return switch (String.join("/", path.subList(versioned ? 4 : 2, path.size()))) {
      case "" -> call.get(() -> metadata(model, version));
      case "ready" -> call.get(() -> modelReady(model, version));
      case "infer" -> call.post(() -> inference.infer(model, version, call));
      default -> throw ServeException.noPath(path);
    };
  }

  private Answer change(String model, String action, HttpCall call) {
    origins.requireOwnPage(call.header(HeaderNames.ORIGIN), call.authority());
    switch (action) {
      case "load" -> {
        ModelRepository.requireNoUpload(
            JsonMembers.objectOrEmpty(asked(call), "parameters").keySet());
        repository.load(model);
      }
      case "unload" -> repository.unload(model);
      default -> throw ServeException.noPath(List.of(action));
    }
    return Answer.json("{}");
  }

  private Answer modelReady(String model, Optional<String> version) {
    repository.requireKnown(model);
    boolean ready = repository.isReady(model, version);
    JsonObject body = new JsonObject();
    body.addProperty("name", model);
    body.addProperty("ready", ready);
    return Answer.json(ready ? 200 : 400, body.toString());
  }

  private Answer metadata(String model, Optional<String> version) {
    return repository.use(
        model,
        version,
        found -> Answer.json(metadata(found, repository.versions(model)).toString()));
  }

  private static JsonObject metadata(ModelVersion version, List<String> versions) {
    Signature signature = version.signature(Optional.empty());
    JsonObject body = new JsonObject();
    body.addProperty("name", version.model());
    body.add("versions", RestInference.GSON.toJsonTree(versions));
    body.addProperty("platform", "adjoint_graph");
    body.add("inputs", all(signature.inputs()));
    body.add("outputs", all(signature.outputs()));
    body.add("properties", RestInference.GSON.toJsonTree(version.graph().metadata()));
    return body;
  }

  private static JsonArray all(Map<String, Node> nodes) {
    JsonArray all = new JsonArray();
    TensorMetadata.of(nodes).forEach(tensor -> all.add(tensor.json()));
    return all;
  }
}
