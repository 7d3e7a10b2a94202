package dev.adjoint.op;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Substitution;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Operators that pass a value on and steer what happens around it: its dtype, its gradient, its
 * place in the schedule.
 */
public sealed interface Control extends Primitive {
  /** {@code y = x}, any type. Gradient: {@code dx = dy}. */
  record Identity() implements Control, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return in.single();
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(at::dy);
    }

    @Override
    public Linearity linearity() {
      return Linearity.LINEAR;
    }
  }

  /** {@code y = x}, any type, a constant to differentiation. Gradient: 0, by definition. */
  record StopGradient() implements Control, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return in.single();
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.zeros();
    }
  }

  /**
   * Converts the elements to another dtype. Floating point to integer truncates toward zero,
   * saturates at the ends of the range and turns NaN into 0; INT64 to INT32 keeps the low 32 bits;
   * to FLOAT32 rounds to the nearest, ties to even; anything to BOOL is {@code x != 0} (true for
   * NaN); BOOL to a number is 0 or 1. Gradient: dy converted back if both are of floating point; no
   * derivative otherwise.
   */
  record Cast(DType dtype) implements Control, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return in.single().withDType(dtype);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.x().dtype().isFloating() && dtype.isFloating()
          ? at.cotangents(() -> at.dy().cast(at.x().dtype()))
          : at.zeros();
    }

    @Override
    public Linearity linearity() {
      return dtype.isFloating() ? Linearity.LINEAR : Linearity.NONLINEAR;
    }
  }

  /**
   * {@code y = x}, computed only after all other operands are. Operands: {@code x}, then any number
   * of values of any types. Optimisation neither removes it nor merges two of them, so what is
   * computed from y is computed again, later. Gradient: dy to x.
   */
  record Barrier() implements Control, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      in.require("arity", in.count() > 0, "takes a value and what to wait for, given nothing.");
      return in.get(0);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return toFirst(at);
    }
  }

  /**
   * {@code y = x}, the result of a region of the graph that the backward pass computes again
   * instead of keeping its inner values. Operands: {@code x}, then the region's {@code boundary}:
   * the values from outside that it reads. Gradient: dy to x; {@code autodiff} differentiates a
   * second copy of the region, which starts from the boundary behind a {@link Barrier}.
   *
   * @see #recompute
   */
  record Recompute() implements Control, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      in.require(
          "arity", in.count() > 0, "takes a region's result and its boundary, given nothing.");
      return in.get(0);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return toFirst(at);
    }
  }

  /**
   * Stands for the cotangent in the rule of a {@link CustomGradient}. No operands; computes zeros
   * of the attribute's type, which nothing reads once the rule is applied. Two of them are never
   * the same, whatever their types: each belongs to its rule.
   */
  record CotangentPlaceholder(TensorType type) implements Control, NotDifferentiable {
    @Override
    public TensorType infer(Operands in) {
      in.none();
      return type;
    }

    @Override
    public String reasonNotDifferentiable() {
      return "a placeholder has no operands";
    }
  }

  /**
   * {@code y = x} with a gradient rule of the user's own, which is part of the graph. Operands: the
   * result {@code x}; a {@link CotangentPlaceholder} p of its type; n values {@code v_i}; n values
   * {@code g_i} of the same types, the rule, which read p and whatever else they like. Gradient:
   * the nodes that g_i is computed by are copied with dy in the place of p and y in the place of x,
   * and the copy of g_i goes to v_i. The copy can be differentiated again, and where it reads y
   * this rule holds again. Nothing goes through x: what else it is computed from counts as
   * constant.
   *
   * <p>(C1) There are 2n + 2 operands. (C2) p is of the type of x. (C3) g_i is of the type of v_i.
   *
   * @see #customGradient
   */
  record CustomGradient() implements Control, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      in.require(
          "C1",
          in.count() >= 2 && in.count() % 2 == 0,
          "takes a result, a placeholder, values and as many cotangents, given %s operands.",
          in.count());
      in.require(
          "C2", in.get(0).equals(in.get(1)), "the placeholder must be of the result's type.");
      int n = in.count() / 2 - 1;
      for (int i = 0; i < n; i++) {
        in.require(
            "C3",
            in.get(2 + i).equals(in.get(2 + n + i)),
            "the rule's cotangent %s must be of its value's type %s, it is %s.",
            i,
            in.get(2 + i),
            in.get(2 + n + i));
      }
      return in.get(0);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      if (!(at.operand(1).op() instanceof CotangentPlaceholder)) {
        throw new GraphException(
            at.y().name(),
            "The rule of the custom gradient '%s' has no placeholder: operand 1 is '%s', a node of %s. Make it with customGradient."
                .formatted(at.y().name(), at.operand(1).name(), at.operand(1).op().operatorName()));
      }
      int n = at.operands().size() / 2 - 1;
      Map<Value, Value> replaced = new HashMap<>();
      replaced.put(at.operand(0), at.y());
      replaced.put(at.operand(1), at.dy());
      Substitution copy = new Substitution(replaced);
      Cotangent.Rule[] rules = new Cotangent.Rule[at.operands().size()];
      for (int i = 0; i < rules.length; i++) {
        int position = i;
        boolean isValue = i >= 2 && i < 2 + n;
        rules[i] =
            isValue ? Vjp.rule(() -> copy.apply(at.operand(position + n))) : Cotangent.Rule.zero();
      }
      return at.answers(rules);
    }
  }

  private static List<Cotangent> toFirst(Vjp at) {
    Cotangent.Rule[] rules = new Cotangent.Rule[at.operands().size()];
    for (int i = 0; i < rules.length; i++) {
      rules[i] = i == 0 ? Vjp.rule(at::dy) : Cotangent.Rule.zero();
    }
    return at.answers(rules);
  }

  /**
   * Gives the function {@code forward} of {@code values} the gradient {@code rule}. Whatever else
   * {@code forward} reads counts as constant. Both are called once, here.
   *
   * @param forward computes the result from the values
   * @param rule computes from the result and its cotangent one cotangent a value, in their order
   *     and of their types
   * @throws GraphException if the rule gives another number of cotangents, or one of another type
   */
  static Value customGradient(
      List<Value> values,
      Function<List<Value>, Value> forward,
      BiFunction<Value, Value, List<Value>> rule) {
    Value computed = forward.apply(values);
    // The rule means the function where it reads the result, and the identity is a function too.
    Value result = values.contains(computed) ? computed.identity() : computed;
    GraphBuilder builder = result.builder();
    Value placeholder = builder.add(new CotangentPlaceholder(result.type()));
    List<Value> cotangents = rule.apply(result, placeholder);
    if (cotangents.size() != values.size()) {
      throw new GraphException(
          result.name(),
          "C1",
          "The gradient rule of '%s' answers for %d values, it has %d. Answer for each, in order."
              .formatted(result.name(), cotangents.size(), values.size()));
    }
    List<Value> operands = new ArrayList<>(List.of(result, placeholder));
    operands.addAll(values);
    operands.addAll(cotangents);
    return builder.add(new CustomGradient(), operands);
  }

  /**
   * Marks what {@code region} adds to the graph as a region to be computed again in the backward
   * pass. Parameters and inputs that it adds count as its boundary.
   */
  static Value recompute(GraphBuilder builder, Supplier<Value> region) {
    int start = builder.size();
    Value result = region.get();
    List<Value> operands = new ArrayList<>(List.of(result));
    Set<Value> seen = new HashSet<>();
    Deque<Value> open = new ArrayDeque<>(List.of(result));
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (!seen.add(value)) {
        continue;
      }
      if (value.index() < start || value.op() instanceof Parameter || value.op() instanceof Input) {
        operands.add(value);
      } else {
        value.operands().forEach(open::push);
      }
    }
    return builder.add(new Recompute(), operands);
  }

  /** The family's methods on values. */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** {@link Identity}: a node of its own with the same value. */
    default Value identity() {
      return self().builder().add(new Identity(), self());
    }

    /** {@link StopGradient}: the same value, a constant to differentiation. */
    default Value stopGradient() {
      return self().builder().add(new StopGradient(), self());
    }

    /** {@link Cast}: the elements in another dtype; no node if they are of it already. */
    default Value cast(DType dtype) {
      return self().dtype() == dtype ? self() : self().builder().add(new Cast(dtype), self());
    }
  }
}
