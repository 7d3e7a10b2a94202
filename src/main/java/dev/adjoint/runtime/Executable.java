package dev.adjoint.runtime;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.graph.GraphException;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * A signature compiled for concrete sizes. Safe for threads: each run has arrays of its own, which
 * are used again. Belongs to a {@link Session} and runs with its parameters.
 */
public final class Executable {
  private final Session session;
  private final Plan plan;
  private final FrozenValues frozen;

  /**
   * For as many runs at a time as can be computed at a time: more would keep arenas for nothing.
   */
  private final ArrayBlockingQueue<RunState> idle;

  Executable(Session session, Plan plan) {
    this.session = session;
    this.plan = plan;
    int processors = Runtime.getRuntime().availableProcessors();
    this.idle = new ArrayBlockingQueue<>(2 * processors);
    this.frozen = new FrozenValues(plan, session.sharedValues(), session.options().checksNumbers());
  }

  /** The types of the inputs by name. */
  public Map<String, TensorType> inputs() {
    return types(plan.inputs());
  }

  /** The types of the outputs by name. */
  public Map<String, TensorType> outputs() {
    return types(plan.outputs());
  }

  private static Map<String, TensorType> types(Map<String, Plan.Slot> slots) {
    ImmutableMap.Builder<String, TensorType> types = ImmutableMap.builder();
    slots.forEach((name, slot) -> types.put(name, slot.type()));
    return types.buildOrThrow();
  }

  /**
   * Runs once: computes the outputs, and replaces the parameters that the signature updates.
   *
   * @throws GraphException if an input is missing, unknown or of another type
   * @throws RunException if the run fails or is stopped; then no parameter is changed
   * @throws RunException.MemoryLimit if the JVM has no room for its arrays
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    return run(inputs, RunOptions.unlimited());
  }

  /** As {@link #run(Map)}, with options. */
  public Map<String, Tensor> run(Map<String, Tensor> inputs, RunOptions options) {
    return run(inputs, RunControl.of(options));
  }

  Map<String, Tensor> run(Map<String, Tensor> inputs, RunControl control) {
    return run(inputs, control, Optional.empty());
  }

  /** As {@link #run(Map)}, recording what each task took. */
  public Map<String, Tensor> run(Map<String, Tensor> inputs, Profile profile) {
    return run(inputs, RunControl.UNLIMITED, Optional.of(profile));
  }

  private Map<String, Tensor> run(
      Map<String, Tensor> inputs, RunControl control, Optional<Profile> profile) {
    RunEvent event = RunRecorder.begin(plan.signature());
    try {
      Map<String, Tensor> outputs = compute(inputs, control, profile);
      RunRecorder.completed(event);
      return outputs;
    } catch (RuntimeException | Error e) {
      RunRecorder.failed(event, e);
      throw e;
    }
  }

  private Map<String, Tensor> compute(
      Map<String, Tensor> inputs, RunControl control, Optional<Profile> profile) {
    session.requireOpen();
    requireNames(inputs);
    RunState state = borrow();
    try {
      inputs.forEach((name, value) -> set(state, name, value));
      state.profileWith(profile.orElse(null));
      compute(state, control);
      ImmutableMap.Builder<String, Tensor> outputs = ImmutableMap.builder();
      plan.outputs().forEach((name, slot) -> outputs.put(name, get(state, slot)));
      return outputs.buildOrThrow();
    } finally {
      giveBack(state);
    }
  }

  /** Keeps the arrays for the next run, unless there will be none. */
  private void giveBack(RunState state) {
    var _ = idle.offer(state);
    if (!session.isOpen()) {
      free();
    }
  }

  /** Lets go of the arrays of runs, and of what is computed once. */
  void free() {
    idle.clear();
    frozen.clear();
  }

  private RunState borrow() {
    RunState state = idle.poll();
    return state == null ? newState() : state;
  }

  RunState newState() {
    try {
      return new RunState(plan, session.crew().threads(), session.options().checksNumbers());
    } catch (OutOfMemoryError e) {
      throw new RunException.MemoryLimit(
          "A run of signature '%s' needs %,d bytes of its own, for which this JVM, whose heap has %,d bytes at most, has no room. Start it with a larger one (-Xmx), or open the session with a memory limit, so that values are computed again."
              .formatted(plan.signature(), arenaBytes(), Runtime.getRuntime().maxMemory()),
          e);
    }
  }

  void run(RunState state, RunControl control) {
    RunEvent event = RunRecorder.begin(plan.signature());
    try {
      compute(state, control);
      RunRecorder.completed(event);
    } catch (RuntimeException | Error e) {
      RunRecorder.failed(event, e);
      throw e;
    } finally {
      if (!session.isOpen()) {
        free();
      }
    }
  }

  private void compute(RunState state, RunControl control) {
    session.requireOpen();
    state.run(session.store(), frozen, session.crew(), control);
  }

  /**
   * A run of its own that is made again and again without any allocation: inputs stay as they were
   * set, outputs are read where they lie.
   *
   * @throws RunException.MemoryLimit if the JVM has no room for its arrays
   */
  public Execution execution() {
    session.requireOpen();
    return new Execution(this, newState());
  }

  private void requireNames(Map<String, Tensor> inputs) {
    if (!inputs.keySet().equals(plan.inputs().keySet())) {
      throw new GraphException(
          "The signature '%s' takes the inputs %s, given %s."
              .formatted(plan.signature(), plan.inputs().keySet(), inputs.keySet()));
    }
  }

  /** Callers that do not check for nulls hear which input is none. */
  static void requireTensor(String signature, String input, Tensor value) {
    if (input == null || value == null) {
      throw new GraphException(
          "The signature '%s': the input '%s' is %s. Pass a tensor under the input's name."
              .formatted(signature, input, value == null ? "null" : "a tensor without a name"));
    }
  }

  void set(RunState state, String input, Tensor value) {
    requireTensor(plan.signature(), input, value);
    Plan.Slot slot = input(input);
    if (!slot.type().equals(value.type())) {
      throw new GraphException(
          input,
          "The input '%s' is compiled for %s, given %s."
              .formatted(input, slot.type(), value.type()));
    }
    Arrays.copy(value, state.arena(slot.buffer()), plan.memory().offset(slot.buffer()));
  }

  Tensor get(RunState state, Plan.Slot slot) {
    return Arrays.toTensor(
        state.arena(slot.buffer()), plan.memory().offset(slot.buffer()), slot.type());
  }

  Plan.Slot input(String name) {
    return slot(plan.inputs(), name, "input");
  }

  Plan.Slot output(String name) {
    return slot(plan.outputs(), name, "output");
  }

  private Plan.Slot slot(Map<String, Plan.Slot> slots, String name, String what) {
    Plan.Slot slot = slots.get(name);
    if (slot == null) {
      throw new GraphException(
          "The signature '%s' has no %s '%s', only %s."
              .formatted(plan.signature(), what, name, slots.keySet()));
    }
    return slot;
  }

  Plan plan() {
    return plan;
  }

  /** The kernels, the memory plan, and why nodes are not computed together: tables for people. */
  public String explain() {
    return Explanation.of(plan, Footprint.of(plan, session.crew().threads()));
  }

  /** Bytes that the plan takes in all, as {@link SessionOptions#memoryLimit} counts them. */
  public long totalBytes() {
    return Footprint.of(plan, session.crew().threads()).total();
  }

  /** Bytes that one run's arena takes; each of several runs at the same time has its own. */
  public long arenaBytes() {
    return plan.memory().bytes();
  }

  /** The most bytes of the arena that are alive at once: no arena can be smaller. */
  public long liveBytes() {
    return plan.memory().lowerBound();
  }
}
