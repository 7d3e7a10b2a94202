package dev.adjoint.runtime;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.adjoint.graph.Graph;
import dev.adjoint.tensor.TensorType;
import java.util.Optional;

/**
 * A compiled signature: what is computed in which order, and where everything lies. Immutable; any
 * number of runs may use it at once.
 *
 * @param graph the optimised graph that it computes
 * @param signature the signature's name
 * @param frozen steps that depend on parameters only which the signature does not change; they are
 *     computed when such a parameter has changed, not with each run
 * @param stages the steps of each run; those of one stage do not depend on each other
 * @param memory where the buffers of the arena lie
 * @param inputs where the inputs go, by name
 * @param outputs where the outputs are, by name
 * @param parameters the parameters that are read, as positions in the store
 * @param updated the parameters that a run replaces, as positions in the store
 * @param constants the buffers' values, in the order of their positions
 * @param frozenBuffers in the order of their positions
 * @param separations which nodes that follow each other are computed by two kernels, and why
 * @param recomputed what runs twice to save memory, if anything does
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; a run walks them without an iterator.
record Plan(
    Graph graph,
    String signature,
    ImmutableList<Step> frozen,
    ImmutableList<ImmutableList<Step>> stages,
    MemoryPlan memory,
    ImmutableMap<String, Slot> inputs,
    ImmutableMap<String, Slot> outputs,
    int[] parameters,
    int[] updated,
    Object[] constants,
    ImmutableList<Buffer> frozenBuffers,
    ImmutableList<Separation> separations,
    Optional<Recomputed> recomputed) {
  /**
   * A value that a caller sees.
   *
   * @param buffer its elements in row-major order
   * @param type its dtype and shape
   */
  record Slot(Buffer buffer, TensorType type) {}

  /**
   * Steps that run a second time, so that their results need not be kept.
   *
   * @param steps the second runs, in their order
   * @param arenaWithout the bytes of the arena if all results were kept
   * @param workWithout an estimate of a run's {@link Work} then
   * @param work the same of the second runs
   */
  record Recomputed(ImmutableList<Step> steps, long arenaWithout, long workWithout, long work) {}

  /** The same plan in another order, with some steps twice. */
  Plan recomputing(
      ImmutableList<ImmutableList<Step>> order, MemoryPlan newMemory, Recomputed again) {
    return new Plan(
        graph,
        signature,
        frozen,
        order,
        newMemory,
        inputs,
        outputs,
        parameters,
        updated,
        constants,
        frozenBuffers,
        separations,
        Optional.of(again));
  }

  boolean writesParameters() {
    return updated.length > 0;
  }

  /** All steps, the frozen ones first. */
  Iterable<Step> steps() {
    return ImmutableList.<Step>builder()
        .addAll(frozen)
        .addAll(stages.stream().flatMap(ImmutableList::stream).iterator())
        .build();
  }
}
