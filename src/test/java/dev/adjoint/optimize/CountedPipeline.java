package dev.adjoint.optimize;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.LinkedHashMultiset;
import com.google.common.collect.Multiset;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Value;
import java.util.ArrayList;
import java.util.List;

/** A pipeline that counts how often each of its passes and rules changed something. */
final class CountedPipeline {
  private final Multiset<String> fired = LinkedHashMultiset.create();
  private final List<String> all = new ArrayList<>();
  private final Pipeline pipeline;

  CountedPipeline(Pipeline pipeline) {
    this.pipeline =
        new Pipeline(
            pipeline.passes().stream().map(this::counted).collect(ImmutableList.toImmutableList()));
  }

  Graph run(Graph graph) {
    return pipeline.run(
        graph,
        (report, _) -> {
          if (report.changed()) {
            fired.add(report.pass().name());
          }
        });
  }

  /** A line for each pass or rule that fired less often. */
  String firedLessThan(int times) {
    return all.stream()
        .filter(name -> fired.count(name) < times)
        .map(name -> "%d times: %s".formatted(fired.count(name), name))
        .collect(joining("\n"));
  }

  private Pass counted(Pass pass) {
    all.add(pass.name());
    return pass instanceof ApplyRules table
        ? new ApplyRules(
            table.name(),
            table.description(),
            table.exactness(),
            table.rules().stream().map(this::counted).collect(ImmutableList.toImmutableList()))
        : pass;
  }

  private Rule counted(Rule rule) {
    all.add(rule.rewrite());
    return new Rule(
        rule.rewrite(),
        rule.exactness(),
        (y, readers) -> {
          Value replacement = rule.rewriting().apply(y, readers);
          if (!replacement.equals(y)) {
            fired.add(rule.rewrite());
          }
          return replacement;
        });
  }
}
