package dev.adjoint.optimize;

import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Reduction;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Movements sink below the operators that read them, towards the results, where they meet what
 * cancels them: a broadcast so that less is computed, a reshape and a transpose so that they leave
 * the way of fusion. Nothing ever rises, so this comes to an end.
 */
final class SinkRules {
  static final List<Rule> TABLE =
      List.of(
          Rule.exact("f(broadcast(x), broadcast(y)) => broadcast(f(x, y))", SinkRules::broadcast),
          Rule.exact(
              "f(reshape(x), reshape(y)) => reshape(f(x, y)), where x and y have one shape",
              SinkRules::reshape),
          new Rule(
              "f(transpose(x), transpose(y), broadcast(z)) => transpose(f(x, y,"
                  + " broadcast(transposed z))), where no more transposes result, and so for"
                  + " concat",
              Exactness.BITS,
              SinkRules::transpose),
          new Rule(
              "pooling(transpose(x)) => transpose(pooling(x)), where the pooled axes stay in order,"
                  + " and so for slices and pads",
              Exactness.BITS,
              SinkRules::transposeOfPart));

  private SinkRules() {}

  private static boolean isSinkable(Value y) {
    return Elementwise.is(y.op()) && !y.operands().isEmpty();
  }

  private static Value broadcast(Value y) {
    boolean fits =
        isSinkable(y)
            && !mayFail(y)
            && y.operands().stream().allMatch(x -> x.op() instanceof Movement.Broadcast);
    if (!fits) {
      return y;
    }
    List<Value> sources = y.operands().stream().map(x -> x.operand(0)).toList();
    Shape common = common(sources, y.shape());
    if (common.equals(y.shape())) {
      return y;
    }
    return y.builder()
        .add(y.op(), sources.stream().map(source -> source.broadcast(common)).toList())
        .broadcast(y.shape());
  }

  /** On an empty array nothing fails; on one element an integer division may. */
  private static boolean mayFail(Value y) {
    boolean partial =
        y.op() instanceof Arithmetic.Div
            || y.op() instanceof Arithmetic.Mod
            || y.op() instanceof Arithmetic.Pow;
    return partial && !y.dtype().isFloating();
  }

  /** The smallest shape that holds all sources, which fit into {@code whole}. */
  private static Shape common(List<Value> sources, Shape whole) {
    int rank = sources.stream().mapToInt(Value::rank).max().orElse(0);
    List<Dim> dims = new ArrayList<>();
    for (int fromEnd = rank; fromEnd >= 1; fromEnd--) {
      int back = fromEnd;
      boolean varies =
          sources.stream().anyMatch(x -> back <= x.rank() && !x.dim(x.rank() - back).is(1));
      dims.add(varies ? whole.dim(whole.rank() - back) : Dim.of(1));
    }
    return Shape.of(dims);
  }

  /** A uniform value in another shape. */
  private static Optional<Value> uniform(Value x, Shape shape) {
    return Uniform.of(x).map(scalar -> x.builder().constant(scalar).broadcast(shape));
  }

  /** What {@code moved} makes of every operand, if it makes something of each. */
  static Optional<List<Value>> all(Value y, Function<Value, Optional<Value>> moved) {
    List<Value> sources = new ArrayList<>();
    for (Value x : y.operands()) {
      Optional<Value> source = moved.apply(x);
      if (source.isEmpty()) {
        return Optional.empty();
      }
      sources.add(source.get());
    }
    return Optional.of(sources);
  }

  private static Value reshape(Value y) {
    if (!isSinkable(y)) {
      return y;
    }
    Optional<Shape> shape =
        y.operands().stream()
            .filter(SinkRules::isVaryingReshape)
            .map(x -> x.operand(0).shape())
            .findFirst();
    return shape
        .flatMap(s ->
            all(y, x -> beforeReshape(x).filter(v -> v.shape().equals(s)).or(() -> uniform(x, s))))
        .map(sources -> y.builder().add(y.op(), sources).reshape(y.shape()))
        .orElse(y);
  }

  private static Optional<Value> beforeReshape(Value x) {
    return isVaryingReshape(x) ? Optional.of(x.operand(0)) : Optional.empty();
  }

  private static boolean isVaryingReshape(Value x) {
    return x.op() instanceof Movement.Reshape && Uniform.of(x).isEmpty();
  }

  private static Value transpose(Value y, Readers readers) {
    if (!isSinkable(y) && !(y.op() instanceof Movement.Concat)) {
      return y;
    }
    return firstOrder(y)
        .filter(p -> pays(y, p, readers))
        .flatMap(p ->
            Reordering.of(y.op(), p.inverse())
                .flatMap(op ->
                    all(y, x -> before(x, p).or(() -> uniform(x, p.inverse().apply(x.shape()))))
                        .map(sources -> y.builder().add(op, sources).transpose(p))))
        .orElse(y);
  }

  /** A transpose goes, or the one that comes is sure to sink further. */
  private static boolean pays(Value y, Permutation p, Readers readers) {
    boolean one =
        y.operands().stream()
            .anyMatch(x -> x.op() instanceof Movement.Transpose && readers.isReadOnce(x));
    List<Node> next = readers.of(y);
    return one || (!next.isEmpty() && next.stream().allMatch(reader -> takes(reader, y, p)));
  }

  private static boolean takes(Node reader, Value y, Permutation p) {
    if (reader.op() instanceof Movement.Transpose || reader.op() instanceof Reduction) {
      return true;
    }
    List<Node> others = reader.operands().stream().filter(x -> !x.name().equals(y.name())).toList();
    return Elementwise.is(reader.op())
        && others.stream().anyMatch(x -> isTransposed(x, p))
        && others.stream()
            .allMatch(x -> isTransposed(x, p) || x.op() instanceof Movement.Broadcast);
  }

  private static boolean isTransposed(Node x, Permutation p) {
    return x.op() instanceof Movement.Transpose(var q) && q.equals(p);
  }

  private static Optional<Permutation> firstOrder(Value y) {
    return y.operands().stream().flatMap(x -> orderOf(x).stream()).findFirst();
  }

  private static Optional<Permutation> orderOf(Value x) {
    return x.op() instanceof Movement.Transpose(var p) ? Optional.of(p) : Optional.empty();
  }

  private static Optional<Value> before(Value x, Permutation p) {
    return switch (x.op()) {
      case Movement.Transpose(var q) when q.equals(p) -> Optional.of(x.operand(0));
      case Movement.Broadcast _ -> Optional.of(MovementRules.transposedBroadcast(x, p.inverse()));
      default -> Optional.empty();
    };
  }

  /** Of a transpose that is needed elsewhere too, only before it is pooled. */
  private static Value transposeOfPart(Value y, Readers readers) {
    boolean fits =
        y.op() instanceof Pooling
            || ((y.op() instanceof Movement.Slice || y.op() instanceof Movement.Pad)
                && readers.isReadOnce(y.operand(0)));
    if (!fits) {
      return y;
    }
    return orderOf(y.operand(0))
        .flatMap(p ->
            Reordering.of(y.op(), p.inverse())
                .map(op -> y.builder().add(op, Reordering.ofOperands(y, p.inverse())).transpose(p)))
        .orElse(y);
  }
}
