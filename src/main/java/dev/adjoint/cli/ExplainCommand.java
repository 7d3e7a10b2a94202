package dev.adjoint.cli;

import dev.adjoint.graph.Graph;
import dev.adjoint.runtime.Session;
import dev.adjoint.runtime.SessionOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code adjoint explain FILE}: how the executor would run a graph. */
@Command(
    name = "explain",
    header = "Says how the executor would run a graph.",
    description =
        "Prints the graph after each pass that changed it, the kernels and the nodes that each"
            + " computes, where every value lies in memory, and why nodes that follow each other"
            + " are not computed together. With a limit of memory also what is computed again to"
            + " meet it, and how much more work that is.",
    footer = {
      "  adjoint explain digits/model/model.adjoint --signature predict --size N=1",
      "  adjoint explain model.txt --no-passes",
      "  adjoint explain model.txt --signature train --size N=64 --memory-limit 100MB"
    })
final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private GraphArgument argument = new GraphArgument();
  @Mixin private SignatureOptions options = new SignatureOptions();

  @Option(names = "--no-passes", description = "Leave out the graphs after each pass.")
  private boolean withoutPasses;

  @Option(
      names = "--memory-limit",
      paramLabel = "BYTES",
      converter = ByteCount.class,
      description = "Let no plan take more, as 100MB or 2GiB; what does not fit is refused.")
  private long memoryLimit = Long.MAX_VALUE;

  @Override
  public Integer call() throws IOException {
    Bounds.requireAtLeast(command, 0, "--memory-limit", memoryLimit);
    options.requireSense();
    Graph graph = argument.read();
    Map<String, Long> sizes = options.sizes(graph);
    PrintWriter out = command.commandLine().getOut();
    SessionOptions running = SessionOptions.standard().withMemoryLimit(memoryLimit);
    try (Session session = Session.open(graph, running)) {
      for (String name : options.signatures(graph)) {
        out.printf("signature '%s' for %s%n%n", name, sizes);
        if (!withoutPasses) {
          out.println(session.explainPasses(name, sizes));
        }
        out.println(session.compile(name, sizes).explain());
      }
    }
    out.flush();
    return 0;
  }
}
