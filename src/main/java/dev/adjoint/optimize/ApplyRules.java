package dev.adjoint.optimize;

import com.google.common.collect.ImmutableList;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Value;
import java.util.List;

/**
 * Applies a table of rules of one exactness: at each node, operands first, the first rule that
 * fits, until none does.
 */
record ApplyRules(String name, String description, Exactness exactness, ImmutableList<Rule> rules)
    implements Pass {
  /** The rules of {@code table} that promise {@code exactness}. */
  static ApplyRules of(String name, String description, Exactness exactness, List<Rule> table) {
    return new ApplyRules(
        name,
        description,
        exactness,
        ImmutableList.copyOf(
            table.stream().filter(rule -> rule.exactness() == exactness).toList()));
  }

  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, this::first);
  }

  private Value first(Value y, Readers readers) {
    for (Rule rule : rules) {
      Value replacement = rule.rewriting().apply(y, readers);
      if (!replacement.equals(y)) {
        return replacement;
      }
    }
    return y;
  }
}
