package dev.adjoint.kernel;

import dev.adjoint.op.WindowAxis;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Where the elements stand that a moving window covers: for each step of the window, the places in
 * the order of its taps. Made once from strides, padding and dilations, of which the loops then
 * know nothing.
 */
public final class WindowPlaces {
  /** A window that covers the one element at place 0, in its one step. */
  static final WindowPlaces SINGLE = new WindowPlaces(new int[] {0, 1}, new int[] {0});

  private final int[] firsts;
  private final int[] places;

  private WindowPlaces(int[] firsts, int[] places) {
    this.firsts = firsts;
    this.places = places;
  }

  /**
   * A window that moves along one axis.
   *
   * @param axis how it moves
   * @param taps its size
   * @param size how many elements the axis has
   * @param steps how often the window stands still
   * @param distance of neighbouring elements' places
   */
  static WindowPlaces of(WindowAxis axis, long taps, int size, int steps, int distance) {
    int[] firsts = new int[steps + 1];
    for (int step = 0; step < steps; step++) {
      firsts[step + 1] = Math.addExact(firsts[step], covered(axis, taps, size, step, _ -> {}));
    }
    int[] places = new int[firsts[steps]];
    for (int step = 0; step < steps; step++) {
      int[] next = {firsts[step]};
      covered(axis, taps, size, step, index -> places[next[0]++] = index * distance);
    }
    return new WindowPlaces(firsts, places);
  }

  private static int covered(WindowAxis axis, long taps, int size, int step, IntConsumer action) {
    long start = step * axis.stride() - axis.low().value();
    long last = (size - 1) * axis.inputDilation() - start;
    long limit = Math.min(taps, Math.floorDiv(last, axis.dilation()) + 1);
    int count = 0;
    for (long tap = Math.max(0, Math.ceilDiv(-start, axis.dilation())); tap < limit; tap++) {
      long position = start + tap * axis.dilation();
      if (position % axis.inputDilation() == 0) {
        action.accept((int) (position / axis.inputDilation()));
        count++;
      }
    }
    return count;
  }

  /** The window that moves along these axes and, before the next step here, along other ones. */
  WindowPlaces then(WindowPlaces other) {
    int[] firsts = new int[Math.multiplyExact(steps(), other.steps()) + 1];
    int step = 0;
    for (int a = 0; a < steps(); a++) {
      for (int b = 0; b < other.steps(); b++) {
        int count = Math.multiplyExact(limit(a) - first(a), other.limit(b) - other.first(b));
        firsts[step + 1] = Math.addExact(firsts[step], count);
        step++;
      }
    }
    int[] places = new int[firsts[step]];
    int next = 0;
    for (int a = 0; a < steps(); a++) {
      for (int b = 0; b < other.steps(); b++) {
        for (int i = first(a); i < limit(a); i++) {
          for (int j = other.first(b); j < other.limit(b); j++) {
            places[next++] = place(i) + other.place(j);
          }
        }
      }
    }
    return new WindowPlaces(firsts, places);
  }

  /** How often the window stands still. */
  public int steps() {
    return firsts.length - 1;
  }

  /** Where the places of a step begin. */
  public int first(int step) {
    return firsts[step];
  }

  /** Where the places of a step end. */
  public int limit(int step) {
    return firsts[step + 1];
  }

  /** A place. */
  public int place(int i) {
    return places[i];
  }

  /** How many places all steps have together. */
  int count() {
    return places.length;
  }

  /** How many different places there are. */
  int distinct() {
    return (int) Arrays.stream(places).distinct().count();
  }
}
