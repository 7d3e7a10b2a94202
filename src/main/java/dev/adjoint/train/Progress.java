package dev.adjoint.train;

import java.io.Console;
import java.io.PrintStream;

/** Shows how a run goes. */
public final class Progress {
  private Progress() {}

  /**
   * A bar where the program writes to a terminal, else {@link ProgressLines}; the bar needs the
   * library {@code me.tongfei:progressbar} on the class path.
   */
  public static TrainingListener on(PrintStream out) {
    return isOnTerminal() ? new ProgressBars(out) : new ProgressLines(out);
  }

  /** Whether the program writes to a terminal, where a person can watch it. */
  @SuppressWarnings("SystemConsoleNull") // From JDK 25 on it is null again without a terminal.
  public static boolean isOnTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** An epoch in words: {@code epoch 2/6 loss 0.0983 accuracy 97.27% validation ..}. */
  static String describe(EpochResult epoch, int epochs) {
    StringBuilder text = new StringBuilder("epoch %d/%d".formatted(epoch.epoch(), epochs));
    text.append(measures("", epoch.loss(), epoch.accuracy()));
    if (epoch.isValidated()) {
      text.append(measures(" validation", epoch.validationLoss(), epoch.validationAccuracy()));
    }
    return text.toString();
  }

  static String measures(String what, double loss, double accuracy) {
    String words = "%s loss %.4f".formatted(what, loss);
    return Double.isNaN(accuracy) ? words : words + " accuracy %.2f%%".formatted(100 * accuracy);
  }

  /** Seconds as people say them: {@code 42s}, {@code 3m05s}, {@code 2h07m}. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + "s";
    }
    return whole < 3600
        ? "%dm%02ds".formatted(whole / 60, whole % 60)
        : "%dh%02dm".formatted(whole / 3600, whole / 60 % 60);
  }
}
