package dev.adjoint.autodiff;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Differentiates a region that is to be computed again: copies it behind barriers that wait for the
 * incoming cotangent, then differentiates the copy, so that the backward pass reads nothing of the
 * first one but its boundary. (Griewank and Walther, "Revolve", 2000; Chen et al., "Training deep
 * nets with sublinear memory cost", 2016.)
 */
final class RecomputedRegion {
  private RecomputedRegion() {}

  /** One answer an operand of the {@link Control.Recompute} node {@code value}. */
  static List<Cotangent> cotangents(Value value, Value cotangent, Predicate<Value> isWanted) {
    List<Value> boundary = value.operands().subList(1, value.operands().size());
    Value result = value.operand(0);
    Map<Value, Value> copies = new HashMap<>();
    for (Value outside : boundary) {
      copies.put(outside, value.builder().add(new Control.Barrier(), outside, cotangent));
    }
    Value again = copy(result, copies);
    List<Value> wanted = boundary.stream().filter(isWanted).toList();
    List<Value> sources = wanted.stream().map(outside -> at(copies, outside)).toList();
    List<Value> gradients = Gradients.of(again).withCotangents(cotangent).to(sources);
    List<Cotangent> answers = new ArrayList<>();
    answers.add(new Cotangent.Zero());
    for (Value outside : boundary) {
      int position = wanted.indexOf(outside);
      answers.add(position < 0 ? new Cotangent.Zero() : new Cotangent.Of(gradients.get(position)));
    }
    return answers;
  }

  private static Value copy(Value result, Map<Value, Value> copies) {
    GraphBuilder builder = result.builder();
    for (Value inner : region(result, copies.keySet()).values()) {
      List<Value> operands = inner.operands().stream().map(o -> at(copies, o)).toList();
      copies.put(inner, builder.add(inner.op(), operands));
    }
    return at(copies, result);
  }

  private static Value at(Map<Value, Value> copies, Value original) {
    return copies.getOrDefault(original, original);
  }

  /** The nodes inside the boundary, by index. */
  private static Map<Integer, Value> region(Value result, Set<Value> boundary) {
    Map<Integer, Value> inside = new TreeMap<>();
    Set<Value> seen = new HashSet<>(boundary);
    Deque<Value> open = new ArrayDeque<>(List.of(result));
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (seen.add(value)) {
        inside.put(value.index(), value);
        open.addAll(value.operands());
      }
    }
    return inside;
  }
}
