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
  private final List<Value> forward;

  /** By index: whether the node depends on a source through values of floating point. */
  private final boolean[] dependent;

  /** By index: whether a target depends on the node. */
  private final boolean[] needed;

  private final Map<Value, Value> cotangents = new HashMap<>();

  ReverseSweep(GraphBuilder builder, List<Value> targets, List<Value> sources) {
    this.builder = builder;
    this.forward = List.copyOf(builder.values());
    this.dependent = markDependent(new HashSet<>(sources));
    this.needed = markNeeded(targets);
  }

  private boolean[] markDependent(Set<Value> sources) {
    boolean[] marked = new boolean[forward.size()];
    for (Value value : forward) {
      marked[value.index()] =
          value.dtype().isFloating()
              && (sources.contains(value)
                  || value.operands().stream().anyMatch(operand -> marked[operand.index()]));
    }
    return marked;
  }

  private boolean[] markNeeded(List<Value> targets) {
    boolean[] marked = new boolean[forward.size()];
    targets.forEach(target -> marked[target.index()] = true);
    for (Value value : forward.reversed()) {
      if (marked[value.index()]) {
        value.operands().forEach(operand -> marked[operand.index()] = true);
      }
    }
    return marked;
  }

  /** Whether a target depends on {@code source}. */
  boolean isConnected(Value source) {
    return needed[source.index()];
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
    for (Value value : forward.reversed()) {
      Value cotangent = cotangents.get(value);
      if (cotangent != null && value.operands().stream().anyMatch(this::isWanted)) {
        try (GraphBuilder.Scope _ = builder.scope(value.name())) {
          propagate(value, cotangent);
        }
      }
    }
  }

  private boolean isWanted(Value operand) {
    return dependent[operand.index()];
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
      return RecomputedRegion.cotangents(value, cotangent, this::isWanted);
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
