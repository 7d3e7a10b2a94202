package dev.adjoint.runtime;

import dev.adjoint.kernel.Arguments;
import java.util.stream.IntStream;

/** Looks for values that are no numbers in what a step wrote. */
final class NumberCheck {
  private NumberCheck() {}

  /**
   * Checks the results of a step. What only packs a value for its reader computes no node, and may
   * transform it: where the value itself is finite, the reader is to blame, which is checked too.
   *
   * @throws RunException.NotFinite naming the node, the first element that is NaN or infinite, and
   *     which operands were already
   */
  static void requireFinite(Step step, Arguments arguments) {
    for (int i = 0; i < step.writes().size(); i++) {
      int argument = step.reads().size() + i;
      int place = firstNotFinite(step.writes().get(i), arguments, argument);
      if (place >= 0 && !(step.isPacking() && hasFiniteOperands(step, arguments))) {
        throw new RunException.NotFinite(
            step.name(),
            "'%s' (%s) gave %s at element %d. %s"
                .formatted(
                    step.name(),
                    step.description(),
                    element(step.writes().get(i), arguments, argument, place),
                    place,
                    operands(step, arguments)));
      }
    }
  }

  private static boolean hasFiniteOperands(Step step, Arguments arguments) {
    return IntStream.range(0, step.reads().size())
        .allMatch(i -> firstNotFinite(step.reads().get(i), arguments, i) < 0);
  }

  private static String operands(Step step, Arguments arguments) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < step.reads().size(); i++) {
      Buffer read = step.reads().get(i);
      int place = isOverwritten(step, i, arguments) ? -1 : firstNotFinite(read, arguments, i);
      text.append(
          place < 0
              ? "Its operand '%s' is finite. ".formatted(read.name())
              : "Its operand '%s' has %s at element %d. "
                  .formatted(read.name(), element(read, arguments, i, place), place));
    }
    return text.toString().strip();
  }

  /** Whether a result took an operand's memory; the operand was checked when it was written. */
  private static boolean isOverwritten(Step step, int operand, Arguments arguments) {
    Buffer read = step.reads().get(operand);
    int result = step.reads().size();
    return step.inPlace().filter(read::equals).isPresent()
        && arguments.offset(operand) == arguments.offset(result)
        && arguments.array(operand).equals(arguments.array(result));
  }

  private static int firstNotFinite(Buffer buffer, Arguments arguments, int argument) {
    if (!buffer.dtype().isFloating()) {
      return -1;
    }
    for (int i = 0; i < buffer.elements(); i++) {
      if (!Double.isFinite(element(buffer, arguments, argument, i))) {
        return i;
      }
    }
    return -1;
  }

  private static double element(Buffer buffer, Arguments arguments, int argument, int place) {
    int at = arguments.offset(argument) + place;
    return switch (buffer.dtype()) {
      case FLOAT32 -> arguments.floats(argument)[at];
      case FLOAT64 -> arguments.doubles(argument)[at];
      case INT32, INT64, BOOL -> 0;
    };
  }
}
