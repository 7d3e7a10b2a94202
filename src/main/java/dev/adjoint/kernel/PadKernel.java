package dev.adjoint.kernel;

import dev.adjoint.op.Movement.PadAxis;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an array with a value before, behind and between its elements; each element of the result
 * once, where a whole row is not dilated. Operands: the array and the value. Exact.
 */
final class PadKernel implements Kernel {
  /**
   * One axis.
   *
   * @param size of the array
   * @param result the size that it becomes
   * @param low where the first element goes, may be negative
   * @param step the distance at which elements are put
   */
  private record Axis(int size, int result, int low, int step) {
    static Axis of(int size, int result, PadAxis pad) {
      return new Axis(
          size, result, Math.toIntExact(pad.low().value()), Math.toIntExact(pad.interior() + 1));
    }

    private boolean isWhole() {
      return size == result && low == 0 && step == 1;
    }

    /** Which element goes to place {@code i}, negative if none. */
    private int source(int i) {
      int distance = i - low;
      int source = Math.floorDiv(distance, step);
      return distance == source * step && source < size ? source : -1;
    }
  }

  private final Elements elements;
  private final List<Axis> axes;
  private final int[] xStrides;
  private final int[] yStrides;
  private final AxisCut cut;

  /** Pads an array of sizes {@code x} to one of sizes {@code y}. */
  PadKernel(Elements elements, RowMajor x, RowMajor y, List<PadAxis> pads) {
    this.elements = elements;
    this.axes = merged(x, y, pads);
    this.xStrides = new int[axes.size()];
    this.yStrides = new int[axes.size()];
    int xStride = 1;
    int yStride = 1;
    for (int axis = axes.size() - 1; axis >= 0; axis--) {
      xStrides[axis] = xStride;
      yStrides[axis] = yStride;
      xStride *= axes.get(axis).size();
      yStride *= axes.get(axis).result();
    }
    this.cut = AxisCut.of(axes.stream().mapToInt(Axis::result).toArray());
  }

  /** An axis that stays as it is becomes one with the undilated axis before it. */
  private static List<Axis> merged(RowMajor x, RowMajor y, List<PadAxis> pads) {
    List<Axis> merged = new ArrayList<>(List.of(new Axis(1, 1, 0, 1)));
    for (int k = 0; k < pads.size(); k++) {
      Axis axis = Axis.of(x.size(k), y.size(k), pads.get(k));
      Axis before = merged.getLast();
      if (axis.isWhole() && before.step() == 1) {
        merged.removeLast();
        int n = axis.size();
        axis = new Axis(before.size() * n, before.result() * n, before.low() * n, 1);
      }
      merged.add(axis);
    }
    return List.copyOf(merged);
  }

  @Override
  public int tasks(int phase) {
    return cut.tasks();
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    int from = arguments.offset(0);
    int to = arguments.offset(2);
    int lead = cut.lead(task);
    boolean inside = true;
    for (int axis = cut.axis() - 1; axis >= 0; axis--) {
      int index = lead % axes.get(axis).result();
      lead /= axes.get(axis).result();
      int source = axes.get(axis).source(index);
      inside &= source >= 0;
      from += source * xStrides[axis];
      to += index * yStrides[axis];
    }
    if (inside) {
      walk(cut.axis(), cut.from(task), cut.to(task), arguments, from, to);
    } else {
      int stride = yStrides[cut.axis()];
      fill(arguments, to + cut.from(task) * stride, to + cut.to(task) * stride);
    }
  }

  private void fill(Arguments arguments, int from, int to) {
    elements.fill(arguments.array(2), from, to, arguments.array(1), arguments.offset(1));
  }

  private void walk(int depth, int first, int limit, Arguments arguments, int from, int to) {
    if (depth == axes.size() - 1) {
      row(first, limit, arguments, from, to);
      return;
    }
    for (int i = first; i < limit; i++) {
      int source = axes.get(depth).source(i);
      int begin = to + i * yStrides[depth];
      if (source < 0) {
        fill(arguments, begin, begin + yStrides[depth]);
      } else {
        int size = axes.get(depth + 1).result();
        walk(depth + 1, 0, size, arguments, from + source * xStrides[depth], begin);
      }
    }
  }

  /** The places {@code first} to {@code limit - 1} of a row along the last axis. */
  private void row(int first, int limit, Arguments arguments, int from, int to) {
    Axis axis = axes.getLast();
    int begin = Math.max(0, Math.ceilDiv(first - axis.low(), axis.step()));
    int end = Math.min(axis.size(), Math.ceilDiv(limit - axis.low(), axis.step()));
    if (end <= begin) {
      fill(arguments, to + first, to + limit);
      return;
    }
    int target = to + axis.low() + begin * axis.step();
    if (axis.step() == 1) {
      fill(arguments, to + first, target);
      System.arraycopy(arguments.array(0), from + begin, arguments.array(2), target, end - begin);
      fill(arguments, target + end - begin, to + limit);
    } else {
      fill(arguments, to + first, to + limit);
      elements.copy(
          arguments.array(0),
          from + begin,
          0,
          1,
          arguments.array(2),
          target,
          0,
          axis.step(),
          1,
          end - begin);
    }
  }
}
