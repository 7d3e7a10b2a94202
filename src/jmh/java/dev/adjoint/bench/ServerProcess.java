package dev.adjoint.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server in a JVM of its own, started as its users start it. */
final class ServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(20);
  private static final Pattern THREAD = Pattern.compile("#\\d+ \".*");
  private static final int OK = 200;

  private final Process process;
  private final BufferedReader out;
  private final int port;

  private ServerProcess(Process process, BufferedReader out, int port) {
    this.process = process;
    this.out = out;
    this.port = port;
  }

  /**
   * Starts a server at a free port and waits until it is ready.
   *
   * @param options of the command {@code serve}
   * @param log what the server says on standard error
   */
  static ServerProcess start(Path models, List<String> options, Path log)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(tool("java"));
    command.add("--add-modules=jdk.incubator.vector");
    command.addAll(List.of("dev.adjoint.cli.Adjoint", "serve", "--port", "0"));
    command.addAll(options);
    command.add(models.toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.start();
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    if (line == null || !line.startsWith("serving at ")) {
      process.destroyForcibly();
      throw new IOException("The server did not start: " + Files.readString(log));
    }
    int port = URI.create(line.substring("serving at ".length())).getPort();
    ServerProcess server = new ServerProcess(process, out, port);
    server.awaitOk("/v2/health/ready", START);
    return server;
  }

  /** A program of the JDK that runs this. */
  static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  int port() {
    return port;
  }

  /** Waits until a path is answered with success. */
  void awaitOk(String path, Duration longest) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    long end = System.nanoTime() + longest.toNanos();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      while (client.send(request, BodyHandlers.ofString()).statusCode() != OK) {
        if (System.nanoTime() > end) {
          throw new IOException("The server does not answer %s with success.".formatted(path));
        }
        Thread.sleep(20);
      }
    }
  }

  /** The bytes of all objects that are alive after a full collection. */
  long liveBytes() {
    String total = diagnose("GC.class_histogram").getLast();
    return Long.parseLong(total.strip().split("\\s+")[2]);
  }

  /** The number of all threads, virtual ones too. */
  long threads() {
    try {
      Path dump = Files.createTempFile("adjoint-threads", ".txt");
      diagnose("Thread.dump_to_file", "-overwrite", dump.toString());
      try (Stream<String> lines = Files.lines(dump)) {
        return lines.filter(line -> THREAD.matcher(line).matches()).count();
      } finally {
        Files.delete(dump);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks the JVM of the server, from outside. */
  private List<String> diagnose(String... question) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(tool("jcmd"), Long.toString(process.pid())));
    command.addAll(List.of(question));
    try {
      Process asking = new ProcessBuilder(command).redirectErrorStream(true).start();
      List<String> lines;
      try (BufferedReader answer = asking.inputReader()) {
        lines = answer.lines().filter(line -> !line.isBlank()).toList();
      }
      if (asking.waitFor() != 0) {
        throw new IllegalStateException(String.join("\n", lines));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Tells it to stop, and waits until it has. */
  @Override
  public void close() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("The server did not stop within %s.".formatted(STOP));
    }
    out.close();
  }
}
