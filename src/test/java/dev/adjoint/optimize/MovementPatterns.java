package dev.adjoint.optimize;

import dev.adjoint.check.generate.Choices;
import dev.adjoint.check.generate.OperatorSample;
import dev.adjoint.check.generate.OperatorSampler;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Movements of movements, and of what reads them: those that merge, cancel or sink. */
final class MovementPatterns {
  private MovementPatterns() {}

  static List<OperatorSampler> all() {
    return List.of(
        Patterns.of(MovementPatterns::transposes),
        Patterns.of(MovementPatterns::transposeOfUnitAxis),
        Patterns.of(MovementPatterns::movedBroadcast),
        Patterns.of(MovementPatterns::movedBroadcast),
        Patterns.of(MovementPatterns::transposeOfReverse),
        Patterns.of(MovementPatterns::reshapes),
        Patterns.of(MovementPatterns::oneElementBroadcast),
        Patterns.of(MovementPatterns::broadcasts),
        Patterns.of(MovementPatterns::reverses),
        Patterns.of(MovementPatterns::movedReverse),
        Patterns.of(MovementPatterns::movedReverse),
        Patterns.of(MovementPatterns::reverseMeetsReverse),
        Patterns.of(MovementPatterns::reversedScan),
        Patterns.of(MovementPatterns::slices),
        Patterns.of(MovementPatterns::pads),
        Patterns.of(MovementPatterns::pads),
        Patterns.of(MovementPatterns::concats),
        Patterns.of(MovementPatterns::concats),
        Patterns.of(MovementPatterns::elementwise),
        Patterns.of(MovementPatterns::movedTranspose),
        Patterns.of(MovementPatterns::mixedLayouts),
        Patterns.of(MovementPatterns::mixedLayouts));
  }

  private static TensorType type(Choices choices, int leastRank, int mostRank) {
    return new TensorType(choices.floating(), choices.shape(leastRank, mostRank));
  }

  private static TensorType known(Choices choices, int leastRank, int mostRank) {
    return new TensorType(choices.floating(), Patterns.knownShape(choices, leastRank, mostRank));
  }

  private static OperatorSample transposes(Choices choices) {
    TensorType type = type(choices, 1, 4);
    Permutation p = choices.permutation(type.rank());
    Permutation q = choices.chance(30) ? p.inverse() : choices.permutation(type.rank());
    return Patterns.unary(type, x -> x.transpose(p).transpose(q));
  }

  private static OperatorSample transposeOfUnitAxis(Choices choices) {
    TensorType type = type(choices, 1, 3);
    int from = choices.between(0, type.rank());
    int to = choices.between(0, type.rank());
    List<Integer> order = new ArrayList<>(Axes.all(type.rank() + 1).indices());
    order.remove(from);
    order.add(to, from);
    return Patterns.unary(type, x -> x.expandDims(from).transpose(new Permutation(order)));
  }

  /** A value repeated along a new axis and one of size 1, then moved. */
  private static OperatorSample movedBroadcast(Choices choices) {
    TensorType whole = known(choices, 2, 3);
    Shape source = repeatable(choices, whole.shape());
    Permutation p = choices.permutation(whole.rank());
    int axis = choices.between(0, whole.rank());
    boolean transposed = choices.chance(50);
    return Patterns.unary(
        whole.withShape(source),
        x -> {
          Value repeated = x.broadcast(whole.shape());
          return transposed ? repeated.transpose(p) : repeated.expandDims(axis);
        });
  }

  /** A shape that broadcasts to {@code whole}, seldom that shape itself. */
  private static Shape repeatable(Choices choices, Shape whole) {
    List<Dim> kept = whole.dims().subList(choices.between(0, 1), whole.rank());
    return Shape.of(kept.stream().map(dim -> choices.chance(50) ? Dim.of(1) : dim).toList());
  }

  private static OperatorSample transposeOfReverse(Choices choices) {
    TensorType type = type(choices, 1, 4);
    Axes axes = choices.axes(type.rank());
    Permutation p = choices.permutation(type.rank());
    return Patterns.unary(type, x -> x.reverse(axes).transpose(p));
  }

  private static OperatorSample reshapes(Choices choices) {
    TensorType type = type(choices, 0, 4);
    Shape flat = Shape.of(type.shape().elements());
    Shape other = choices.chance(50) ? type.shape() : flat.append(Dim.of(1));
    return Patterns.unary(type, x -> x.reshape(flat).reshape(other));
  }

  private static OperatorSample oneElementBroadcast(Choices choices) {
    TensorType whole = known(choices, 1, 3);
    List<Dim> ones = Collections.nCopies(choices.between(0, whole.rank()), Dim.of(1));
    Shape flat = Shape.of(whole.shape().elements());
    return Patterns.unary(
        whole.withShape(Shape.of(ones)), x -> x.broadcast(whole.shape()).reshape(flat));
  }

  private static OperatorSample broadcasts(Choices choices) {
    TensorType whole = type(choices, 1, 3);
    Shape middle = choices.broadcastableTo(whole.shape());
    Shape source = choices.broadcastableTo(middle);
    int added = choices.between(1, 2);
    boolean reshaped = choices.chance(50);
    return Patterns.unary(
        whole.withShape(source),
        x -> {
          if (!reshaped) {
            return x.broadcast(middle).broadcast(whole.shape());
          }
          List<Dim> dims = new ArrayList<>(Collections.nCopies(added, Dim.of(1)));
          dims.addAll(source.dims());
          List<Dim> larger = new ArrayList<>(Collections.nCopies(added, Dim.of(2)));
          larger.addAll(source.dims());
          return x.reshape(Shape.of(dims)).broadcast(Shape.of(larger));
        });
  }

  private static OperatorSample reverses(Choices choices) {
    TensorType type = type(choices, 1, 4);
    Axes first = choices.axes(type.rank());
    Axes second = choices.axes(type.rank());
    return Patterns.unary(type, x -> x.reverse(first).reverse(second));
  }

  /** Another movement behind a reverse or before it. */
  private static OperatorSample movedReverse(Choices choices) {
    TensorType type = known(choices, 2, 3);
    int rank = type.rank();
    Axes axes = choices.axes(rank);
    int kind = choices.between(0, 5);
    List<Movement.SliceAxis> parts =
        type.shape().dims().stream().map(dim -> part(choices, dim.value())).toList();
    List<Movement.PadAxis> shift =
        new ArrayList<>(Collections.nCopies(rank, Movement.PadAxis.NONE));
    int axis = choices.axis(rank);
    shift.set(axis, Movement.PadAxis.of(-1, choices.between(0, 2)));
    Shape source = repeatable(choices, type.shape());
    return Patterns.unary(
        kind == 2 ? type.withShape(source) : type,
        x ->
            switch (kind) {
              case 0 -> x.reverse(axes).slice(parts);
              case 1 -> x.reverse(axes).pad(shift, x.scalar(3));
              case 2 -> x.broadcast(type.shape()).reverse(axes);
              case 3 -> {
                Value first = x.slice(axis, 0, 1);
                yield Movement.concat(axis, List.of(first, first.neg())).reverse(axes);
              }
              case 4 -> x.reverse(axes).expandDims(axis).reverse(axes);
              default -> x.reverse(axes).reshape(x.dim(0).value(), -1);
            });
  }

  /** An operator of values that are reversed alike, or not quite. */
  private static OperatorSample reverseMeetsReverse(Choices choices) {
    TensorType type = known(choices, 2, 3);
    Axes axes = choices.axes(type.rank());
    Axes others = choices.chance(70) ? axes : choices.axes(type.rank());
    int axis = choices.axis(type.rank());
    Shape source = repeatable(choices, type.shape());
    int kind = choices.between(0, 2);
    return Patterns.binary(
        type,
        kind == 0 ? type.withShape(source) : type,
        (x, z) ->
            switch (kind) {
              case 0 -> x.reverse(axes).mul(z.broadcast(type.shape()));
              case 1 -> x.reverse(axes).mul(z.reverse(others)).reverse(axes);
              default -> Movement.concat(axis, List.of(x.reverse(axes), z.reverse(others)));
            });
  }

  private static OperatorSample reversedScan(Choices choices) {
    TensorType type = known(choices, 1, 3);
    Axes axes = choices.axes(type.rank());
    int axis = choices.axis(type.rank());
    boolean backwards = choices.chance(50);
    boolean sum = choices.chance(50);
    boolean exclusive = choices.chance(50);
    return Patterns.binary(
        type,
        type,
        (x, z) ->
            sum
                ? x.reverse(axes).cumulativeSum(axis, exclusive, backwards)
                : x.reverse(axes).linearRecurrence(z.reverse(axes), axis, backwards));
  }

  private static OperatorSample slices(Choices choices) {
    TensorType type = known(choices, 1, 3);
    List<Movement.SliceAxis> first = new ArrayList<>();
    List<Movement.SliceAxis> second = new ArrayList<>();
    for (Dim dim : type.shape().dims()) {
      Movement.SliceAxis part = part(choices, dim.value());
      first.add(part);
      long left = (part.limit().value() - part.start().value() - 1) / part.stride() + 1;
      second.add(part(choices, left));
    }
    return Patterns.unary(type, x -> x.slice(first).slice(second));
  }

  /** At least one element; often all of them. */
  private static Movement.SliceAxis part(Choices choices, long size) {
    if (choices.chance(40)) {
      return Movement.SliceAxis.all(Dim.of(size));
    }
    int start = choices.between(0, (int) size - 1);
    int limit = choices.between(start + 1, (int) size);
    return new Movement.SliceAxis(Dim.of(start), Dim.of(limit), choices.between(1, 2));
  }

  /** Padded twice, or padded and cut; with the same value, with another, or not at all. */
  private static OperatorSample pads(Choices choices) {
    TensorType type = known(choices, 1, 3);
    List<Movement.PadAxis> first = padding(choices, type.rank());
    List<Movement.PadAxis> second = padding(choices, type.rank());
    int axis = choices.axis(type.rank());
    long low = first.get(axis).low().value();
    long shift = choices.between(0, (int) type.dim(axis).value() - 1);
    int kind = choices.between(0, 2);
    return Patterns.unary(
        type,
        x -> {
          Value value = x.scalar(3);
          Value padded = x.pad(first, value);
          return switch (kind) {
            case 0 -> padded.pad(second, value);
            case 1 -> padded.pad(second, x.scalar(4));
            default -> cut(padded, x, first, axis, low + shift);
          };
        });
  }

  /** From {@code start} along {@code axis}, all that was there before along the others. */
  private static Value cut(
      Value padded, Value x, List<Movement.PadAxis> padding, int axis, long start) {
    List<Movement.SliceAxis> parts = new ArrayList<>();
    for (int k = 0; k < x.rank(); k++) {
      long low = padding.get(k).low().value();
      long from = k == axis ? start : low;
      parts.add(new Movement.SliceAxis(Dim.of(from), Dim.of(low + x.dim(k).value()), 1));
    }
    return padded.slice(parts);
  }

  private static List<Movement.PadAxis> padding(Choices choices, int rank) {
    boolean none = choices.chance(30);
    List<Movement.PadAxis> padding = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      padding.add(
          none
              ? Movement.PadAxis.NONE
              : new Movement.PadAxis(
                  Dim.of(choices.between(0, 2)),
                  Dim.of(choices.between(0, 2)),
                  choices.chance(30) ? 1 : 0));
    }
    return padding;
  }

  private static OperatorSample concats(Choices choices) {
    TensorType type = known(choices, 1, 3);
    int axis = choices.axis(type.rank());
    long size = type.dim(axis).value();
    long middle = choices.between(0, (int) size);
    int kind = choices.among(0, 1, 2, 3, 3);
    return Patterns.binary(
        type,
        type,
        (x, z) ->
            switch (kind) {
              case 0 -> Movement.concat(axis, List.of(x)).neg();
              case 1 -> Movement.concat(axis, List.of(x, z)).slice(axis, size, size + middle);
              case 2 -> Movement.concat(axis, List.of(x, z)).slice(axis, middle, size);
              default ->
                  Movement.concat(
                      axis, List.of(x.slice(axis, 0, middle), x.slice(axis, middle, size)));
            });
  }

  /** An elementwise operator of two values that were moved alike. */
  private static OperatorSample elementwise(Choices choices) {
    TensorType type = known(choices, 2, 3);
    Shape source = choices.broadcastableTo(type.shape());
    Permutation p = choices.permutation(type.rank());
    Shape flat = Shape.of(type.shape().elements());
    int kind = choices.between(0, 3);
    boolean repeats = kind == 0;
    return Patterns.binary(
        repeats ? type.withShape(source) : type,
        repeats ? type.withShape(choices.broadcastableTo(source)) : type,
        (x, z) ->
            switch (kind) {
              case 0 -> x.broadcast(type.shape()).mul(z.broadcast(type.shape()));
              case 1 -> x.reshape(flat).mul(z.reshape(flat)).mul(2);
              case 2 -> x.transpose(p).mul(z.transpose(p)).tanh();
              default -> x.transpose(p).mul(z.sum().broadcast(p.apply(type.shape())));
            });
  }

  /** A transpose that other movements read. */
  private static OperatorSample movedTranspose(Choices choices) {
    TensorType type = known(choices, 2, 3);
    Permutation p = choices.permutation(type.rank());
    TensorType moved = type.withShape(p.apply(type.shape()));
    int axis = choices.axis(type.rank());
    int kind = choices.between(0, 2);
    List<Movement.SliceAxis> parts =
        moved.shape().dims().stream().map(dim -> part(choices, dim.value())).toList();
    List<Movement.PadAxis> padding = padding(choices, type.rank());
    return Patterns.binary(
        type,
        type,
        (x, z) ->
            switch (kind) {
              case 0 -> x.transpose(p).slice(parts);
              case 1 -> x.transpose(p).pad(padding, x.scalar(3));
              default -> Movement.concat(axis, List.of(x.transpose(p), z.transpose(p))).neg();
            });
  }

  /** Transposed, met by an array that is not, and transposed back; perhaps read as it was, too. */
  private static OperatorSample mixedLayouts(Choices choices) {
    TensorType type = known(choices, 2, 4);
    Permutation p = choices.permutation(type.rank());
    TensorType moved = type.withShape(p.apply(type.shape()));
    Permutation back = choices.chance(80) ? p.inverse() : choices.permutation(type.rank());
    int axis = choices.axis(type.rank());
    int kind = choices.between(0, 5);
    List<Movement.PadAxis> shift = padding(choices, type.rank());
    List<Long> sizes =
        choices.several(type.rank(), type.rank(), () -> (long) choices.among(1, 1, 2));
    List<WindowAxis> window =
        sizes.stream().map(size -> WindowAxis.of(1, Dim.of(0), Dim.of(size - 1))).toList();
    return Patterns.binary(
        type,
        moved,
        (x, z) -> {
          Value met = x.exp().transpose(p).add(z);
          return switch (kind) {
            case 0 -> met.tanh().transpose(back);
            case 1 -> met.mul(x.neg().transpose(p)).transpose(back).tanh();
            case 2 -> Movement.concat(axis, List.of(met, z.neg())).transpose(back);
            case 3 -> met.pad(shift, x.scalar(3)).reverse(axis).transpose(back);
            case 4 -> met.sumPool(sizes, window).transpose(back);
            default -> met.transpose(back).mul(met.sum(axis).sum());
          };
        });
  }
}
