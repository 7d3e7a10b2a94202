package dev.adjoint.cli;

import dev.adjoint.serve.InferenceServer;
import dev.adjoint.serve.ModelOptions;
import dev.adjoint.serve.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
  @Spec private CommandSpec command = CommandSpec.create();

  @Parameters(
      paramLabel = "MODEL",
      arity = "1..*",
      description =
          "Files or folders of models, folders of numbered versions, or folders of these.")
  private List<Path> models = new ArrayList<>();

  @Option(names = "--host", description = "The address; ${DEFAULT-VALUE} if not given.")
  private String host = "127.0.0.1";

  @Option(names = "--port", description = "The port, 0 for a free one; ${DEFAULT-VALUE}.")
  private int port = 8080;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Answer only callers that send the token in this file.")
  private Optional<Path> tokenFile = Optional.empty();

  @Option(names = "--max-batch", description = "The most rows computed together; ${DEFAULT-VALUE}.")
  private int maxBatch = ModelOptions.standard().maxBatch();

  @Option(
      names = "--max-delay-us",
      description = "How many microseconds a request waits for others; ${DEFAULT-VALUE}.")
  private long maxDelay = ModelOptions.standard().maxDelay().toNanos() / 1000;

  @Option(names = "--queue", description = "How many requests may wait; ${DEFAULT-VALUE}.")
  private int queue = ModelOptions.standard().queue();

  @Override
  public Integer call() throws IOException, InterruptedException {
    ModelOptions standard = ModelOptions.standard();
    ModelOptions run =
        standard
            .withBatches(maxBatch, Duration.ofNanos(maxDelay * 1000), standard.preferredSizes())
            .withLimits(standard.concurrency(), queue, standard.timeout());
    ServerOptions options = ServerOptions.standard().at(host, port).with(run);
    if (tokenFile.isPresent()) {
      options = options.withToken(Files.readString(tokenFile.get()).strip());
    }
    InferenceServer server = InferenceServer.start(models, options);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  server.close();
                  stopped.countDown();
                }));
    command.commandLine().getOut().printf("serving at http://%s:%d%n", host, server.port());
    command.commandLine().getOut().flush();
    stopped.await();
    return 0;
  }
}
