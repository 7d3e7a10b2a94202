package dev.adjoint.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * A correlation in memory, with three spatial axes: those that the operator lacks have size 1 and
 * come first. Strides are in elements.
 *
 * @param axes the spatial axes
 * @param batch how many images the result has
 * @param featureGroups groups that read features of their own
 * @param batchGroups groups that read images of their own
 * @param depth features that a group reads
 * @param columns features that a group writes
 * @param xBatch from one image of the input to the next
 * @param xFeature from one feature of the input to the next
 * @param wDepth from one feature that the kernel reads to the next
 * @param wColumn from one feature that the kernel writes to the next
 * @param yBatch from one image of the result to the next
 * @param yFeature from one feature of the result to the next
 * @param lastAxis the size of the result's last axis
 */
public record CorrelationShape(
    List<Axis> axes,
    int batch,
    int featureGroups,
    int batchGroups,
    int depth,
    int columns,
    int xBatch,
    int xFeature,
    int wDepth,
    int wColumn,
    int yBatch,
    int yFeature,
    int lastAxis) {
  /** How many spatial axes there are here. */
  public static final int SPATIAL = 3;

  /** Copies the list. */
  public CorrelationShape {
    axes = List.copyOf(axes);
  }

  /**
   * One spatial axis: step o of the window puts its tap k at index {@code o * stride + k * dilation
   * - low} of the input whose elements stand {@code inputDilation} apart.
   */
  public record Axis(
      int input,
      int taps,
      int output,
      int stride,
      int low,
      int inputDilation,
      int dilation,
      int xStride,
      int wStride,
      int yStride) {
    /** An axis that the operator does not have. */
    static final Axis NONE = new Axis(1, 1, 1, 1, 0, 1, 1, 0, 0, 0);

    /** Whether no tap ever stands outside the input, or between two of its elements. */
    public boolean staysInside() {
      int last = (output - 1) * stride + (taps - 1) * dilation - low;
      return inputDilation == 1 && low <= 0 && last < input;
    }

    /**
     * The steps of the window by the taps that meet an element: a dilated input is met by every
     * p-th step in the same way, so it is never multiplied by the zeros between its elements.
     */
    public List<Phase> phases() {
      int period = inputDilation / gcd(stride, inputDilation);
      List<Phase> phases = new ArrayList<>();
      for (int first = 0; first < period; first++) {
        List<Integer> met = new ArrayList<>();
        List<Integer> sources = new ArrayList<>();
        for (int tap = 0; tap < taps; tap++) {
          int at = first * stride + tap * dilation - low;
          if (Math.floorMod(at, inputDilation) == 0) {
            met.add(tap);
            sources.add(Math.floorDiv(at, inputDilation));
          }
        }
        phases.add(new Phase(first, period, period * stride / inputDilation, met, sources));
      }
      return phases;
    }

    private static int gcd(int a, int b) {
      return b == 0 ? a : gcd(b, a % b);
    }
  }

  /**
   * The steps {@code first, first + period, ..} of a window. The j-th of them has {@code
   * taps.get(i)} at input element {@code j * move + sources.get(i)}.
   */
  public record Phase(int first, int period, int move, List<Integer> taps, List<Integer> sources) {
    /** Copies the lists. */
    public Phase {
      taps = List.copyOf(taps);
      sources = List.copyOf(sources);
    }

    /** The first input element that the first step meets. */
    public int origin() {
      return sources.isEmpty() ? 0 : sources.getFirst();
    }

    /** How many input elements lie between the first and the last tap, both counted. */
    public int extent() {
      return sources.isEmpty() ? 0 : sources.getLast() - origin() + 1;
    }

    /** How many of the steps are below {@code end}. */
    public int stepsBelow(int end) {
      return Math.max(0, Math.ceilDiv(end - first, period));
    }
  }

  /** Groups of either kind. */
  public int groups() {
    return featureGroups * batchGroups;
  }

  /** The size of the window. */
  public int taps() {
    return axes.stream().mapToInt(Axis::taps).reduce(1, (a, b) -> a * b);
  }

  /** How often the window is placed on an image. */
  public int steps() {
    return axes.stream().mapToInt(Axis::output).reduce(1, (a, b) -> a * b);
  }

  /** How many elements the result has. */
  public int resultSize() {
    return batch * steps() * columns * groups();
  }

  /** Whether the result has the images first, then the spatial axes in order, and features last. */
  public boolean featuresLast() {
    int features = columns * groups();
    return hasStrides(1, yFeature, features)
        && hasStrides(features, axes.get(2).yStride(), axes.get(2).output())
        && hasStrides(features * axes.get(2).output(), axes.get(1).yStride(), axes.get(1).output())
        && hasStrides(
            features * axes.get(2).output() * axes.get(1).output(),
            axes.get(0).yStride(),
            axes.get(0).output())
        && hasStrides(features * steps(), yBatch, batch);
  }

  /** Whether the result has the spatial axes first and in order, then images, and features last. */
  public boolean imagesInside() {
    int features = columns * groups();
    return hasStrides(1, yFeature, features)
        && hasStrides(features, yBatch, batch)
        && hasStrides(features * batch, axes.get(2).yStride(), axes.get(2).output())
        && hasStrides(
            features * batch * axes.get(2).output(), axes.get(1).yStride(), axes.get(1).output())
        && hasStrides(
            features * batch * axes.get(2).output() * axes.get(1).output(),
            axes.get(0).yStride(),
            axes.get(0).output());
  }

  private static boolean hasStrides(int expected, int stride, int size) {
    return size <= 1 || stride == expected;
  }
}
