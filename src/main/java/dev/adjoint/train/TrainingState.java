package dev.adjoint.train;

import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * Where a run is, besides the values of its parameters: with both it goes on as if it had never
 * stopped.
 *
 * @param settings what the run must have been started with to go on from here
 * @param step how many steps were taken
 * @param epoch how many epochs are complete
 * @param batch how many batches of the next epoch are done
 * @param examples how many examples these had
 * @param lossSum the sum of their losses
 * @param right how many of them were right
 * @param history what the complete epochs came to
 */
record TrainingState(
    String settings,
    long step,
    int epoch,
    int batch,
    long examples,
    double lossSum,
    long right,
    List<EpochResult> history) {
  TrainingState {
    history = List.copyOf(history);
  }

  static TrainingState start(String settings) {
    return new TrainingState(settings, 0, 0, 0, 0, 0, 0, List.of());
  }

  /** The best epoch by the validation examples, the first of several. */
  Optional<EpochResult> best() {
    return best(history);
  }

  /** The best of some epochs. */
  static Optional<EpochResult> best(List<EpochResult> history) {
    BinaryOperator<EpochResult> better = (one, other) -> other.isBetterThan(one) ? other : one;
    return history.stream().filter(EpochResult::isValidated).reduce(better);
  }

  /** A text that {@link #parse} reads back to the same bits. */
  String toText() {
    StringBuilder text = new StringBuilder();
    text.append("settings ").append(settings).append('\n');
    text.append("at %d %d %d\n".formatted(step, epoch, batch));
    text.append("sums %d %s %d\n".formatted(examples, Double.toHexString(lossSum), right));
    for (EpochResult e : history) {
      text.append(
          "epoch %d %d %s %s %s %s\n"
              .formatted(
                  e.epoch(),
                  e.step(),
                  Double.toHexString(e.loss()),
                  Double.toHexString(e.accuracy()),
                  Double.toHexString(e.validationLoss()),
                  Double.toHexString(e.validationAccuracy())));
    }
    return text.toString();
  }

  /**
   * Reads {@link #toText}.
   *
   * @throws IllegalArgumentException if the text is none
   */
  static TrainingState parse(String text) {
    List<String[]> lines = text.lines().map(line -> line.split(" ", -1)).toList();
    try {
      String[] settings = fields(lines.get(0), "settings", 2);
      String[] at = fields(lines.get(1), "at", 4);
      String[] sums = fields(lines.get(2), "sums", 4);
      return new TrainingState(
          settings[1],
          Long.parseLong(at[1]),
          Integer.parseInt(at[2]),
          Integer.parseInt(at[3]),
          Long.parseLong(sums[1]),
          Double.parseDouble(sums[2]),
          Long.parseLong(sums[3]),
          lines.stream().skip(3).map(line -> epoch(fields(line, "epoch", 7))).toList());
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException("It does not say where the training is: " + text, e);
    }
  }

  private static EpochResult epoch(String[] fields) {
    return new EpochResult(
        Integer.parseInt(fields[1]),
        Long.parseLong(fields[2]),
        Double.parseDouble(fields[3]),
        Double.parseDouble(fields[4]),
        Double.parseDouble(fields[5]),
        Double.parseDouble(fields[6]));
  }

  private static String[] fields(String[] line, String first, int count) {
    if (line.length != count || !line[0].equals(first)) {
      throw new IllegalArgumentException(
          "'%s' should be '%s' with %d values."
              .formatted(String.join(" ", line), first, count - 1));
    }
    return line;
  }
}
