package dev.adjoint.cli;

import dev.adjoint.check.Evaluator;
import dev.adjoint.check.GradientCheck;
import dev.adjoint.check.GradientReport;
import dev.adjoint.check.JUnitXml;
import dev.adjoint.graph.Graph;
import dev.adjoint.tensor.Npy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code adjoint check FILE}: compares the gradients of a saved graph with central differences. */
@Command(
    name = "check",
    description = {
      "Checks the gradients of a graph's signatures against central differences.",
      "Exits with 0 if all pass, with 1 if one fails, is zero everywhere, or cannot be decided."
    },
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "A saved graph, or one in its text form.")
  private Path file = Path.of("");

  @Option(
      names = "--signature",
      paramLabel = "NAME",
      description = "Check this signature; all of them if not given. Can be repeated.")
  private List<String> signatures = new ArrayList<>();

  @Option(
      names = "--size",
      paramLabel = "NAME=SIZE",
      description = "Bind a named size; 2 if not given. Can be repeated.")
  private Map<String, Long> sizes = new LinkedHashMap<>();

  @Option(
      names = "--value",
      paramLabel = "NODE=FILE.npy",
      description = "The value of an input or parameter. Can be repeated.")
  private Map<String, Path> values = new LinkedHashMap<>();

  @Option(names = "--order", description = "The order of the derivative; ${DEFAULT-VALUE}.")
  private int order = 1;

  @Option(names = "--tries", description = "How many points to draw; ${DEFAULT-VALUE}.")
  private int tries = 3;

  @Option(names = "--seed", description = "Repeat the draws of an earlier report.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--exhaustive",
      description = "Move every element by itself, instead of random directions.")
  private boolean exhaustive;

  @Option(
      names = "--own-precision",
      description = "Compute in the graph's own dtypes, instead of double.")
  private boolean ownPrecision;

  @Option(
      names = "--executor",
      description = "Compute on the optimising executor, in the graph's own dtypes.")
  private boolean executor;

  @Option(
      names = "--junit-xml",
      paramLabel = "FILE",
      description = "Also write the reports as the XML that CI servers read.")
  private Optional<Path> junitXml = Optional.empty();

  @Override
  public Integer call() throws IOException {
    Graph graph = GraphArgument.read(file);
    List<String> names =
        signatures.isEmpty() ? List.copyOf(graph.signatures().keySet()) : signatures;
    PrintWriter out = command.commandLine().getOut();
    List<GradientReport> reports = new ArrayList<>();
    for (String name : names) {
      reports.add(configure(GradientCheck.of(graph, name)).run());
      out.println(reports.getLast());
    }
    out.flush();
    if (junitXml.isPresent()) {
      JUnitXml.write(junitXml.get(), reports);
    }
    return reports.stream().allMatch(GradientReport::passed) ? 0 : 1;
  }

  private GradientCheck configure(GradientCheck check) throws IOException {
    sizes.forEach(check::size);
    for (Map.Entry<String, Path> value : values.entrySet()) {
      check.value(value.getKey(), Npy.read(value.getValue()));
    }
    seed.ifPresent(check::seed);
    if (exhaustive) {
      check.exhaustive();
    }
    if (ownPrecision) {
      check.evaluator(Evaluator.inOwnPrecision());
    }
    if (executor) {
      check.evaluator(Evaluator.onExecutor());
    }
    return check.order(order).tries(tries);
  }
}
