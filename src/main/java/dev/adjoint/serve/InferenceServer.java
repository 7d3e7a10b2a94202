package dev.adjoint.serve;

import dev.adjoint.saved.GraphReader;
import dev.adjoint.tensor.Tensor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.grpc.GrpcRouting;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
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
  /** How long answers may take to be written when the server stops. */
  private static final Duration WRITING = Duration.ofSeconds(5);

  /**
   * What a test has sooner.
   *
   * @param healthRepeat how often a watcher is told again that nothing has changed
   * @param idle how long a connection stays open over which nothing is read, written or answered
   */
  record Times(Duration healthRepeat, Duration idle) {
    static final Times STANDARD = new Times(Duration.ofSeconds(5), Duration.ofMinutes(5));
  }

  /** How often slow clients are looked for, or more often. */
  private static final long MOST_LOOK_MILLIS = 1000;

  private final ModelRepository repository;
  private final GrpcHealth health;
  private final WebServer web;
  private final ScheduledExecutorService looking;
  private final Waiters waiters;
  private final AccessLog log;

  private InferenceServer(
      ModelRepository repository,
      GrpcHealth health,
      WebServer web,
      ScheduledExecutorService looking,
      Waiters waiters,
      AccessLog log) {
    this.repository = repository;
    this.health = health;
    this.web = web;
    this.looking = looking;
    this.waiters = waiters;
    this.log = log;
  }

  /**
   * Starts a server.
   *
   * @param models files or folders of models, or folders of such
   * @throws IllegalArgumentException if two models have the same name
   * @throws IOException if a path does not exist or cannot be read, or the port is not free
   */
  public static InferenceServer start(List<Path> models, ServerOptions options) throws IOException {
    return start(models, GraphReader.installed(), options);
  }

  /** Starts a server of models with a reader's operators and limits. */
  public static InferenceServer start(List<Path> models, GraphReader reader, ServerOptions options)
      throws IOException {
    return start(models, reader, options, Times.STANDARD);
  }

  /** Starts a server with other times. */
  static InferenceServer start(
      List<Path> models, GraphReader reader, ServerOptions options, Times times)
      throws IOException {
    Waiters waiters = new Waiters();
    try {
      return start(models, reader, options, times, waiters);
    } catch (IOException | RuntimeException | Error e) {
      waiters.close();
      throw e;
    }
  }

  private static InferenceServer start(
      List<Path> models, GraphReader reader, ServerOptions options, Times times, Waiters waiters)
      throws IOException {
    ServerMetrics metrics = new ServerMetrics();
    ModelRepository repository =
        new ModelRepository(models, reader, options.models(), metrics, waiters);
    AccessLog log = AccessLog.open(options.accessLog());
    RequestBudget budget = new RequestBudget(options.heldBytes());
    Connections connections =
        new Connections(options.requestBytes(), budget, options.readTimeout());
    GrpcHealth health = new GrpcHealth(repository, times.healthRepeat());
    WebServer web;
    try {
      web =
          listen(
              new RestApi(repository, metrics, options, budget, waiters, log),
              List.of(
                  new GrpcApi(repository, new TensorLimit(options.tensorBytes())).bindService(),
                  health.bindService()),
              options,
              times.idle(),
              connections,
              log);
    } catch (IOException | RuntimeException | Error e) {
      repository.close();
      log.close();
      throw e;
    }
    ScheduledExecutorService looking =
        // One thread for each task: slow connections are closed while models are loaded.
        Executors.newScheduledThreadPool(
            2, task -> Thread.ofPlatform().daemon().name("adjoint-serve-look").unstarted(task));
    InferenceServer server = new InferenceServer(repository, health, web, looking, waiters, log);
    var _ =
        looking.scheduleWithFixedDelay(
            logged(repository::refresh), 0, options.poll().toMillis(), TimeUnit.MILLISECONDS);
    long lookMillis = Math.clamp(options.readTimeout().toMillis(), 1, MOST_LOOK_MILLIS);
    var _ =
        looking.scheduleWithFixedDelay(
            logged(() -> connections.closeSlow(options.readTimeout())),
            lookMillis,
            lookMillis,
            TimeUnit.MILLISECONDS);
    return server;
  }

  /** A task that is repeated whatever happens: an executor drops one that throws, silently. */
  private static Runnable logged(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        System.getLogger(InferenceServer.class.getName())
            .log(System.Logger.Level.ERROR, "a repeated task failed", e);
      }
    };
  }

  private static WebServer listen(
      RestApi rest,
      List<ServerServiceDefinition> services,
      ServerOptions options,
      Duration idle,
      Connections connections,
      AccessLog log)
      throws IOException {
    GrpcRouting.Builder grpc =
        GrpcRouting.builder()
            .intercept(new GrpcCalls(options.token(), options.requestBytes(), log));
    for (ServerServiceDefinition service : GrpcReflection.describing(services)) {
      // Bytes are parsed under the interceptor, so that it can answer for them.
      grpc.service(ServerInterceptors.useInputStreamMessages(service));
    }
    WebServerConfig.Builder web =
        WebServer.builder()
            .host(options.host())
            .port(options.port())
            .maxPayloadSize(options.requestBytes())
            .maxTcpConnections(options.connections())
            .shutdownHook(false)
            .shutdownGracePeriod(WRITING)
            .idleConnectionTimeout(idle)
            .idleConnectionPeriod(idle.dividedBy(2))
            // An answer over HTTP/2 is several writes: the later ones must not wait until the
            // caller has acknowledged the first.
            .connectionOptions(connection -> connection.tcpNoDelay(true))
            .directHandlers(RestApi.errors(options.requestBytes()))
            .contentEncoding(new BodyEncodings())
            .protocolsDiscoverServices(false)
            .addConnectionSelector(connections)
            .addRouting(grpc)
            .routing(routing -> routing.any(rest::answer));
    options.tls().ifPresent(files -> web.tls(files.open()));
    WebServer started = web.build().start();
    if (!started.isRunning() || started.port() < 1) {
      started.stop();
      throw notListening(options.host(), options.port());
    }
    return started;
  }

  /** The web server only logs why it could not listen, so the reason is asked for again. */
  private static BindException notListening(String host, int port) {
    String reason = "the server did not start";
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      String said = String.valueOf(e.getMessage());
      reason = said.contains("in use") ? "the address is in use" : said;
    }
    return new BindException(
        "Cannot listen at %s:%d: %s. Pass another --port.".formatted(host, port, reason));
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

  /**
   * Takes no more requests and says so to those that ask, finishes the requests that it has, stops
   * listening, and ends its threads.
   */
  @Override
  public void close() {
    repository.stop();
    looking.shutdown();
    repository.close();
    health.close();
    web.stop();
    waiters.close();
    log.close();
  }
}
