package dev.adjoint.autodiff;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Substitution;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Differentiates a region that is to be computed again: copies it behind barriers that wait for the
 * incoming cotangent, then differentiates the copy, so that the backward pass reads nothing of the
 * first one but its boundary. (Griewank and Walther, "Revolve", 2000; Chen et al., "Training deep
 * nets with sublinear memory cost", 2016.)
 */
final class RecomputedRegion {
  private final Value result;
  private final Set<Value> boundary;
  private final Set<Value> inside;

  /** The region of a {@link Control.Recompute} node. */
  RecomputedRegion(Value recompute) {
    List<Value> operands = recompute.operands();
    this.result = operands.getFirst();
    this.boundary = new LinkedHashSet<>(operands.subList(1, operands.size()));
    this.inside = inside(result, boundary);
  }

  private static Set<Value> inside(Value result, Set<Value> boundary) {
    Set<Value> inside = new HashSet<>();
    Deque<Value> open = new ArrayDeque<>(List.of(result));
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (!boundary.contains(value) && inside.add(value)) {
        requireComputed(value, result);
        open.addAll(value.operands());
      }
    }
    return inside;
  }

  private static void requireComputed(Value value, Value result) {
    if (value.op() instanceof Input || value.op() instanceof Parameter) {
      throw new GraphException(
          result.name(),
          "The recomputed region of '%s' reads '%s', which is not among the operands of its recompute node. List every input and parameter that the region reads."
              .formatted(result.name(), value.name()));
    }
  }

  /** Whether {@code value} is computed between the boundary and the result. */
  boolean contains(Value value) {
    return inside.contains(value);
  }

  /** One answer an operand of the node. */
  List<Cotangent> cotangents(Value cotangent, Predicate<Value> isWanted) {
    Map<Value, Value> copies = copySources(cotangent);
    Value again = new Substitution(copies).apply(result);
    List<Value> wanted = boundary.stream().filter(isWanted).toList();
    List<Value> sources = wanted.stream().map(copies::get).toList();
    List<Value> gradients = Gradients.of(again).withCotangents(cotangent).to(sources);
    List<Cotangent> answers = new ArrayList<>();
    answers.add(new Cotangent.Zero());
    for (Value outside : boundary) {
      int position = wanted.indexOf(outside);
      answers.add(position < 0 ? new Cotangent.Zero() : new Cotangent.Of(gradients.get(position)));
    }
    return answers;
  }

  /** What the copy starts from: the boundary behind barriers, and its own constants. */
  private Map<Value, Value> copySources(Value cotangent) {
    GraphBuilder builder = result.builder();
    Map<Value, Value> copies = new HashMap<>();
    for (Value outside : boundary) {
      copies.put(outside, builder.add(new Control.Barrier(), outside, cotangent));
    }
    inside.stream()
        .filter(value -> value.operands().isEmpty())
        .sorted(Comparator.comparingInt(Value::index))
        .forEach(value -> copies.put(value, builder.add(value.op())));
    return copies;
  }
}
