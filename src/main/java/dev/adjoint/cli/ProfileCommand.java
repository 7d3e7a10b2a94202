package dev.adjoint.cli;

import dev.adjoint.graph.Node;
import dev.adjoint.runtime.Executable;
import dev.adjoint.runtime.Execution;
import dev.adjoint.runtime.Profile;
import dev.adjoint.runtime.Session;
import dev.adjoint.runtime.SessionOptions;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code adjoint profile FILE}: where the time of a graph goes. */
@Command(
    name = "profile",
    header = "Says where the time of a graph goes.",
    description =
        "Runs signatures of a graph and prints what each kernel took, and each node of the"
            + " optimised graph. Inputs, and parameters without a value, are 0.5, or 0 where they"
            + " are whole numbers. As many runs go before, which are not counted: the first ones"
            + " are slow, because Java still compiles. A signature that updates parameters does.",
    footer = {
      "  adjoint profile digits/model --signature predict --size N=1",
      "  adjoint profile digits/model --signature evaluate --size N=64 --unfused",
      "  adjoint profile model.txt --signature train --size N=64 --trace trace.json"
    })
final class ProfileCommand implements Callable<Integer> {
  @Spec private CommandSpec command = CommandSpec.create();

  @Mixin private GraphArgument argument = new GraphArgument();
  @Mixin private SignatureOptions options = new SignatureOptions();

  @Option(
      names = "--runs",
      paramLabel = "COUNT",
      description = "How many runs are counted, together; ${DEFAULT-VALUE} if not given.")
  private int runs = 10;

  @Mixin private ThreadsOption threads = new ThreadsOption();

  @Option(
      names = "--unfused",
      description =
          "Compute each node by itself, so that its time is measured and not apportioned.")
  private boolean unfused;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Also write a trace of one signature, which Perfetto opens.")
  private Optional<Path> trace = Optional.empty();

  @Override
  public Integer call() throws IOException {
    Bounds.requireAtLeast(command, 1, "--runs", runs);
    SessionOptions running = threads.running(command);
    options.requireSense();
    Optional<Destination> place = trace.map(file -> new Destination("--trace", file));
    if (place.isPresent()) {
      place.get().requireFile();
    }
    GraphArgument.Saved saved = argument.readWithParameters();
    Map<String, Long> sizes = options.sizes(saved.graph());
    List<String> signatures = options.signatures(saved.graph());
    requireOne(signatures);
    PrintWriter out = command.commandLine().getOut();
    try (Session session = open(saved, unfused ? running.unfused() : running)) {
      for (String name : signatures) {
        Profile profile = profile(session.compile(name, sizes));
        out.printf("signature '%s' for %s, %d runs%n%n", name, sizes, runs);
        out.println(profile.table());
        out.println(profile.nodeTable());
        if (place.isPresent()) {
          place.get().write(profile::writeTrace);
          out.println("trace in " + place.get().path());
        }
      }
    }
    out.flush();
    return 0;
  }

  private void requireOne(List<String> signatures) {
    if (trace.isPresent() && signatures.size() != 1) {
      throw new ParameterException(
          command.commandLine(),
          "--trace takes one signature: choose of %s with --signature.".formatted(signatures));
    }
  }

  private static Session open(GraphArgument.Saved saved, SessionOptions running) {
    Session session = Session.open(saved.graph(), running);
    session.restore(saved.parameters());
    Map<String, Tensor> missing = new LinkedHashMap<>();
    for (Node parameter : saved.graph().parameters()) {
      missing.put(parameter.name(), filled(parameter.type()));
    }
    missing.keySet().removeAll(session.parameters().keySet());
    session.restore(missing);
    return session;
  }

  private Profile profile(Executable executable) {
    Execution execution = executable.execution();
    executable.inputs().forEach((name, type) -> execution.set(name, filled(type)));
    for (int run = 0; run < runs; run++) {
      execution.run();
    }
    Profile profile = new Profile();
    execution.profiledBy(profile);
    for (int run = 0; run < runs; run++) {
      execution.run();
    }
    return profile;
  }

  private static Tensor filled(TensorType type) {
    return Tensor.fill(type.dtype(), type.shape(), type.dtype().isFloating() ? 0.5 : 0);
  }
}
