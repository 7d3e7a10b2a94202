package dev.adjoint.train;

import java.nio.file.Path;

/** The checkpoints that a run found are not its own, so it cannot go on from them. */
public final class OtherRunException extends TrainingException {
  private static final long serialVersionUID = 1;

  OtherRunException(Path folder) {
    super(
        "The checkpoints in %s are of another run: its graph, number of examples, batch size or seed differ. Give this run another folder, or remove that one."
            .formatted(folder));
  }
}
