package dev.adjoint.runtime;

import dev.adjoint.graph.Node;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The tasks of a {@link Profile} in the trace event format, which is JSON. */
final class TraceFile {
  private TraceFile() {}

  static void write(List<Profile.Event> events, Path file) throws IOException {
    long origin = events.stream().mapToLong(Profile.Event::start).min().orElse(0);
    TreeSet<Integer> workers = new TreeSet<>();
    events.forEach(event -> workers.add(event.worker()));
    try (Writer out = Files.newBufferedWriter(file)) {
      out.write("{\"traceEvents\":[");
      String separator = "\n";
      for (int worker : workers) {
        out.write(separator + row(worker));
        separator = ",\n";
      }
      for (Profile.Event event : events) {
        out.write(separator + bar(event, origin));
      }
      out.write("\n]}\n");
    }
  }

  private static String row(int worker) {
    return "{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"args\":{\"name\":\"%s\"}}"
        .formatted(worker, worker == 0 ? "caller" : "helper " + worker);
  }

  private static String bar(Profile.Event event, long origin) {
    Step step = event.step();
    return String.format(
        Locale.ROOT,
        "{\"name\":%s,\"cat\":%s,\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"ts\":%.3f,\"dur\":%.3f,\"args\":{\"kernel\":%s,\"nodes\":[%s]}}",
        quoted(step.name()),
        quoted(step.description()),
        event.worker(),
        (event.start() - origin) / 1e3,
        (event.end() - event.start()) / 1e3,
        quoted(step.kind()),
        step.nodes().stream().map(TraceFile::described).collect(Collectors.joining(",")));
  }

  private static String described(Node node) {
    return quoted("%s : %s = %s".formatted(node.name(), node.type(), node.op().operatorName()));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
