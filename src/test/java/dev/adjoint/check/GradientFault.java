package dev.adjoint.check;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * A mistake in a gradient rule.
 *
 * @param name what is wrong
 * @param order the order of the derivative in which it shows
 * @param truth the operator whose rule it is
 * @param operands what the operator is given
 * @param rule the wrong rule
 */
record GradientFault(
    String name, int order, Differentiable truth, List<Given> operands, Rule rule) {
  /** A wrong rule. */
  interface Rule {
    List<Cotangent> apply(Vjp at);
  }

  /** An operand: its type, and the lowest and highest value. */
  record Given(TensorType type, double low, double high) {
    static Given real(long... sizes) {
      return new Given(TensorType.of(DType.FLOAT32, sizes), -2, 2);
    }

    static Given positive(long... sizes) {
      return new Given(TensorType.of(DType.FLOAT32, sizes), 0.3, 3);
    }

    static Given index(int below, long... sizes) {
      return new Given(TensorType.of(DType.INT32, sizes), 0, below);
    }

    static Given truth(long... sizes) {
      return new Given(TensorType.of(DType.BOOL, sizes), 0, 2);
    }

    Tensor draw(RandomGenerator random) {
      double[] elements = new double[Math.toIntExact(type.shape().elementCount())];
      for (int i = 0; i < elements.length; i++) {
        elements[i] =
            type.dtype().isFloating()
                ? random.nextDouble(low, high)
                : Math.floor(random.nextDouble(low, high));
      }
      return Tensor.of(elements, type.shape().sizes()).cast(type.dtype());
    }
  }

  /** A fault that the first derivative shows. */
  static GradientFault wrongRule(
      String name, Differentiable truth, List<Given> operands, Rule rule) {
    return new GradientFault(name, 1, truth, operands, rule);
  }

  /** A fault that only the second derivative shows. */
  static GradientFault wrongInSecondOrder(
      String name, Differentiable truth, List<Given> operands, Rule rule) {
    return new GradientFault(name, 2, truth, operands, rule);
  }

  /** The true rule, the answer for one operand changed. */
  static GradientFault wrongAnswer(
      String name,
      Differentiable truth,
      List<Given> operands,
      int operand,
      UnaryOperator<Value> change) {
    return wrongRule(name, truth, operands, at -> change(truth.vjp(at), operand, change));
  }

  /** The rule of another operator, or of the same with other attributes. */
  static GradientFault ruleOfAnother(
      String name, Differentiable truth, List<Given> operands, Differentiable other) {
    return wrongRule(name, truth, operands, other::vjp);
  }

  static UnaryOperator<Value> times(double factor) {
    return value -> value.mul(factor);
  }

  /** The operator in the middle of a small network, or another one in its place. */
  Graph graph(Op op) {
    GraphBuilder g = GraphBuilder.create("network");
    List<Value> values = new ArrayList<>();
    for (Given operand : operands) {
      Value x = g.input("x" + values.size(), operand.type());
      values.add(x.dtype().isFloating() ? x.mul(1.25) : x);
    }
    Value y = g.add("target", op, values);
    g.signature("f").output("y", y.mul(0.3).sin());
    return g.build();
  }

  /** A check of that network. */
  GradientCheck check(Op op, long seed) {
    GradientCheck check = GradientCheck.of(graph(op), "f").order(order).seed(seed);
    for (int i = 0; i < operands.size(); i++) {
      check.draw("x" + i, operands.get(i)::draw);
    }
    return check;
  }

  /** The answers of the true rule, one of them changed. */
  static List<Cotangent> change(List<Cotangent> answers, int operand, UnaryOperator<Value> change) {
    List<Cotangent> changed = new ArrayList<>(answers);
    if (answers.get(operand) instanceof Cotangent.Of(Value value)) {
      changed.set(operand, new Cotangent.Of(change.apply(value)));
    }
    return changed;
  }

  /** The place of a rule with one operand replaced. */
  static Vjp with(Vjp at, int operand, Value value) {
    List<Value> operands = new ArrayList<>(at.operands());
    operands.set(operand, value);
    boolean[] wanted = new boolean[operands.size()];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = at.wants(i);
    }
    return new Vjp(operands, at.y(), at.dy(), wanted);
  }

  static Optional<GradientFault> named(String name) {
    return GradientFaults.ALL.stream().filter(fault -> fault.name().equals(name)).findFirst();
  }

  @Override
  public String toString() {
    return name;
  }
}
