package dev.adjoint.cli;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which signatures of a graph a command is about, and for which sizes. */
final class SignatureOptions {
  private static final long UNSAID = 2;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--signature",
      paramLabel = "NAME",
      description = "Only this signature; all of them if not given. Can be repeated.")
  private List<String> signatures = new ArrayList<>();

  @Option(
      names = "--size",
      paramLabel = "NAME=SIZE",
      description = "Bind a named size; 2 if not given. Can be repeated.")
  private Map<String, Long> sizes = new LinkedHashMap<>();

  /** Refuses negative sizes. */
  void requireSense() {
    sizes.forEach((name, size) -> Bounds.requireAtLeast(command, 0, "--size " + name, size));
  }

  /** The names of the signatures that were asked for. */
  List<String> signatures(Graph graph) {
    return signatures.isEmpty() ? List.copyOf(graph.signatures().keySet()) : signatures;
  }

  /**
   * All named sizes of the graph, bound.
   *
   * @throws GraphException if a size was given that the graph does not have
   */
  Map<String, Long> sizes(Graph graph) {
    Map<String, Long> bound = new LinkedHashMap<>();
    graph.sizeNames().forEach(name -> bound.put(name, UNSAID));
    for (String given : sizes.keySet()) {
      if (!bound.containsKey(given)) {
        throw new GraphException(
            "The graph '%s' has no named size '%s', its named sizes are %s."
                .formatted(graph.name(), given, bound.keySet()));
      }
    }
    bound.putAll(sizes);
    return bound;
  }
}
