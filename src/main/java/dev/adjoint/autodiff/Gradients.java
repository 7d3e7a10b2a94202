package dev.adjoint.autodiff;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import java.util.ArrayList;
import java.util.List;

/**
 * Reverse-mode differentiation of part of a graph.
 *
 * <p>
 *
 * {@snippet :
 * List<Value> gradients = Gradients.of(loss).to(weights);
 * }
 *
 * <p>Adds nodes to the builder of the targets, at most a constant number for each node between the
 * sources and the targets, below a new scope {@code gradients} and there below the name of the
 * forward node that they belong to. A source may be any value of floating point, inside the graph
 * too; its gradient is the total derivative, through other sources as well. A value that is used
 * several times gets the sum of the cotangents, in a fixed order.
 *
 * <p>How a part of a graph is differentiated is said where it is built: {@link
 * Control.Methods#stopGradient}, {@link Control#customGradient}, {@link Control#recompute}.
 *
 * <p>Immutable: each method returns a new request.
 */
public final class Gradients {
  /**
   * What the gradient of a source is that no target depends on through values of floating point. A
   * source whose every path to the targets goes through an index or a comparison counts as such;
   * one that {@code stopGradient} cuts off, or whose derivative is 0, does not.
   */
  public enum Unconnected {
    /** Zeros of the source's type. */
    ZERO,
    /** An error that names the source. */
    ERROR
  }

  private final List<Value> targets;
  private final List<Value> cotangents;
  private final Unconnected unconnected;

  private Gradients(List<Value> targets, List<Value> cotangents, Unconnected unconnected) {
    this.targets = List.copyOf(targets);
    this.cotangents = List.copyOf(cotangents);
    this.unconnected = unconnected;
  }

  /** The gradient of a target, or of the sum of several. */
  public static Gradients of(Value... targets) {
    return of(List.of(targets));
  }

  /** The gradient of a target, or of the sum of several. */
  public static Gradients of(List<Value> targets) {
    return new Gradients(targets, List.of(), Unconnected.ZERO);
  }

  /** Starts from the given cotangents, one a target and of its type, instead of ones. */
  public Gradients withCotangents(Value... values) {
    return withCotangents(List.of(values));
  }

  /** As {@link #withCotangents(Value...)}. */
  public Gradients withCotangents(List<Value> values) {
    return new Gradients(targets, values, unconnected);
  }

  /** Chooses what the gradient of an {@link Unconnected} source is; zeros unless chosen. */
  public Gradients unconnected(Unconnected choice) {
    return new Gradients(targets, cotangents, choice);
  }

  /** The gradients with respect to {@code sources}, in their order. */
  public List<Value> to(Value... sources) {
    return to(List.of(sources));
  }

  /**
   * The gradients with respect to {@code sources}, in their order and of their types.
   *
   * @throws GraphException if a source or target is not of floating point, a target without a
   *     cotangent is not a scalar, a cotangent is not of its target's type, values belong to
   *     different builders, an operator on the way has no derivative, or an unconnected source is
   *     an error
   */
  public List<Value> to(List<Value> sources) {
    if (targets.isEmpty()) {
      throw new GraphException("There is no target to differentiate. Pass at least one.");
    }
    GraphBuilder builder = targets.getFirst().builder();
    sources.forEach(source -> requireReal(source, "source"));
    targets.forEach(target -> requireReal(target, "target"));
    requireOneBuilder(builder, targets, sources, cotangents);
    requireCotangents();
    try (GraphBuilder.Scope _ = builder.freshScope("gradients")) {
      ReverseSweep sweep = new ReverseSweep(builder, targets, sources);
      for (int i = 0; i < targets.size(); i++) {
        Value target = targets.get(i);
        sweep.seed(target, cotangents.isEmpty() ? target.like(1) : cotangents.get(i));
      }
      sweep.run();
      return sources.stream().map(source -> gradient(sweep, source)).toList();
    }
  }

  private Value gradient(ReverseSweep sweep, Value source) {
    if (unconnected == Unconnected.ERROR && !sweep.isConnected(source)) {
      throw new GraphException(
          source.name(),
          "No target depends on the source '%s' %s through values of floating point. Leave it out, or ask for zeros with unconnected(ZERO)."
              .formatted(source.name(), source.type()));
    }
    return sweep.cotangent(source).orElseGet(() -> source.like(0));
  }

  private void requireCotangents() {
    if (cotangents.isEmpty()) {
      targets.forEach(Gradients::requireScalar);
      return;
    }
    if (cotangents.size() != targets.size()) {
      throw new GraphException(
          "There are %d cotangents for %d targets. Pass one a target."
              .formatted(cotangents.size(), targets.size()));
    }
    for (int i = 0; i < targets.size(); i++) {
      Value target = targets.get(i);
      Value cotangent = cotangents.get(i);
      if (!cotangent.type().equals(target.type())) {
        throw new GraphException(
            target.name(),
            "The target '%s' is %s, its cotangent '%s' is %s. They must be equal."
                .formatted(target.name(), target.type(), cotangent.name(), cotangent.type()));
      }
    }
  }

  private static void requireScalar(Value target) {
    if (target.rank() != 0) {
      throw new GraphException(
          target.name(),
          "The target '%s' is %s, not a scalar. Pass a cotangent of its type, or differentiate its sum or mean."
              .formatted(target.name(), target.type()));
    }
  }

  private static void requireReal(Value value, String what) {
    if (!value.dtype().isFloating()) {
      throw new GraphException(
          value.name(),
          "The %s '%s' is %s: only values of floating point have derivatives. Cast it before the part that is differentiated."
              .formatted(what, value.name(), value.type()));
    }
  }

  @SafeVarargs
  private static void requireOneBuilder(GraphBuilder builder, List<Value>... groups) {
    List<Value> all = new ArrayList<>();
    for (List<Value> group : groups) {
      all.addAll(group);
    }
    for (Value value : all) {
      if (value.builder() != builder) {
        throw new GraphException(
            value.name(),
            "'%s' belongs to the builder of the graph '%s', the first target to that of '%s'. Use values of one builder only."
                .formatted(value.name(), value.builder().name(), builder.name()));
      }
    }
  }
}
