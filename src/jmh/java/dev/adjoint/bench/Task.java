package dev.adjoint.bench;

import dev.adjoint.runtime.Profile;
import java.util.List;

/** A workload that one contender has prepared, to be run again and again by one thread. */
interface Task extends AutoCloseable {
  /** One run, which is what is timed. */
  void run();

  /**
   * Runs, and gives what has to agree with other contenders: results in Adjoint's order of axes, or
   * the losses of the first training steps. Called once, before anything else.
   */
  float[] sample();

  /** What else there is to say, such as a plan's memory; empty if nothing. */
  default String note() {
    return "";
  }

  /** What each kernel takes in one run; empty from those that do not tell. */
  default List<Profile.KernelTime> profile() {
    return List.of();
  }

  @Override
  default void close() {}
}
