package dev.adjoint.cli;

import dev.adjoint.check.Evaluator;
import dev.adjoint.check.GradientCheck;
import dev.adjoint.check.GradientReport;
import dev.adjoint.check.JUnitXml;
import dev.adjoint.check.ReportAdvice;
import dev.adjoint.cli.GraphArgument.Saved;
import dev.adjoint.graph.Graph;
import dev.adjoint.tensor.Npy;
import dev.adjoint.train.Progress;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code adjoint check FILE}: compares the gradients of a saved graph with central differences. */
@Command(
    name = "check",
    header = "Checks the gradients of a graph against central differences.",
    description =
        "Moves each input and parameter along random directions, and compares what the outputs do"
            + " with what the gradients say. There is no tolerance to choose. The parameters of a"
            + " saved model are at their saved values at the first point and near them at the"
            + " others; inputs are drawn. What fails is reported with the operator most likely at"
            + " fault, and the seed that repeats it.",
    footer = {
      "  adjoint check digits/model",
      "  adjoint check model.adjoint --signature evaluate --size N=3 --order 2",
      "  adjoint check model.adjoint --executor --junit-xml report.xml"
    },
    exitCodeList = {
      "0:All gradients passed.",
      "1:One failed, is zero everywhere or could not be decided, or there is another error.",
      "2:The command line was not understood."
    })
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private GraphArgument argument = new GraphArgument();
  @Mixin private SignatureOptions options = new SignatureOptions();

  @Option(
      names = "--value",
      paramLabel = "NODE=FILE.npy",
      description = "The value of an input or parameter. Can be repeated.")
  private Map<String, Path> values = new LinkedHashMap<>();

  @Option(
      names = "--draw-parameters",
      description =
          "Leave saved values aside: take the graph's first values, and draw parameters without.")
  private boolean drawsParameters;

  @Option(
      names = "--with-respect-to",
      paramLabel = "NODE",
      description = "Only move this input or parameter; all of them if not given. Can be repeated.")
  private List<String> sources = new ArrayList<>();

  @Option(names = "--order", description = "The order of the derivative; ${DEFAULT-VALUE}.")
  private int order = 1;

  @Option(
      names = "--tries",
      description =
          "How many points to draw; 3 if not given, fewer for networks that take long, as those of"
              + " MNIST do.")
  private Optional<Integer> tries = Optional.empty();

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
    Bounds.requireAtLeast(command, 1, "--order", order);
    Bounds.requireAtLeast(command, 1, "--tries", tries.orElse(1));
    options.requireSense();
    Optional<Destination> place = junitXml.map(file -> new Destination("--junit-xml", file));
    if (place.isPresent()) {
      place.get().requireFile();
    }
    Saved saved =
        drawsParameters ? new Saved(argument.read(), Map.of()) : argument.readWithParameters();
    PrintWriter out = command.commandLine().getOut();
    ReportAdvice advice = new CheckAdvice(argument.path());
    List<GradientReport> reports = new ArrayList<>();
    for (String name : options.signatures(saved.graph())) {
      reports.add(run(saved, name));
      out.println(reports.getLast().toString(advice));
      out.flush();
    }
    if (place.isPresent()) {
      place.get().write(file -> JUnitXml.write(file, reports, advice));
    }
    return reports.stream().allMatch(GradientReport::passed) ? 0 : 1;
  }

  private GradientReport run(Saved saved, String signature) throws IOException {
    GradientCheck check = configured(saved, signature);
    if (!Progress.isOnTerminal()) {
      return check.run();
    }
    try (CheckProgress progress = new CheckProgress(signature, command.commandLine().getErr())) {
      return check.listener(progress).run();
    }
  }

  private GradientCheck configured(Saved saved, String signature) throws IOException {
    Graph graph = saved.graph();
    GradientCheck check = GradientCheck.of(graph, signature).parameters(saved.parameters());
    options.sizes(graph).forEach(check::size);
    for (Map.Entry<String, Path> value : values.entrySet()) {
      check.value(value.getKey(), Npy.read(value.getValue()));
    }
    check.withRespectTo(sources.toArray(String[]::new));
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
    tries.ifPresentOrElse(check::tries, check::triesByWork);
    return check.order(order);
  }
}
