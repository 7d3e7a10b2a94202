package dev.adjoint.runtime;

import dev.adjoint.kernel.Arguments;

/** Looks for values that are no numbers in what a step wrote. */
final class NumberCheck {
  private NumberCheck() {}

  /**
   * Checks the results of a step.
   *
   * @throws RunException.NotFinite naming the node, the first element that is NaN or infinite, and
   *     which operands were already
   */
  static void requireFinite(Step step, Arguments arguments) {
    for (int i = 0; i < step.writes().size(); i++) {
      int argument = step.reads().size() + i;
      int place = firstNotFinite(step.writes().get(i), arguments, argument);
      if (place >= 0) {
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

  private static String operands(Step step, Arguments arguments) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < step.reads().size(); i++) {
      Buffer read = step.reads().get(i);
      int place = firstNotFinite(read, arguments, i);
      text.append(
          place < 0
              ? "Its operand '%s' is finite. ".formatted(read.name())
              : "Its operand '%s' has %s at element %d. "
                  .formatted(read.name(), element(read, arguments, i, place), place));
    }
    return text.toString().strip();
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
