package dev.adjoint.serve;

import dev.adjoint.tensor.Tensor;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.grpc.GrpcRouting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A server for saved models: the Open Inference Protocol, version 2, over HTTP and gRPC on one
 * port.
 *
 * {@snippet :
 * try (InferenceServer server = InferenceServer.start(List.of(folder), ServerOptions.standard())) {
 *   server.port();
 * }
 * }
 *
 * <p>It takes requests at once and is ready when every model is loaded, compiled and warm. Closing
 * it refuses new requests and finishes those that it has.
 */
public final class InferenceServer implements AutoCloseable {
  private final ModelRepository repository;
  private final WebServer web;
  private final ScheduledExecutorService looking;

  private InferenceServer(
      ModelRepository repository, WebServer web, ScheduledExecutorService looking) {
    this.repository = repository;
    this.web = web;
    this.looking = looking;
  }

  /**
   * Starts a server.
   *
   * @param models files or folders of models, or folders of such
   * @throws IOException if a path does not exist or cannot be read
   */
  public static InferenceServer start(List<Path> models, ServerOptions options) throws IOException {
    ServerMetrics metrics = new ServerMetrics();
    ModelRepository repository = new ModelRepository(models, options.models(), metrics);
    RestApi rest = new RestApi(repository, metrics, options);
    WebServer web =
        WebServer.builder()
            .host(options.host())
            .port(options.port())
            .maxPayloadSize(options.requestBytes())
            .shutdownHook(false)
            .addProtocol(GrpcConfig.builder().maxReadBufferSize(options.requestBytes()).build())
            .addRouting(
                GrpcRouting.builder()
                    .intercept(new TokenInterceptor(options.token()))
                    .service(new GrpcApi(repository)))
            .routing(routing -> routing.any(rest::answer))
            .build()
            .start();
    ScheduledExecutorService looking =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("adjoint-serve-models").unstarted(task));
    InferenceServer server = new InferenceServer(repository, web, looking);
    var _ =
        looking.scheduleWithFixedDelay(
            repository::refresh, 0, options.poll().toMillis(), TimeUnit.MILLISECONDS);
    return server;
  }

  /** The port that it listens at. */
  public int port() {
    return web.port();
  }

  /** Its models. */
  public ModelRepository repository() {
    return repository;
  }

  /** Computes without the network, in the same queue as all other requests. */
  public Map<String, Tensor> infer(InferRequest request) {
    return repository.infer(request);
  }

  /** Stops listening, finishes the requests that it has, and ends its threads. */
  @Override
  public void close() {
    looking.shutdownNow();
    repository.close();
    web.stop();
  }
}
