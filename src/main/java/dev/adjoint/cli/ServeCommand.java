package dev.adjoint.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.serve.InferenceServer;
import dev.adjoint.serve.ModelOptions;
import dev.adjoint.serve.ModelRepository;
import dev.adjoint.serve.ServerOptions;
import dev.adjoint.serve.TlsFiles;
import dev.adjoint.serve.VersionPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adjoint serve MODEL...}: serves models until it is told to stop. */
@Command(
    name = "serve",
    description = "Serves saved models over HTTP and gRPC, by the Open Inference Protocol.",
    footer = {
      "  adjoint serve digits/model --port 8000",
      "  curl -s localhost:8000/v2/repository/index -d {}"
    })
final class ServeCommand implements Callable<Integer> {
  private static final int LOOK_MILLIS = 100;

  /**
   * How much the server says beside it: warnings, but not what is said here in a line (where it
   * listens, or cannot; which versions are broken) or answered to a caller (that its message is too
   * large). A logger that is not held forgets its level.
   */
  private static final ImmutableMap<Logger, Level> LIBRARY =
      ImmutableMap.of(
          Logger.getLogger("io.helidon"), Level.WARNING,
          Logger.getLogger("io.helidon.webserver.LoomServer"), Level.OFF,
          Logger.getLogger("dev.adjoint.serve.ServedModel"), Level.OFF,
          Logger.getLogger("io.helidon.webserver.grpc.GrpcProtocolHandler"), Level.OFF);

  @Spec private CommandSpec command = CommandSpec.create();

  @Parameters(
      paramLabel = "MODEL",
      arity = "1..*",
      description =
          "Files or folders of models, folders of numbered versions, or folders of these.")
  private List<Path> models = new ArrayList<>();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "The address; ${DEFAULT-VALUE} if not given.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port, 0 for a free one; ${DEFAULT-VALUE}.")
  private int port = 8080;

  @Option(
      names = "--tls-certificate",
      paramLabel = "PEM",
      description = "Use TLS with the certificates in this file; needs --tls-key.")
  private Optional<Path> tlsCertificate = Optional.empty();

  @Option(
      names = "--tls-key",
      paramLabel = "PEM",
      description = "The private key for --tls-certificate.")
  private Optional<Path> tlsKey = Optional.empty();

  @Option(
      names = "--tls-store",
      paramLabel = "P12",
      description = "Use TLS with this PKCS#12 key store; needs --tls-passphrase-file.")
  private Optional<Path> tlsStore = Optional.empty();

  @Option(
      names = "--tls-passphrase-file",
      paramLabel = "FILE",
      description = "What opens the key store.")
  private Optional<Path> tlsPassphrase = Optional.empty();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Answer only callers that send the token in this file.")
  private Optional<Path> tokenFile = Optional.empty();

  @Option(
      names = "--access-log",
      paramLabel = "FILE",
      description = "Add a line of JSON to this file for each request.")
  private Optional<Path> accessLog = Optional.empty();

  @Option(
      names = "--versions",
      paramLabel = "POLICY",
      description =
          "Which versions are served at once: latest, latest:N, all, or numbers such as 2,5;"
              + " ${DEFAULT-VALUE}.")
  private String versions = "latest";

  @Option(
      names = "--max-batch",
      paramLabel = "ROWS",
      description = "The most rows computed together; ${DEFAULT-VALUE}.")
  private int maxBatch = ModelOptions.standard().maxBatch();

  @Option(
      names = "--max-delay-us",
      paramLabel = "MICROSECONDS",
      description = "How many microseconds a request waits for others; ${DEFAULT-VALUE}.")
  private long maxDelay = ModelOptions.standard().maxDelay().toNanos() / 1000;

  @Option(
      names = "--concurrency",
      paramLabel = "COUNT",
      description = "How many batches of one model run at a time; ${DEFAULT-VALUE}.")
  private int concurrency = ModelOptions.standard().concurrency();

  @Option(
      names = "--queue",
      paramLabel = "COUNT",
      description = "How many requests may wait; ${DEFAULT-VALUE}.")
  private int queue = ModelOptions.standard().queue();

  @Option(
      names = "--timeout-ms",
      paramLabel = "MILLISECONDS",
      description = "How many milliseconds a request may take; ${DEFAULT-VALUE}.")
  private long timeout = ModelOptions.standard().timeout().toMillis();

  @Option(
      names = "--max-request-bytes",
      paramLabel = "BYTES",
      converter = ByteCount.class,
      description = "The most bytes of a request, below 2GiB; ${DEFAULT-VALUE}.")
  private long requestBytes = ServerOptions.standard().requestBytes();

  @Option(
      names = "--max-tensor-bytes",
      paramLabel = "BYTES",
      converter = ByteCount.class,
      description = "The most bytes of one tensor of a request; ${DEFAULT-VALUE}.")
  private long tensorBytes = ServerOptions.standard().tensorBytes();

  @Option(
      names = "--max-held-bytes",
      paramLabel = "BYTES",
      converter = ByteCount.class,
      description = "The most bytes of all requests together; a quarter of the heap.")
  private long heldBytes = ServerOptions.standard().heldBytes();

  @Option(
      names = "--max-connections",
      paramLabel = "COUNT",
      description = "How many callers may be connected; ${DEFAULT-VALUE}.")
  private int connections = ServerOptions.standard().connections();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (accessLog.isPresent()) {
      new Destination("--access-log", accessLog.get()).requireFile();
    }
    quieten();
    InferenceServer server = InferenceServer.start(models, options());
    PrintWriter out = command.commandLine().getOut();
    String scheme = tls().isPresent() ? "https" : "http";
    say(out, List.of("serving at %s://%s:%d".formatted(scheme, host, server.port())));
    CountDownLatch stopping = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  stopping.countDown();
                  say(out, List.of("stopping when all requests are answered"));
                  server.close();
                }));
    tellNews(server.repository(), out, stopping);
    return 0;
  }

  /** Leaves the loggers that a user has configured. */
  private static void quieten() {
    LIBRARY.forEach((logger, level) -> {
      if (logger.getLevel() == null) {
        logger.setLevel(level);
      }
    });
  }

  private static void say(PrintWriter out, List<String> lines) {
    lines.forEach(out::println);
    out.flush();
  }

  private void tellNews(ModelRepository repository, PrintWriter out, CountDownLatch stopping)
      throws InterruptedException {
    List<ModelRepository.State> said = List.of();
    boolean wasReady = false;
    while (!stopping.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      boolean ready = repository.isReady();
      List<ModelRepository.State> now = repository.index();
      // That models end because the server does is no news.
      if (stopping.getCount() > 0) {
        say(out, news(said, now));
        say(out, readiness(wasReady, ready));
        if (ready && !wasReady && now.isEmpty()) {
          say(out, List.of(emptiness()));
        }
      }
      said = now;
      wasReady = ready;
    }
  }

  private String emptiness() {
    return "there is no model in %s yet: put in a folder with a '%s', or with numbered versions"
        .formatted(
            models.stream().map(Path::toString).collect(Collectors.joining(" or ")),
            SavedModel.FILE);
  }

  private static List<String> readiness(boolean before, boolean now) {
    if (before == now) {
      return List.of();
    }
    return List.of(now ? "the server is ready" : "the server is not ready");
  }

  /** A line for each version that became ready or failed. */
  static List<String> news(List<ModelRepository.State> said, List<ModelRepository.State> now) {
    return now.stream()
        .filter(state -> !said.contains(state) && !state.state().equals("LOADING"))
        .map(state -> {
          String version = state.version().isEmpty() ? "" : " version " + state.version();
          String reason = state.reason().isEmpty() ? "" : ": " + state.reason();
          return "model %s%s is %s%s"
              .formatted(state.name(), version, state.state().toLowerCase(Locale.ROOT), reason);
        })
        .toList();
  }

  private ServerOptions options() throws IOException {
    ServerOptions options = limits();
    Optional<TlsFiles> tls = tls();
    if (tls.isPresent()) {
      options = options.withTls(tls.get());
    }
    if (tokenFile.isPresent()) {
      options = options.withToken(Files.readString(tokenFile.get()).strip());
    }
    return accessLog.isPresent() ? options.withAccessLog(accessLog.get()) : options;
  }

  private ServerOptions limits() {
    if (requestBytes > Integer.MAX_VALUE) {
      throw new ParameterException(
          command.commandLine(),
          "--max-request-bytes is below 2GiB, given %,d bytes.".formatted(requestBytes));
    }
    try {
      return ServerOptions.standard()
          .at(host, port)
          .withLimits(
              Math.toIntExact(requestBytes), tensorBytes, ServerOptions.standard().readTimeout())
          .withTotals(heldBytes, connections)
          .with(modelOptions());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private ModelOptions modelOptions() {
    ImmutableList<Integer> sizes = ModelOptions.standard().preferredSizes();
    return ModelOptions.standard()
        .withLimits(concurrency, queue, Duration.ofMillis(timeout))
        .withBatches(maxBatch, Duration.of(maxDelay, ChronoUnit.MICROS), sizes)
        .withVersions(VersionPolicy.parse(versions));
  }

  private Optional<TlsFiles> tls() throws IOException {
    if (tlsCertificate.isPresent() != tlsKey.isPresent()
        || tlsStore.isPresent() != tlsPassphrase.isPresent()
        || (tlsKey.isPresent() && tlsStore.isPresent())) {
      throw new ParameterException(
          command.commandLine(),
          "TLS takes --tls-certificate with --tls-key, or --tls-store with"
              + " --tls-passphrase-file.");
    }
    if (tlsCertificate.isPresent() && tlsKey.isPresent()) {
      return Optional.of(new TlsFiles.Pem(tlsCertificate.get(), tlsKey.get()));
    }
    if (tlsStore.isPresent() && tlsPassphrase.isPresent()) {
      String passphrase = Files.readString(tlsPassphrase.get()).strip();
      return Optional.of(new TlsFiles.KeyStore(tlsStore.get(), passphrase));
    }
    return Optional.empty();
  }
}
