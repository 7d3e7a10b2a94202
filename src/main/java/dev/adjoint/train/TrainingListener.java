package dev.adjoint.train;

import dev.adjoint.graph.Graph;
import dev.adjoint.runtime.Session;
import java.io.IOException;

/**
 * Is told how a run goes, on its thread, in between its steps. What it throws ends the run, which
 * can go on from its last checkpoint.
 */
public interface TrainingListener {
  /**
   * The run starts, or goes on.
   *
   * @param graph what is trained
   * @param session holds the parameters; do not change them
   * @param step how many steps were taken before
   */
  default void started(Graph graph, Session session, long step) throws IOException {}

  /** A step was taken. */
  default void stepped(StepResult step) throws IOException {}

  /**
   * An epoch was completed.
   *
   * @param session holds the parameters; do not change them
   */
  default void completed(EpochResult epoch, Session session) throws IOException {}

  /** The run ends because of an error, which is thrown after this. */
  default void failed() {}

  /** The run ended as it should. */
  default void ended(TrainingResult result) throws IOException {}
}
