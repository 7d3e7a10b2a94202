package dev.adjoint.optimize;

import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.op.Scan;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The motion of {@code reverse}: it sinks towards the results, below everything but a broadcast,
 * until it meets the reverse that cancels it or an operator that can go the other way itself.
 * Nothing ever rises, so this comes to an end. A gradient reverses kernels, and its own gradient
 * reverses them again; between the two stand elementwise operators, and for groups the reshapes and
 * transposes that exchange a kernel's features.
 */
final class ReverseRules {
  static final List<Rule> TABLE =
      List.of(
          Rule.exact(
              "reverse(reverse(x)) => reverse(x) along the axes that only one names; no axis of"
                  + " more than one element => x",
              ReverseRules::reverses),
          Rule.exact(
              "transpose(reverse(x)) => reverse(transpose(x))", ReverseRules::transposeOfReverse),
          Rule.exact(
              "reshape(reverse(x)) => reverse(reshape(x)), where the reversed axes stay",
              ReverseRules::reshapeOfReverse),
          Rule.exact(
              "reverse(broadcast(x)) => broadcast(reverse(x)) along the axes that are not repeated",
              ReverseRules::reverseOfBroadcast),
          Rule.exact("slice(reverse(x)) => reverse(slice(x))", ReverseRules::sliceOfReverse),
          Rule.exact(
              "pad(reverse(x)) => reverse(pad(x)), where no axis grows",
              ReverseRules::padOfReverse),
          Rule.exact(
              "reverse(concat(x, y)) => concat(y, x), where each has one element there",
              ReverseRules::reverseOfConcat),
          new Rule(
              "concat(reverse(x), reverse(y)) => reverse(concat(x, y)), along its own axis"
                  + " reverse(concat(y, x))",
              Exactness.BITS,
              ReverseRules::concatOfReverses),
          new Rule(
              "f(reverse(x), reverse(y), broadcast(z)) => reverse(f(x, y, broadcast(reversed z)))",
              Exactness.BITS,
              ReverseRules::elementwise),
          new Rule(
              "scan(reverse(x)) => reverse(scan(x)), the other way along its own axis",
              Exactness.BITS,
              ReverseRules::scanOfReverse));

  private ReverseRules() {}

  private static Value reverses(Value y) {
    if (!(y.op() instanceof Movement.Reverse(var axes))) {
      return y;
    }
    Value x = y.operand(0);
    List<Integer> turned = new ArrayList<>(axes.indices());
    Value source = x;
    if (x.op() instanceof Movement.Reverse(var inner)) {
      source = x.operand(0);
      turned.addAll(inner.indices());
      turned.removeIf(axis -> axes.contains(axis) && inner.contains(axis));
      Collections.sort(turned);
    }
    Value from = source;
    turned.removeIf(axis -> from.dim(axis).is(1));
    Axes left = new Axes(turned);
    return left.equals(axes) && source.equals(x) ? y : source.reverse(left);
  }

  /** So that a kernel and the reversed one of its gradient share the transpose. */
  private static Value transposeOfReverse(Value y) {
    if (!(y.op() instanceof Movement.Transpose(var p))
        || !(y.operand(0).op() instanceof Movement.Reverse(var axes))) {
      return y;
    }
    Value x = y.operand(0).operand(0);
    return x.transpose(p).reverse(through(p.inverse(), axes));
  }

  /** The axes that {@code p} puts in the places of {@code axes}. */
  static Axes through(Permutation p, Axes axes) {
    return new Axes(axes.indices().stream().map(p.order()::get).sorted().toList());
  }

  private static Value reshapeOfReverse(Value y) {
    if (!(y.op() instanceof Movement.Reshape(var shape))
        || !(y.operand(0).op() instanceof Movement.Reverse(var axes))) {
      return y;
    }
    Value x = y.operand(0).operand(0);
    List<Integer> turned = new ArrayList<>();
    for (int axis : axes.indices()) {
      Optional<Integer> place = place(x.shape(), axis, shape);
      if (place.isEmpty()) {
        return y;
      }
      turned.add(place.get());
    }
    return x.reshape(shape).reverse(new Axes(turned));
  }

  /** The axis of {@code to} with as many elements as {@code axis} has, and as many before it. */
  private static Optional<Integer> place(Shape from, int axis, Shape to) {
    Dim before = elementsBefore(from, axis);
    for (int k = 0; k < to.rank(); k++) {
      boolean same = to.dim(k).equals(from.dim(axis)) && elementsBefore(to, k).equals(before);
      if (same && !to.dim(k).is(1) && !before.is(0)) {
        return Optional.of(k);
      }
    }
    return Optional.empty();
  }

  private static Dim elementsBefore(Shape shape, int axis) {
    Dim elements = Dim.of(1);
    for (int k = 0; k < axis; k++) {
      elements = elements.times(shape.dim(k));
    }
    return elements;
  }

  private static Value reverseOfBroadcast(Value y) {
    return y.op() instanceof Movement.Reverse(var axes)
            && y.operand(0).op() instanceof Movement.Broadcast
        ? reversedBroadcast(y.operand(0), axes)
        : y;
  }

  private static Value reversedBroadcast(Value broadcast, Axes axes) {
    Value x = broadcast.operand(0);
    int added = broadcast.rank() - x.rank();
    List<Integer> varying =
        axes.indices().stream()
            .map(axis -> axis - added)
            .filter(axis -> axis >= 0 && !x.dim(axis).is(1))
            .toList();
    return x.reverse(new Axes(varying)).broadcast(broadcast.shape());
  }

  private static Value sliceOfReverse(Value y) {
    if (!(y.op() instanceof Movement.Slice(var parts))
        || !(y.operand(0).op() instanceof Movement.Reverse(var axes))) {
      return y;
    }
    Value x = y.operand(0).operand(0);
    List<Movement.SliceAxis> turned = new ArrayList<>(parts);
    for (int axis : axes.indices()) {
      if (!y.dim(axis).isConstant() || y.dim(axis).is(0)) {
        return y;
      }
      turned.set(axis, fromTheEnd(parts.get(axis), x.dim(axis), y.dim(axis)));
    }
    return x.slice(turned).reverse(axes);
  }

  private static Movement.SliceAxis fromTheEnd(Movement.SliceAxis part, Dim size, Dim count) {
    Dim limit = size.minus(part.start());
    Dim start = limit.minus(1).minus(count.minus(1).times(part.stride()));
    return new Movement.SliceAxis(start, limit, part.stride());
  }

  private static Value padOfReverse(Value y) {
    if (!(y.op() instanceof Movement.Pad(var padding))
        || !(y.operand(0).op() instanceof Movement.Reverse(var axes))) {
      return y;
    }
    Value x = y.operand(0).operand(0);
    List<Movement.PadAxis> turned = new ArrayList<>(padding);
    for (int axis = 0; axis < padding.size(); axis++) {
      if (!MovementRules.isAtLeast(x.dim(axis).minus(y.dim(axis)), 0)) {
        return y;
      }
      if (axes.contains(axis)) {
        Movement.PadAxis pad = padding.get(axis);
        turned.set(axis, new Movement.PadAxis(pad.high(), pad.low(), pad.interior()));
      }
    }
    return x.pad(turned, y.operand(1)).reverse(axes);
  }

  private static Value reverseOfConcat(Value y) {
    if (!(y.op() instanceof Movement.Reverse(var axes))
        || !(y.operand(0).op() instanceof Movement.Concat(var axis))
        || !axes.contains(axis)) {
      return y;
    }
    List<Value> parts = y.operand(0).operands();
    List<Integer> others = axes.indices().stream().filter(k -> k != axis).toList();
    return parts.stream().allMatch(x -> x.dim(axis).is(1))
        ? Movement.concat(axis, parts.reversed()).reverse(new Axes(others))
        : y;
  }

  private static Value concatOfReverses(Value y, Readers readers) {
    if (!(y.op() instanceof Movement.Concat(var axis))) {
      return y;
    }
    return reversal(y, readers)
        .map(all -> {
          List<Value> parts = all.axes.contains(axis) ? all.sources.reversed() : all.sources;
          return Movement.concat(axis, parts).reverse(all.axes);
        })
        .orElse(y);
  }

  private static Value elementwise(Value y, Readers readers) {
    return Elementwise.is(y.op())
        ? reversal(y, readers).map(all -> all.reverseOf(y, y.op())).orElse(y)
        : y;
  }

  private static Value scanOfReverse(Value y, Readers readers) {
    if (!(y.op() instanceof Scan scan)) {
      return y;
    }
    return reversal(y, readers).map(all -> all.reverseOf(y, turned(scan, all.axes))).orElse(y);
  }

  private static Scan turned(Scan scan, Axes axes) {
    return switch (scan) {
      case Scan.CumulativeSum(var axis, var exclusive, var reverse) ->
          new Scan.CumulativeSum(axis, exclusive, reverse != axes.contains(axis));
      case Scan.LinearRecurrence(var axis, var reverse) ->
          new Scan.LinearRecurrence(axis, reverse != axes.contains(axis));
    };
  }

  /** Axes along which all operands of a value are reversed, and the operands without that. */
  private record Reversal(Axes axes, List<Value> sources) {
    Value reverseOf(Value y, Op op) {
      return y.builder().add(op, sources).reverse(axes);
    }
  }

  /** Not where every reverse that is read here is needed elsewhere too: one more would result. */
  private static Optional<Reversal> reversal(Value y, Readers readers) {
    Optional<Axes> first =
        y.operands().stream()
            .filter(x -> x.op() instanceof Movement.Reverse && readers.isReadOnce(x))
            .map(x -> ((Movement.Reverse) x.op()).axes())
            .findFirst();
    return first.flatMap(
        axes -> SinkRules.all(y, x -> before(x, axes)).map(sources -> new Reversal(axes, sources)));
  }

  private static Optional<Value> before(Value x, Axes axes) {
    return switch (x.op()) {
      case Movement.Reverse(var own) when own.equals(axes) -> Optional.of(x.operand(0));
      case Movement.Broadcast _ -> Optional.of(reversedBroadcast(x, axes));
      default -> Optional.empty();
    };
  }
}
