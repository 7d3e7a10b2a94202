package dev.adjoint.cli.example;

import dev.adjoint.runtime.Session;
import dev.adjoint.train.EpochResult;
import dev.adjoint.train.Evaluation;
import dev.adjoint.train.TrainingListener;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.Dataset;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * Prints after each epoch how training goes, and how the network does on test images. They decide
 * nothing: whoever wants the best epoch holds validation images out of those to learn from.
 *
 * @param out where to print
 * @param test the images to judge by
 */
record EpochLines(PrintWriter out, Dataset test) implements TrainingListener {
  private static final int JUDGED_AT_ONCE = 500;

  @Override
  public void completed(EpochResult epoch, Session session) throws IOException {
    Evaluation judged = Evaluation.of(session, Batches.of(test, JUDGED_AT_ONCE));
    out.printf(
        "epoch %2d   loss %.4f   test accuracy %6.2f%%%n",
        epoch.epoch(), epoch.loss(), 100 * judged.accuracy());
    out.flush();
  }
}
