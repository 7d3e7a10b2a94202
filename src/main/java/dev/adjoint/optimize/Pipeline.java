package dev.adjoint.optimize;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Signature;
import dev.adjoint.tensor.TensorType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Passes in order, run in rounds until each has left the graph as it is, {@value #MOST_ROUNDS}
 * rounds at most. Every graph on the way is verified; that a pass keeps signatures and parameters
 * is checked too.
 *
 * <p>
 *
 * {@snippet :
 * Graph fast = Pipeline.standard().run(Prune.to(graph, "train").bind(sizes));
 * }
 *
 * <p>Deterministic. Its text form lists the passes.
 *
 * @param passes the passes of a round
 */
public record Pipeline(ImmutableList<Pass> passes) {
  private static final int MOST_ROUNDS = 16;

  /** Checks that the names differ. */
  public Pipeline {
    Set<String> names = ImmutableSet.copyOf(namesOf(passes));
    if (names.size() < passes.size()) {
      throw new IllegalArgumentException(
          "Each pass of a pipeline has a name of its own, given %s.".formatted(namesOf(passes)));
    }
  }

  /** Hears of each pass that ran. */
  @FunctionalInterface
  public interface Listener {
    /** Nobody listens. */
    Listener NONE = (_, _) -> {};

    /** The pass of {@code report} ran and left {@code graph}. */
    void ran(PassReport report, Graph graph);
  }

  /** All passes of this package. */
  public static Pipeline standard() {
    return new Pipeline(
        ImmutableList.of(
            new RemoveDeadCode(),
            exact("remove-control", "Drops what only steers differentiation.", ControlRules.TABLE),
            new MergeEqualNodes(),
            new AssignLayouts(),
            new FoldScalesIntoWeights(),
            new FoldConstants(),
            exact(
                "simplify-arithmetic",
                "Applies algebra that keeps the bits.",
                AlgebraicRules.TABLE),
            rounding(
                "regroup-arithmetic",
                "Merges constant factors and unrolls small powers.",
                AlgebraicRules.TABLE),
            exact(
                "absorb-transposes",
                "Multiplies transposed arrays as they are.",
                ProductRules.TABLE),
            rounding(
                "regroup-products",
                "Correlates arrays as they are in place of reversed ones.",
                ProductRules.TABLE),
            exact(
                "simplify-movements",
                "Moves movements behind what reads them, merges and cancels them.",
                Stream.of(MovementRules.TABLE, ReverseRules.TABLE, SinkRules.TABLE)
                    .flatMap(List::stream)
                    .toList()),
            exact("simplify-reductions", "Merges reductions.", ReductionRules.TABLE),
            rounding("regroup-reductions", "Merges sums and means.", ReductionRules.TABLE),
            exact(
                "simplify-poolings",
                "Masks gradients of poolings before they are scattered.",
                PoolingRules.TABLE),
            rounding(
                "regroup-poolings",
                "Sums gradients of poolings before they are scattered.",
                PoolingRules.TABLE),
            new PlaceTransposes(),
            new ReadReluForItsMask()));
  }

  private static Pass exact(String name, String description, List<Rule> table) {
    return ApplyRules.of(name, description, Exactness.BITS, table);
  }

  private static Pass rounding(String name, String description, List<Rule> table) {
    return ApplyRules.of(name, description, Exactness.ROUNDING, table);
  }

  /**
   * This pipeline without some passes.
   *
   * @throws IllegalArgumentException if it has no pass of such a name
   */
  public Pipeline without(String... names) {
    return filtered(names, name -> !Arrays.asList(names).contains(name));
  }

  /**
   * This pipeline with some of its passes only, in its own order.
   *
   * @throws IllegalArgumentException if it has no pass of such a name
   */
  public Pipeline only(String... names) {
    return filtered(names, Arrays.asList(names)::contains);
  }

  private Pipeline filtered(String[] names, Predicate<String> kept) {
    for (String name : names) {
      if (!namesOf(passes).contains(name)) {
        throw new IllegalArgumentException(
            "There is no pass '%s'. The passes are %s.".formatted(name, namesOf(passes)));
      }
    }
    return new Pipeline(
        passes.stream()
            .filter(pass -> kept.test(pass.name()))
            .collect(ImmutableList.toImmutableList()));
  }

  private static List<String> namesOf(List<Pass> passes) {
    return passes.stream().map(Pass::name).toList();
  }

  /** The optimised graph. */
  public Graph run(Graph graph) {
    return run(graph, Listener.NONE);
  }

  /**
   * The optimised graph.
   *
   * @throws GraphException if a pass gives a graph that is not valid or has other signatures, which
   *     names the pass
   */
  public Graph run(Graph graph, Listener listener) {
    Graph current = graph;
    int unchanged = 0;
    for (int round = 1; round <= MOST_ROUNDS; round++) {
      Graph before = current;
      for (Pass pass : passes) {
        Graph after = runPass(pass, round, current, listener);
        unchanged = after.equals(current) ? unchanged + 1 : 0;
        current = after;
        if (unchanged == passes.size()) {
          return current;
        }
      }
      if (current.equals(before)) {
        break;
      }
    }
    return current;
  }

  private static Graph runPass(Pass pass, int round, Graph before, Listener listener) {
    long start = System.nanoTime();
    Graph after = apply(pass, before);
    boolean changed = !after.equals(before);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    listener.ran(
        new PassReport(pass, round, before.nodes().size(), after.nodes().size(), changed, time),
        after);
    return after;
  }

  private static Graph apply(Pass pass, Graph before) {
    try {
      Graph after = pass.apply(before);
      if (after.equals(before)) {
        return before;
      }
      requireSame("signatures", signatures(before), signatures(after));
      requireSame("parameters", parameters(before), parameters(after));
      return after;
    } catch (GraphException e) {
      throw new GraphException(
          e.node().orElse(""),
          e.constraint().orElse(""),
          "The pass '%s' failed on the graph '%s'. Leave it out with without(\"%s\") until it is mended. %s"
              .formatted(pass.name(), before.name(), pass.name(), e.getMessage()),
          e);
    }
  }

  private static void requireSame(String what, Object before, Object after) {
    if (!before.equals(after)) {
      throw new GraphException("It changed the %s from %s to %s.".formatted(what, before, after));
    }
  }

  private static Map<String, List<Object>> signatures(Graph graph) {
    return graph.signatures().values().stream()
        .collect(Collectors.toMap(Signature::name, Pipeline::describe));
  }

  private static List<Object> describe(Signature signature) {
    return List.of(
        signature.inputs().values().stream().map(Node::name).toList(),
        types(signature.inputs()),
        types(signature.outputs()),
        signature.updates().keySet().stream().map(Node::name).toList());
  }

  private static Map<String, TensorType> types(Map<String, Node> nodes) {
    return nodes.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().type()));
  }

  private static Map<String, TensorType> parameters(Graph graph) {
    return graph.parameters().stream().collect(Collectors.toMap(Node::name, Node::type));
  }

  /** The graph as text before the first pass and after each that changed it, under headings. */
  public String explain(Graph graph) {
    StringBuilder text = new StringBuilder("== given, %d nodes\n".formatted(graph.nodes().size()));
    text.append(graph);
    run(
        graph,
        (report, after) -> {
          if (report.changed()) {
            text.append(
                "== round %d, %s: %d -> %d nodes\n"
                    .formatted(
                        report.round(),
                        report.pass().name(),
                        report.nodesBefore(),
                        report.nodesAfter()));
            text.append(after);
          }
        });
    return text.toString();
  }

  /** One line a pass: name, exactness, description. */
  @Override
  public String toString() {
    return passes.stream()
        .map(pass ->
            "%s (%s): %s%n"
                .formatted(
                    pass.name(),
                    pass.exactness() == Exactness.BITS ? "exact" : "may round otherwise",
                    pass.description()))
        .collect(Collectors.joining());
  }
}
