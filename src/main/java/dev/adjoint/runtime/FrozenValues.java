package dev.adjoint.runtime;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a plan computes from parameters alone, such as packed weights: once, and again when one of
 * these parameters has changed.
 */
final class FrozenValues {
  /**
   * The values for certain versions of the parameters.
   *
   * @param versions of the parameters that the values depend on
   * @param arrays the values
   * @param shared what keeps arrays that other plans have as well
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared element by element, by identity.
  private record Computed(long[] versions, Object[] arrays, List<Object[]> shared) {}

  private static final Object[] NONE = new Object[0];

  private final Plan plan;
  private final SharedValues shared;
  private final boolean checksNumbers;
  private final int[] dependsOn;
  private @Nullable Computed latest;

  FrozenValues(Plan plan, SharedValues shared, boolean checksNumbers) {
    this.plan = plan;
    this.shared = shared;
    this.checksNumbers = checksNumbers;
    this.dependsOn =
        plan.frozen().stream()
            .flatMap(step -> step.reads().stream())
            .filter(buffer -> buffer.home() == Buffer.Home.PARAMETER)
            .mapToInt(Buffer::position)
            .distinct()
            .toArray();
  }

  /**
   * The values for the given versions of the plan's parameters.
   *
   * @throws RunException if they cannot be computed, or the run is stopped meanwhile
   */
  Object[] values(ParameterStore.Version[] held, RunControl control) {
    if (plan.frozen().isEmpty()) {
      return NONE;
    }
    synchronized (this) {
      Computed known = latest;
      if (known == null || !isFor(known, held)) {
        known = compute(held, control);
        latest = known;
      }
      return known.arrays;
    }
  }

  /** Forgets the values, which are computed again if somebody wants them. */
  synchronized void clear() {
    latest = null;
  }

  private boolean isFor(Computed computed, ParameterStore.Version[] held) {
    for (int i = 0; i < dependsOn.length; i++) {
      if (computed.versions[i] != held[dependsOn[i]].number()) {
        return false;
      }
    }
    return true;
  }

  private long[] versions(ParameterStore.Version[] held) {
    return java.util.Arrays.stream(dependsOn).mapToLong(i -> held[i].number()).toArray();
  }

  private Computed compute(ParameterStore.Version[] held, RunControl control) {
    Object[] arrays = new Object[plan.frozenBuffers().size()];
    List<Object[]> kept = new ArrayList<>();
    Map<Buffer, SharedValues.Result> known = new HashMap<>();
    Workspace workspace = RunState.workspaces(plan, 1)[0];
    for (Step step : plan.frozen()) {
      control.check();
      List<Buffer> written = step.arguments().subList(step.reads().size(), step.arguments().size());
      Optional<SharedValues.Computation> computation = computation(step, held, known);
      Supplier<Object[]> compute = () -> compute(step, written, held, arrays, workspace);
      Object[] results = computation.map(of -> shared.get(of, compute)).orElseGet(compute);
      kept.add(results);
      for (int i = 0; i < results.length; i++) {
        int number = i;
        arrays[written.get(i).position()] = results[i];
        computation.ifPresent(
            of -> known.put(written.get(number), new SharedValues.Result(of, number)));
      }
    }
    return new Computed(versions(held), arrays, kept);
  }

  /** What a step computes, unless it reads what is this plan's own. */
  private static Optional<SharedValues.Computation> computation(
      Step step, ParameterStore.Version[] held, Map<Buffer, SharedValues.Result> known) {
    List<Object> reads = new ArrayList<>();
    for (Buffer read : step.reads()) {
      if (read.home() == Buffer.Home.PARAMETER) {
        reads.add(held[read.position()].number());
      } else if (known.containsKey(read)) {
        reads.add(known.get(read));
      }
    }
    return reads.size() == step.reads().size()
        ? Optional.of(new SharedValues.Computation(step.kernel().function(), reads))
        : Optional.empty();
  }

  private Object[] compute(
      Step step,
      List<Buffer> written,
      ParameterStore.Version[] held,
      Object[] arrays,
      Workspace workspace) {
    Object[] results =
        written.stream()
            .map(buffer -> Arrays.allocate(buffer.dtype(), buffer.elements()))
            .toArray();
    for (int i = 0; i < results.length; i++) {
      arrays[written.get(i).position()] = results[i];
    }
    Arguments arguments = arguments(step, held, arrays);
    run(step, arguments, workspace);
    if (checksNumbers) {
      NumberCheck.requireFinite(step, arguments);
    }
    return results;
  }

  private static void run(Step step, Arguments arguments, Workspace workspace) {
    Kernel kernel = step.kernel();
    try {
      for (int phase = 0; phase < kernel.phases(); phase++) {
        for (int task = 0; task < kernel.tasks(phase); task++) {
          kernel.run(phase, task, arguments, workspace);
        }
      }
    } catch (RunException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new RunException.Failed(step.name(), e);
    }
  }

  private Arguments arguments(Step step, ParameterStore.Version[] held, Object[] arrays) {
    List<Buffer> buffers = step.arguments();
    Arguments arguments = new Arguments(buffers.size());
    for (int i = 0; i < buffers.size(); i++) {
      Buffer buffer = buffers.get(i);
      Object array =
          switch (buffer.home()) {
            case PARAMETER -> held[buffer.position()].array;
            case CONSTANT -> plan.constants()[buffer.position()];
            case FROZEN -> arrays[buffer.position()];
            case ARENA, INPUT, NEXT ->
                throw new IllegalStateException(buffer + " is not there before a run");
          };
      arguments.set(i, array, 0);
    }
    return arguments;
  }
}
