package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Control;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.Movement;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;

/**
 * Batch normalisation for inference: a factor a feature behind a correlation or a matrix product
 * goes into its weights,
 *
 * <pre>
 *   correlation(x, w) * s           =&gt;  correlation(x, w * s)
 *   (correlation(x, w) + t) * s     =&gt;  correlation(x, w * s) + t * s
 *   correlation(x, w) + t + u       =&gt;  correlation(x, w) + (t + u)
 * </pre>
 *
 * and so for {@code - t}, {@code / s} and {@code dot}, where w, s, t and u are frozen: computed
 * from constants and from parameters that no signature updates. What is computed from parameters
 * alone can be computed once for all runs. Only where nothing else reads the unscaled result. May
 * round otherwise. Idempotent.
 */
record FoldScalesIntoWeights() implements Pass {
  @Override
  public String name() {
    return "fold-scales-into-weights";
  }

  @Override
  public String description() {
    return "Multiplies frozen weights by the frozen factors behind them.";
  }

  @Override
  public Exactness exactness() {
    return Exactness.ROUNDING;
  }

  @Override
  public Graph apply(Graph graph) {
    Frozen frozen = new Frozen(graph);
    return Rewriter.rewrite(graph, (y, readers) -> new Folding(frozen, readers).apply(y));
  }

  /** Which values depend on constants and on parameters that stay as they are. */
  private static final class Frozen {
    private final Set<String> updated = new HashSet<>();
    private final BitSet frozen = new BitSet();
    private int known;

    Frozen(Graph graph) {
      graph
          .signatures()
          .values()
          .forEach(signature ->
              signature.updates().keySet().stream().map(Node::name).forEach(updated::add));
    }

    boolean is(Value value) {
      for (Value next : value.builder().values(known, Math.max(known, value.index() + 1))) {
        frozen.set(next.index(), isFrozen(next));
        known = next.index() + 1;
      }
      return frozen.get(value.index());
    }

    private boolean isFrozen(Value value) {
      return switch (value.op()) {
        case Parameter _ -> !updated.contains(value.name());
        case Input _, Control.Barrier _, Control.CotangentPlaceholder _ -> false;
        default -> value.operands().stream().allMatch(x -> frozen.get(x.index()));
      };
    }
  }

  private record Folding(Frozen frozen, Readers readers) {
    Value apply(Value y) {
      if (!y.dtype().isFloating()) {
        return y;
      }
      return switch (y.op()) {
        case Arithmetic.Mul _ ->
            scaled(y.operand(0), y.operand(1), Value::mul)
                .or(() -> scaled(y.operand(1), y.operand(0), Value::mul))
                .orElse(y);
        case Arithmetic.Div _ -> scaled(y.operand(0), y.operand(1), Value::div).orElse(y);
        case Arithmetic.Add _ -> withOneOffset(y, Value::add);
        case Arithmetic.Sub _ -> withOneOffset(y, Value::sub);
        default -> y;
      };
    }

    /** {@code (z + t) + u => z + (t + u)} of a product z; {@code outer} is the operator of y. */
    private Value withOneOffset(Value y, BinaryOperator<Value> outer) {
      Value inner = y.operand(0);
      Value u = y.operand(1);
      boolean fits =
          frozen.is(u)
              && (inner.op() instanceof Arithmetic.Add || inner.op() instanceof Arithmetic.Sub)
              && isProduct(inner.operand(0))
              && frozen.is(inner.operand(1))
              && !frozen.is(inner)
              && readers.isReadOnce(inner);
      if (!fits) {
        return y;
      }
      Value z = inner.operand(0);
      Value t = inner.operand(1);
      if (inner.op() instanceof Arithmetic.Add) {
        return z.add(outer.apply(t, u));
      }
      return y.op() instanceof Arithmetic.Add ? z.add(u.sub(t)) : z.sub(t.add(u));
    }

    private static boolean isProduct(Value z) {
      return z.op() instanceof Convolution.Correlation || z.op() instanceof Contraction.Dot;
    }

    /** {@code z} scaled by {@code s}, if its weights can take that. */
    private Optional<Value> scaled(Value z, Value s, BinaryOperator<Value> scale) {
      if (!frozen.is(s) || frozen.is(z) || !readers.isReadOnce(z)) {
        return Optional.empty();
      }
      return switch (z.op()) {
        case Arithmetic.Add _ when frozen.is(z.operand(1)) ->
            scaled(z.operand(0), s, scale).map(a -> a.add(scale.apply(z.operand(1), s)));
        case Arithmetic.Add _ when frozen.is(z.operand(0)) ->
            scaled(z.operand(1), s, scale).map(a -> a.add(scale.apply(z.operand(0), s)));
        case Arithmetic.Sub _ when frozen.is(z.operand(1)) ->
            scaled(z.operand(0), s, scale).map(a -> a.sub(scale.apply(z.operand(1), s)));
        case Convolution.Correlation op ->
            withWeights(
                z, s, scale, op.layout().output().indexOf('f'), op.layout().kernel().indexOf('o'));
        case Contraction.Dot dot -> scaledDot(z, dot, s, scale);
        default -> Optional.empty();
      };
    }

    private Optional<Value> scaledDot(
        Value z, Contraction.Dot dot, Value s, BinaryOperator<Value> scale) {
      List<Integer> free = new ArrayList<>();
      for (int axis = 0; axis < z.operand(1).rank(); axis++) {
        if (!dot.rhsContract().contains(axis) && !dot.rhsBatch().contains(axis)) {
          free.add(axis);
        }
      }
      return free.size() == 1
          ? withWeights(z, s, scale, z.rank() - 1, free.getFirst())
          : Optional.empty();
    }

    /** {@code resultAxis} of the result are the features, {@code axis} of the weights too. */
    private Optional<Value> withWeights(
        Value z, Value s, BinaryOperator<Value> scale, int resultAxis, int axis) {
      Value weights = z.operand(1);
      if (!frozen.is(weights)) {
        return Optional.empty();
      }
      Op op = z.op();
      return alongFeatures(s, resultAxis, axis, weights.rank())
          .map(factor ->
              z.builder()
                  .add(op, z.operand(0), scale.apply(weights, factor.broadcast(weights.shape()))));
    }

    /** {@code s}, which varies along one axis only, laid along another axis of another rank. */
    private static Optional<Value> alongFeatures(Value s, int from, int to, int rank) {
      if (!(s.op() instanceof Movement.Broadcast)) {
        return Optional.empty();
      }
      Value x = s.operand(0);
      int offset = s.rank() - x.rank();
      for (int k = 0; k < x.rank(); k++) {
        if (k + offset != from && !x.dim(k).is(1)) {
          return Optional.empty();
        }
      }
      List<Dim> dims = new ArrayList<>(Collections.nCopies(rank, Dim.of(1)));
      dims.set(to, from < offset ? Dim.of(1) : x.dim(from - offset));
      return Optional.of(x.reshape(Shape.of(dims)));
    }
  }
}
