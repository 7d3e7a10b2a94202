package dev.adjoint.cli;

import dev.adjoint.graph.Graph;
import dev.adjoint.runtime.Session;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adjoint explain FILE}: how the executor would run a graph. */
@Command(
    name = "explain",
    description = {
      "Prints how a signature runs: the graph after each pass that changed it, the kernels and the",
      "nodes that each computes, where every value lies in memory, and why nodes that follow each",
      "other are not computed together."
    },
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "A saved graph, or one in its text form.")
  private Path file = Path.of("");

  @Option(
      names = "--signature",
      paramLabel = "NAME",
      description = "Explain this signature; all of them if not given. Can be repeated.")
  private List<String> signatures = new ArrayList<>();

  @Option(
      names = "--size",
      paramLabel = "NAME=SIZE",
      description = "Bind a named size; 1 if not given. Can be repeated.")
  private Map<String, Long> sizes = new LinkedHashMap<>();

  @Option(names = "--no-passes", description = "Leave out the graphs after each pass.")
  private boolean withoutPasses;

  @Override
  public Integer call() throws IOException {
    Graph graph = GraphArgument.read(file);
    List<String> names =
        signatures.isEmpty() ? List.copyOf(graph.signatures().keySet()) : signatures;
    PrintWriter out = command.commandLine().getOut();
    try (Session session = Session.open(graph)) {
      for (String name : names) {
        Map<String, Long> bound = new LinkedHashMap<>();
        graph.sizeNames().forEach(size -> bound.put(size, sizes.getOrDefault(size, 1L)));
        out.printf("signature '%s' for %s%n%n", name, bound);
        if (!withoutPasses) {
          out.println(session.explainPasses(name, bound));
        }
        out.println(session.compile(name, bound).explain());
      }
    }
    out.flush();
    return 0;
  }
}
