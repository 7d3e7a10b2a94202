package dev.adjoint.cli;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.draw.Drawing;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Signature;
import dev.adjoint.graph.Value;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code adjoint inspect FILE}: prints or draws a graph, or the graph of its gradient. */
@Command(
    name = "inspect",
    header = "Prints or draws a graph, or its gradient.",
    description =
        "Prints a table of the graph's layers, or every node on a line of its own, or draws the"
            + " graph. With --gradient it shows the graph of the gradient, of the same operators.",
    footer = {
      "  adjoint inspect digits/model/model.adjoint",
      "  adjoint inspect digits/model/model.adjoint --gradient evaluate",
      "  adjoint inspect digits/model/model.adjoint --svg network.svg"
    })
final class InspectCommand implements Callable<Integer> {
  private static final String GRADIENT_OF = "gradient of ";

  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private GraphArgument argument = new GraphArgument();

  @Option(names = "--text", description = "Every node on a line, instead of a table of layers.")
  private boolean text;

  @Option(
      names = "--gradient",
      paramLabel = "SIGNATURE",
      description =
          "Add the gradient of the sum of this signature's outputs with respect to the trainable"
              + " parameters, and print every node.")
  private Optional<String> gradient = Optional.empty();

  @Option(
      names = "--svg",
      paramLabel = "OUT.svg",
      description =
          "Draw the graph into this file instead of printing it; with --gradient, the gradient and"
              + " what it is computed from.")
  private Optional<Path> svg = Optional.empty();

  @Option(
      names = "--boxes",
      paramLabel = "COUNT",
      description =
          "How many boxes a drawing may have before scopes are closed; ${DEFAULT-VALUE} if not"
              + " given.")
  private int boxes = 150;

  @Override
  public Integer call() throws IOException {
    Bounds.requireAtLeast(command, 1, "--boxes", boxes);
    Optional<Destination> place = svg.map(file -> new Destination("--svg", file));
    if (place.isPresent()) {
      place.get().requireFile();
    }
    Graph graph = argument.read();
    if (gradient.isPresent()) {
      graph = withGradient(graph, gradient.get());
    }
    PrintWriter out = command.commandLine().getOut();
    if (place.isPresent()) {
      String drawn = drawing(graph).toSvg();
      place.get().write(file -> Files.writeString(file, drawn));
      out.println("drawn in " + place.get().path());
    } else {
      out.print(text || gradient.isPresent() ? graph : graph.summary());
    }
    out.flush();
    return 0;
  }

  private Drawing drawing(Graph graph) {
    Drawing whole = Drawing.of(graph).limit(boxes);
    return gradient.map(name -> whole.signature(GRADIENT_OF + name)).orElse(whole);
  }

  private static Graph withGradient(Graph graph, String name) {
    Signature signature = graph.signature(name);
    GraphBuilder builder = graph.toBuilder();
    List<Value> targets = new ArrayList<>();
    signature.outputs().values().stream()
        .filter(output -> output.type().dtype().isFloating())
        .map(output -> builder.value(output.name()))
        .forEach(output -> targets.add(output.rank() == 0 ? output : output.sum()));
    List<Value> parameters = builder.trainableParameters();
    List<Value> gradients = Gradients.of(targets).to(parameters);
    for (int i = 0; i < parameters.size(); i++) {
      builder.signature(GRADIENT_OF + name).output(parameters.get(i).name(), gradients.get(i));
    }
    return builder.build();
  }
}
