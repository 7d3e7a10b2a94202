package dev.adjoint.autodiff;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.op.Control;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One pass from targets back to sources, over the nodes between them and no others, in the reverse
 * of their order; so without recursion, and each node's cotangent is complete when it is used.
 */
final class ReverseSweep {
  private final GraphBuilder builder;
  private final Set<Value> sources;

  /** The nodes from the first source to the last target, in their order. */
  private final List<Value> range;

  /**
   * Those that depend on a source, and that a target depends on, through values of floating point.
   */
  private final Set<Value> between;

  private final Map<Value, Value> cotangents = new HashMap<>();

  ReverseSweep(GraphBuilder builder, List<Value> targets, List<Value> sources) {
    this.builder = builder;
    this.sources = Set.copyOf(sources);
    int first = sources.stream().mapToInt(Value::index).min().orElse(0);
    int last = targets.stream().mapToInt(Value::index).max().orElse(-1);
    this.range = first <= last ? builder.values(first, last + 1) : List.of();
    this.between = dependent();
    between.retainAll(needed(targets));
  }

  private Set<Value> dependent() {
    Set<Value> dependent = new HashSet<>();
    for (Value value : range) {
      boolean depends = value.operands().stream().anyMatch(dependent::contains);
      if (value.dtype().isFloating() && (depends || sources.contains(value))) {
        dependent.add(value);
      }
    }
    return dependent;
  }

  private Set<Value> needed(List<Value> targets) {
    Set<Value> needed = new HashSet<>(targets);
    for (Value value : range.reversed()) {
      if (value.dtype().isFloating() && needed.contains(value)) {
        needed.addAll(value.operands());
      }
    }
    return needed;
  }

  /** Whether a target depends on {@code source} through values of floating point. */
  boolean isConnected(Value source) {
    return between.contains(source);
  }

  /** Adds to the cotangent of a target. */
  void seed(Value target, Value cotangent) {
    accumulate(target, cotangent);
  }

  /** The sum of what has reached {@code value}; nothing if nothing has. */
  Optional<Value> cotangent(Value value) {
    return Optional.ofNullable(cotangents.get(value));
  }

  void run() {
    for (Value value : range.reversed()) {
      Value cotangent = cotangents.get(value);
      if (cotangent != null && value.operands().stream().anyMatch(this::isWanted)) {
        try (GraphBuilder.Scope _ = builder.scope(value.name())) {
          propagate(value, cotangent);
        }
      }
    }
  }

  private boolean isWanted(Value operand) {
    return between.contains(operand);
  }

  private void propagate(Value value, Value cotangent) {
    List<Value> operands = value.operands();
    List<Cotangent> answers = answers(value, cotangent);
    if (answers.size() != operands.size()) {
      throw fault(
          value,
          "answers for %d operands, there are %d".formatted(answers.size(), operands.size()));
    }
    for (int i = 0; i < operands.size(); i++) {
      Value operand = operands.get(i);
      if (isWanted(operand)) {
        receive(value, operand, answers.get(i));
      }
    }
  }

  private List<Cotangent> answers(Value value, Value cotangent) {
    List<Value> operands = value.operands();
    if (value.op() instanceof Control.Recompute) {
      RecomputedRegion region = new RecomputedRegion(value);
      // A source inside belongs to the first computation: its cotangent goes that way, as does all.
      if (sources.stream().noneMatch(region::contains)) {
        return region.cotangents(cotangent, this::isWanted);
      }
    }
    return switch (value.op()) {
      case Differentiable op -> {
        boolean[] wanted = new boolean[operands.size()];
        for (int i = 0; i < wanted.length; i++) {
          wanted[i] = isWanted(operands.get(i)) && !isEmpty(operands.get(i));
        }
        yield op.vjp(new Vjp(operands, value, cotangent, wanted));
      }
      case NotDifferentiable op ->
          throw new GraphException(
              value.name(),
              "%s '%s' has no derivative: %s. Put stopGradient on its operands if none is meant."
                  .formatted(op.operatorName(), value.name(), op.reasonNotDifferentiable()));
      default -> throw fault(value, "is neither Differentiable nor NotDifferentiable");
    };
  }

  /** A value without elements has a cotangent without elements; no rule is needed for it. */
  private static boolean isEmpty(Value operand) {
    return operand.shape().elements().is(0);
  }

  private void receive(Value value, Value operand, Cotangent answer) {
    switch (answer) {
      case Cotangent.Zero() -> {}
      case Cotangent.Undefined(String reason) ->
          throw new GraphException(
              value.name(),
              "%s '%s' has no derivative with respect to '%s': %s. Put stopGradient on it if none is meant."
                  .formatted(value.op().operatorName(), value.name(), operand.name(), reason));
      case Cotangent.Of(Value cotangent) -> {
        if (!cotangent.type().equals(operand.type())) {
          throw fault(
              value,
              "gives '%s' %s a cotangent of %s"
                  .formatted(operand.name(), operand.type(), cotangent.type()));
        }
        accumulate(operand, cotangent);
      }
    }
  }

  private void accumulate(Value value, Value cotangent) {
    cotangents.merge(value, cotangent, Value::add);
  }

  private static GraphException fault(Value value, String what) {
    return new GraphException(
        value.name(),
        "The gradient rule of %s (at '%s') is wrong: it %s. Correct the operator's vjp."
            .formatted(value.op().operatorName(), value.name(), what));
  }
}
