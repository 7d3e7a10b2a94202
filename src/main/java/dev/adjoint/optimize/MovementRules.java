package dev.adjoint.optimize;

import dev.adjoint.graph.Value;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Movements of elements that cancel, merge or become simpler ones. */
final class MovementRules {
  static final List<Rule> TABLE =
      Stream.of(Row.values()).map(row -> new Rule(row.rewrite, row.exactness, row)).toList();

  private MovementRules() {}

  /**
   * The rows of the table. Constants of one class, since each start would link a method reference
   * for each row.
   */
  private enum Row implements Rewrite {
    TRANSPOSES(
        Exactness.BITS, "transpose(transpose(x, p), q) => transpose(x, p then q); identity => x"),
    TRANSPOSE_OF_UNIT_AXES(
        Exactness.BITS, "transpose(x) => reshape(x), where only axes of size 1 change places"),
    TRANSPOSE_OF_BROADCAST(Exactness.BITS, "transpose(broadcast(x)) => broadcast(transpose(x))"),
    RESHAPES(Exactness.BITS, "reshape(reshape(x)) => reshape(x); reshape(x, own shape) => x"),
    RESHAPE_OF_BROADCAST(
        Exactness.BITS, "reshape(broadcast(c)) => broadcast(c), where c has one element"),
    UNIT_AXES_OF_BROADCAST(
        Exactness.BITS,
        "reshape(broadcast(x)) => broadcast(reshape(x)), where axes of size 1 come or go"),
    BROADCASTS(
        Exactness.BITS, "broadcast(broadcast(x)) => broadcast(x); broadcast(x, own shape) => x"),
    BROADCAST_OF_RESHAPE(
        Exactness.BITS,
        "broadcast(reshape(x)) => broadcast(x), where the reshape adds leading axes of size"
            + " 1"),
    SLICES(Exactness.BITS, "slice(x, everything) => x; slice(slice(x)) => slice(x)"),
    SLICE_OF_PAD(Exactness.BITS, "slice(pad(x)) => slice(x), where it takes elements of x only"),
    PADS(
        Exactness.BITS,
        "pad(x, nothing) => x; pad(pad(x, v), v) => pad(x, v), where neither takes away or"
            + " puts between"),
    CONCATS(Exactness.BITS, "concat(x) => x; slice(concat(x, y)) => slice(x)"),
    CONCAT_OF_SLICES(Exactness.BITS, "concat(slice(x, a, b), slice(x, b, c)) => slice(x, a, c)");

    private final Exactness exactness;
    private final String rewrite;

    Row(Exactness exactness, String rewrite) {
      this.exactness = exactness;
      this.rewrite = rewrite;
    }

    @Override
    public Value apply(Value y, Readers readers) {
      return switch (this) {
        case TRANSPOSES -> transposes(y);
        case TRANSPOSE_OF_UNIT_AXES -> transposeOfUnitAxes(y);
        case TRANSPOSE_OF_BROADCAST -> transposeOfBroadcast(y);
        case RESHAPES -> reshapes(y);
        case RESHAPE_OF_BROADCAST -> reshapeOfBroadcast(y);
        case UNIT_AXES_OF_BROADCAST -> unitAxesOfBroadcast(y);
        case BROADCASTS -> broadcasts(y);
        case BROADCAST_OF_RESHAPE -> broadcastOfReshape(y);
        case SLICES -> slices(y);
        case SLICE_OF_PAD -> sliceOfPad(y);
        case PADS -> pads(y);
        case CONCATS -> concats(y);
        case CONCAT_OF_SLICES -> concatOfSlices(y);
      };
    }
  }

  private static Value transposes(Value y) {
    if (!(y.op() instanceof Movement.Transpose(var q))) {
      return y;
    }
    Value x = y.operand(0);
    if (q.isIdentity()) {
      return x;
    }
    return x.op() instanceof Movement.Transpose(var p) ? x.operand(0).transpose(p.then(q)) : y;
  }

  private static Value transposeOfUnitAxes(Value y) {
    if (!(y.op() instanceof Movement.Transpose(var p))) {
      return y;
    }
    Value x = y.operand(0);
    List<Integer> moved = p.order().stream().filter(axis -> !x.dim(axis).is(1)).toList();
    return isAscending(moved) ? x.reshape(y.shape()) : y;
  }

  static boolean isAscending(List<Integer> axes) {
    for (int i = 1; i < axes.size(); i++) {
      if (axes.get(i) < axes.get(i - 1)) {
        return false;
      }
    }
    return true;
  }

  private static Value transposeOfBroadcast(Value y) {
    return y.op() instanceof Movement.Transpose(var p)
            && y.operand(0).op() instanceof Movement.Broadcast
        ? transposedBroadcast(y.operand(0), p)
        : y;
  }

  /** A broadcast value with its axes reordered before it is broadcast. */
  static Value transposedBroadcast(Value broadcast, Permutation p) {
    Value x = broadcast.operand(0);
    List<Dim> dims = new ArrayList<>(Collections.nCopies(p.size() - x.rank(), Dim.of(1)));
    dims.addAll(x.shape().dims());
    return x.reshape(Shape.of(dims)).transpose(p).broadcast(p.apply(broadcast.shape()));
  }

  private static Value reshapes(Value y) {
    if (!(y.op() instanceof Movement.Reshape(var shape))) {
      return y;
    }
    Value x = y.operand(0);
    if (shape.equals(x.shape())) {
      return x;
    }
    return x.op() instanceof Movement.Reshape ? x.operand(0).reshape(shape) : y;
  }

  private static Value reshapeOfBroadcast(Value y) {
    if (!(y.op() instanceof Movement.Reshape) || !isBroadcast(y.operand(0))) {
      return y;
    }
    Value x = y.operand(0).operand(0);
    boolean single = x.shape().dims().stream().allMatch(dim -> dim.is(1));
    return single ? x.reshape(Shape.scalar()).broadcast(y.shape()) : y;
  }

  private static boolean isBroadcast(Value x) {
    return x.op() instanceof Movement.Broadcast;
  }

  /** The axes of more than one element stay in order, so each keeps what it repeats. */
  private static Value unitAxesOfBroadcast(Value y) {
    if (!(y.op() instanceof Movement.Reshape(var shape)) || !isBroadcast(y.operand(0))) {
      return y;
    }
    Value repeated = y.operand(0);
    if (!withoutUnits(repeated.shape()).equals(withoutUnits(shape))) {
      return y;
    }
    Value x = repeated.operand(0);
    int offset = repeated.rank() - x.rank();
    List<Dim> sizes = new ArrayList<>();
    for (int axis = 0; axis < repeated.rank(); axis++) {
      if (!repeated.dim(axis).is(1)) {
        sizes.add(axis < offset ? Dim.of(1) : x.dim(axis - offset));
      }
    }
    List<Dim> dims = new ArrayList<>();
    int next = 0;
    for (Dim dim : shape.dims()) {
      dims.add(dim.is(1) ? dim : sizes.get(next++));
    }
    return x.reshape(Shape.of(dims)).broadcast(shape);
  }

  private static List<Dim> withoutUnits(Shape shape) {
    return shape.dims().stream().filter(dim -> !dim.is(1)).toList();
  }

  private static Value broadcasts(Value y) {
    if (!isBroadcast(y)) {
      return y;
    }
    Value x = y.operand(0);
    if (x.shape().equals(y.shape())) {
      return x;
    }
    return isBroadcast(x) ? x.operand(0).broadcast(y.shape()) : y;
  }

  private static Value broadcastOfReshape(Value y) {
    if (!isBroadcast(y) || !(y.operand(0).op() instanceof Movement.Reshape(var shape))) {
      return y;
    }
    Value x = y.operand(0).operand(0);
    int added = shape.rank() - x.rank();
    boolean leading =
        added > 0
            && shape.dims().subList(0, added).stream().allMatch(dim -> dim.is(1))
            && shape.dims().subList(added, shape.rank()).equals(x.shape().dims());
    return leading ? x.broadcast(y.shape()) : y;
  }

  private static Value slices(Value y) {
    if (!(y.op() instanceof Movement.Slice(var axes))) {
      return y;
    }
    Value x = y.operand(0);
    if (axes.equals(x.shape().dims().stream().map(Movement.SliceAxis::all).toList())) {
      return x;
    }
    if (!(x.op() instanceof Movement.Slice(var inner))) {
      return y;
    }
    List<Movement.SliceAxis> both = new ArrayList<>();
    for (int axis = 0; axis < axes.size(); axis++) {
      if (y.dim(axis).is(0) || !y.dim(axis).isConstant()) {
        return y;
      }
      both.add(composed(inner.get(axis), axes.get(axis), y.dim(axis)));
    }
    return x.operand(0).slice(both);
  }

  private static Movement.SliceAxis composed(
      Movement.SliceAxis inner, Movement.SliceAxis outer, Dim size) {
    long stride = inner.stride() * outer.stride();
    Dim start = inner.start().plus(outer.start().times(inner.stride()));
    return new Movement.SliceAxis(start, start.plus(size.minus(1).times(stride)).plus(1), stride);
  }

  private static Value sliceOfPad(Value y) {
    if (!(y.op() instanceof Movement.Slice(var axes))
        || !(y.operand(0).op() instanceof Movement.Pad(var padding))) {
      return y;
    }
    Value x = y.operand(0).operand(0);
    List<Movement.SliceAxis> inside = new ArrayList<>();
    for (int axis = 0; axis < axes.size(); axis++) {
      Movement.SliceAxis part = axes.get(axis);
      Movement.PadAxis pad = padding.get(axis);
      Dim start = part.start().minus(pad.low());
      Dim limit = part.limit().minus(pad.low());
      boolean within =
          pad.interior() == 0 && isAtLeast(start, 0) && isAtLeast(x.dim(axis).minus(limit), 0);
      if (!within) {
        return y;
      }
      inside.add(new Movement.SliceAxis(start, limit, part.stride()));
    }
    return x.slice(inside);
  }

  static boolean isAtLeast(Dim dim, long least) {
    return dim.isConstant() && dim.value() >= least;
  }

  private static Value pads(Value y) {
    if (!(y.op() instanceof Movement.Pad(var outer))) {
      return y;
    }
    Value x = y.operand(0);
    if (outer.stream().allMatch(Movement.PadAxis.NONE::equals)) {
      return x;
    }
    boolean merge =
        x.op() instanceof Movement.Pad(var inner)
            && isPlain(outer)
            && isPlain(inner)
            && x.operand(1).equals(y.operand(1));
    return merge ? x.operand(0).pad(sum(outer, ((Movement.Pad) x.op()).axes()), y.operand(1)) : y;
  }

  private static boolean isPlain(List<Movement.PadAxis> axes) {
    return axes.stream()
        .allMatch(
            axis -> axis.interior() == 0 && isAtLeast(axis.low(), 0) && isAtLeast(axis.high(), 0));
  }

  private static List<Movement.PadAxis> sum(List<Movement.PadAxis> a, List<Movement.PadAxis> b) {
    List<Movement.PadAxis> sums = new ArrayList<>();
    for (int axis = 0; axis < a.size(); axis++) {
      Dim low = a.get(axis).low().plus(b.get(axis).low());
      Dim high = a.get(axis).high().plus(b.get(axis).high());
      sums.add(new Movement.PadAxis(low, high, 0));
    }
    return sums;
  }

  private static Value concats(Value y) {
    if (y.op() instanceof Movement.Concat && y.operands().size() == 1) {
      return y.operand(0);
    }
    if (!(y.op() instanceof Movement.Slice(var axes))
        || !(y.operand(0).op() instanceof Movement.Concat(var axis))) {
      return y;
    }
    Movement.SliceAxis part = axes.get(axis);
    Dim start = Dim.of(0);
    for (Value x : y.operand(0).operands()) {
      Dim end = start.plus(x.dim(axis));
      if (isAtLeast(part.start().minus(start), 0) && isAtLeast(end.minus(part.limit()), 0)) {
        List<Movement.SliceAxis> inside = new ArrayList<>(axes);
        inside.set(
            axis,
            new Movement.SliceAxis(
                part.start().minus(start), part.limit().minus(start), part.stride()));
        return x.slice(inside);
      }
      start = end;
    }
    return y;
  }

  private static Value concatOfSlices(Value y) {
    if (!(y.op() instanceof Movement.Concat(var axis)) || y.operands().size() < 2) {
      return y;
    }
    if (!(y.operand(0).op() instanceof Movement.Slice(var first))) {
      return y;
    }
    Value x = y.operand(0).operand(0);
    Dim end = first.get(axis).start();
    for (Value operand : y.operands()) {
      boolean follows =
          operand.op() instanceof Movement.Slice(var part)
              && operand.operand(0).equals(x)
              && part.get(axis).stride() == 1
              && part.get(axis).start().equals(end)
              && withoutAxis(part, axis).equals(withoutAxis(first, axis));
      if (!follows) {
        return y;
      }
      end = ((Movement.Slice) operand.op()).axes().get(axis).limit();
    }
    List<Movement.SliceAxis> whole = new ArrayList<>(first);
    whole.set(axis, new Movement.SliceAxis(first.get(axis).start(), end, 1));
    return x.slice(whole);
  }

  private static List<Movement.SliceAxis> withoutAxis(List<Movement.SliceAxis> axes, int axis) {
    List<Movement.SliceAxis> others = new ArrayList<>(axes);
    others.remove(axis);
    return others;
  }
}
