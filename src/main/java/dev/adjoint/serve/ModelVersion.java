package dev.adjoint.serve;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Signature;
import dev.adjoint.runtime.Session;
import dev.adjoint.saved.ModelGraph;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One version of a model, loaded, compiled and warm. */
final class ModelVersion implements AutoCloseable {
  private final String model;
  private final String version;
  private final Session session;
  private final ImmutableMap<String, Batcher> batchers;
  private final ModelOptions options;
  private final ServerMetrics.Model metrics;
  private int users;
  private boolean retired;

  private ModelVersion(
      String model,
      String version,
      Session session,
      ModelOptions options,
      ServerMetrics.Model metrics,
      Waiters waiters) {
    this.model = model;
    this.version = version;
    this.session = session;
    this.options = options;
    this.metrics = metrics;
    // All trials come before the first batcher, whose threads a trial that throws would leave.
    Map<Signature, BatchSizes> tried = new LinkedHashMap<>();
    for (Signature signature : session.graph().signatures().values()) {
      tried.put(signature, BatchSizes.of(session, signature, options.preferredSizes()));
    }
    ImmutableMap.Builder<String, Batcher> all = ImmutableMap.builder();
    tried.forEach((signature, sizes) ->
        all.put(
            signature.name(), new Batcher(session, signature, sizes, options, metrics, waiters)));
    this.batchers = all.buildOrThrow();
  }

  /**
   * Compiles and warms a model. Signatures that update parameters are not served.
   *
   * @throws RuntimeException if it cannot be compiled or run
   */
  static ModelVersion load(
      String model,
      String version,
      SavedModel saved,
      ModelOptions options,
      ServerMetrics metrics,
      Waiters waiters) {
    List<String> served =
        saved.graph().signatures().values().stream()
            .filter(signature -> signature.updates().isEmpty())
            .map(Signature::name)
            .toList();
    if (served.isEmpty()) {
      throw new GraphException("it has no signature that leaves its parameters alone.");
    }
    Graph graph = ModelGraph.keep(saved.graph(), served, saved.parameters().keySet());
    Session session = Session.open(graph);
    ServerMetrics.Model meters = metrics.model(model, version);
    try {
      Map<String, Tensor> values = new LinkedHashMap<>(saved.parameters());
      values.keySet().retainAll(graph.parameters().stream().map(node -> node.name()).toList());
      session.restore(values);
      return new ModelVersion(model, version, session, options, meters, waiters);
    } catch (RuntimeException | Error e) {
      meters.close();
      session.close();
      throw e;
    }
  }

  String model() {
    return model;
  }

  String version() {
    return version;
  }

  Graph graph() {
    return session.graph();
  }

  /** The signature asked for, or "predict", or the only one, or the first. */
  Signature signature(Optional<String> name) {
    Map<String, Signature> all = graph().signatures();
    String chosen =
        name.orElseGet(
            () -> all.containsKey("predict") ? "predict" : all.keySet().iterator().next());
    Signature signature = all.get(chosen);
    if (signature == null) {
      throw ServeException.invalid(
          "The model '%s' has no signature '%s', only %s.", model, chosen, all.keySet());
    }
    return signature;
  }

  /** Computes the outputs that a request wants. */
  Map<String, Tensor> infer(InferRequest request, Exchange exchange) {
    exchange.servedBy(model, version);
    try {
      Map<String, Tensor> outputs = compute(request, exchange);
      metrics.answered("success");
      return outputs;
    } catch (ServeException e) {
      metrics.answered(e.kind().name());
      throw e;
    }
  }

  private Map<String, Tensor> compute(InferRequest request, Exchange exchange) {
    Signature signature = signature(request.signature());
    requireTypes(signature, request.inputs());
    request.outputs().forEach(name -> requireOutput(signature, name));
    Batcher batcher = Optional.ofNullable(batchers.get(signature.name())).orElseThrow();
    Batcher.Computed computed =
        batcher.run(request.inputs(), longest(request, exchange), exchange.caller());
    exchange.computed(computed);
    Map<String, Tensor> all = computed.outputs();
    Map<String, Tensor> wanted = new LinkedHashMap<>();
    (request.outputs().isEmpty() ? signature.outputs().keySet() : request.outputs())
        .forEach(name -> wanted.put(name, Optional.ofNullable(all.get(name)).orElseThrow()));
    return wanted;
  }

  /** The least of what the server, the protocol's caller and the request itself allow. */
  private Duration longest(InferRequest request, Exchange exchange) {
    return Stream.of(Optional.of(options.timeout()), exchange.timeout(), request.timeout())
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static void requireTypes(Signature signature, Map<String, Tensor> inputs) {
    Map<String, TensorType> types = new LinkedHashMap<>();
    inputs.forEach((name, value) -> types.put(name, value.type()));
    try {
      signature.bindSizes(types);
    } catch (GraphException e) {
      throw ServeException.invalid("%s", e.getMessage());
    }
  }

  private static void requireOutput(Signature signature, String name) {
    if (!signature.outputs().containsKey(name)) {
      throw ServeException.invalid(
          "There is no output '%s', only %s.", name, signature.outputs().keySet());
    }
  }

  /** Takes part in the version's life; false if it has ended. */
  synchronized boolean enter() {
    users += retired ? 0 : 1;
    return !retired;
  }

  synchronized void leave() {
    users--;
    notifyAll();
  }

  /** Ends the version after the requests that it has. */
  @Override
  public void close() {
    batchers.values().forEach(Batcher::hurry);
    synchronized (this) {
      retired = true;
      try {
        while (users > 0) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    batchers.values().forEach(Batcher::close);
    metrics.close();
    session.close();
  }
}
