package dev.adjoint.runtime;

import dev.adjoint.tensor.Tensor;

/**
 * A run that is repeated: inputs are set once or before each run, outputs are read after it. A run
 * allocates nothing. For one thread at a time; an {@link Executable} makes any number of them.
 */
public final class Execution {
  private final Executable executable;
  private final RunState state;

  Execution(Executable executable, RunState state) {
    this.executable = executable;
    this.state = state;
  }

  /**
   * Sets an input for this run and later ones.
   *
   * @throws dev.adjoint.graph.GraphException if there is no such input, or its type differs
   */
  public Execution set(String input, Tensor value) {
    executable.set(state, input, value);
    return this;
  }

  /**
   * Runs with the inputs as they are set; one that was never set is all zeros.
   *
   * @throws RunException if the run fails; then no parameter is changed
   */
  public void run() {
    executable.run(state, RunControl.UNLIMITED);
  }

  /** As {@link #run()}, with options. */
  public void run(RunOptions options) {
    executable.run(state, RunControl.of(options));
  }

  /** Records what each task of the following runs takes. */
  public Execution profiledBy(Profile profile) {
    state.profileWith(profile);
    return this;
  }

  /**
   * A copy of an output of the last run.
   *
   * @throws dev.adjoint.graph.GraphException if there is no such output
   */
  public Tensor get(String output) {
    return executable.get(state, executable.output(output));
  }
}
