package dev.adjoint.runtime;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Signature;
import dev.adjoint.kernel.KernelOptions;
import dev.adjoint.kernel.loop.LoopCompiler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Makes a {@link Plan} of an optimised graph that has one signature and no symbolic size. */
final class Compiler {
  private final Graph graph;
  private final Signature signature;
  private final ToIntFunction<String> storePosition;
  private final Lowering lowering;

  private final Grouping grouping;

  private Compiler(
      Graph graph,
      Signature signature,
      ToIntFunction<String> storePosition,
      SessionOptions options,
      LoopCompiler loops,
      Cancellation stop) {
    this.graph = graph;
    this.signature = signature;
    this.storePosition = storePosition;
    Set<Node> roots = new HashSet<>(signature.outputs().values());
    roots.addAll(signature.updates().values());
    KernelOptions kernels = KernelOptions.FASTEST.whileWarming();
    KernelChoice choice = new KernelChoice(options.fast() ? kernels : kernels.withoutWinograd());
    this.grouping =
        options.fuses() && !options.checksNumbers()
            ? Grouping.of(
                graph, roots, (product, pooling) -> choice.pooling(product, pooling).isPresent())
            : Grouping.unfused(graph, roots);
    stop.check();
    this.lowering =
        new Lowering(grouping, choice, loops, frozenNodes(graph, signature)::contains, stop);
    stop.check();
  }

  /**
   * Compiles.
   *
   * @param storePosition the position of a parameter, by name, in the store
   * @throws RunException.Cancelled if {@code stop} is cancelled meanwhile
   */
  static Plan compile(
      Graph graph,
      String signature,
      ToIntFunction<String> storePosition,
      SessionOptions options,
      LoopCompiler loops,
      Cancellation stop) {
    Signature compiled = graph.signature(signature);
    return new Compiler(graph, compiled, storePosition, options, loops, stop).plan();
  }

  /** The nodes that depend on nothing but constants and parameters that stay as they are. */
  private static Set<Node> frozenNodes(Graph graph, Signature signature) {
    Set<Node> frozen = new HashSet<>();
    for (Node node : graph.nodes()) {
      boolean changes = node.op() instanceof Input || signature.updates().containsKey(node);
      if (!changes && frozen.containsAll(node.operands())) {
        frozen.add(node);
      }
    }
    return frozen;
  }

  private Plan plan() {
    ImmutableMap<String, Plan.Slot> outputs = outputs();
    int[] updated = updates(outputs);
    Set<Buffer> kept = Sets.newIdentityHashSet();
    for (Plan.Slot slot : outputs.values()) {
      kept.add(slot.buffer());
    }
    Frozen frozen = freeze(kept);
    List<Step> running = new ArrayList<>(lowering.steps());
    Set<Step> early = Sets.newIdentityHashSet();
    early.addAll(frozen.steps);
    running.removeIf(early::contains);
    ImmutableList<ImmutableList<Step>> stages = Schedule.stages(running, kept);
    return new Plan(
        graph,
        signature.name(),
        ImmutableList.copyOf(frozen.steps),
        stages,
        new MemoryPlan(new Liveness(stages, lowering.inputs(), List.copyOf(kept))),
        inputs(),
        outputs,
        lowering.readParameters().stream().map(Node::name).mapToInt(storePosition).toArray(),
        updated,
        lowering.constants().toArray(),
        ImmutableList.copyOf(frozen.buffers),
        Separation.of(graph, grouping, lowering::isView),
        Optional.empty());
  }

  private ImmutableMap<String, Plan.Slot> inputs() {
    ImmutableMap.Builder<String, Plan.Slot> inputs = ImmutableMap.builder();
    signature
        .inputs()
        .forEach((name, node) ->
            inputs.put(name, new Plan.Slot(lowering.view(node).buffer(), node.type())));
    return inputs.buildOrThrow();
  }

  /** Outputs stay in the arena, where the next run does not change them under a reader. */
  private ImmutableMap<String, Plan.Slot> outputs() {
    ImmutableMap.Builder<String, Plan.Slot> outputs = ImmutableMap.builder();
    signature
        .outputs()
        .forEach((name, node) -> {
          Buffer whole = lowering.whole(node);
          Buffer own = whole.home() == Buffer.Home.ARENA ? whole : lowering.copy(node);
          outputs.put(name, new Plan.Slot(own, node.type()));
        });
    return outputs.buildOrThrow();
  }

  /** Lets each update be computed where the parameter's next version will be. */
  private int[] updates(Map<String, Plan.Slot> outputs) {
    Set<Buffer> taken = new HashSet<>();
    for (Plan.Slot slot : outputs.values()) {
      taken.add(slot.buffer());
    }
    List<Integer> updated = new ArrayList<>();
    signature
        .updates()
        .forEach((parameter, node) -> {
          Buffer whole = lowering.whole(node);
          boolean free = whole.home() == Buffer.Home.ARENA && taken.add(whole);
          Buffer next = free ? whole : lowering.copy(node);
          next.moveTo(Buffer.Home.NEXT, updated.size());
          updated.add(storePosition.applyAsInt(parameter.name()));
        });
    return updated.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * What does not depend on inputs or on what the signature changes.
   *
   * @param steps in their order
   * @param buffers their results
   */
  private record Frozen(List<Step> steps, List<Buffer> buffers) {}

  private Frozen freeze(Set<Buffer> outputs) {
    Set<String> changed = new HashSet<>();
    for (Node parameter : signature.updates().keySet()) {
      changed.add(parameter.name());
    }
    Frozen frozen = new Frozen(new ArrayList<>(), new ArrayList<>());
    for (Step step : lowering.steps()) {
      boolean constant =
          step.reads().stream().allMatch(read -> isFrozen(read, changed))
              && step.writes().stream()
                  .allMatch(
                      buffer -> buffer.home() == Buffer.Home.ARENA && !outputs.contains(buffer));
      if (constant) {
        frozen.steps.add(step);
        List<Buffer> written = new ArrayList<>(step.writes());
        step.temporary().ifPresent(written::add);
        for (Buffer buffer : written) {
          buffer.moveTo(Buffer.Home.FROZEN, frozen.buffers.size());
          frozen.buffers.add(buffer);
        }
      }
    }
    return frozen;
  }

  private static boolean isFrozen(Buffer buffer, Set<String> changed) {
    return switch (buffer.home()) {
      case CONSTANT, FROZEN -> true;
      case PARAMETER -> !changed.contains(buffer.name());
      case ARENA, INPUT, NEXT -> false;
    };
  }
}
