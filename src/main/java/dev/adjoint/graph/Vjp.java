package dev.adjoint.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The place at which a gradient rule is applied: the operands and the result of the forward node,
 * the cotangent of the result, and which operands' cotangents are wanted.
 */
public final class Vjp {
  /** An operand's cotangent as an expression, whose nodes are added only if it is wanted. */
  @FunctionalInterface
  public interface Expression {
    /** Adds the nodes. */
    Value build();
  }

  private final List<Value> operands;
  private final Value result;
  private final Value cotangent;
  private final boolean[] wanted;

  /**
   * Describes one application of a rule.
   *
   * @param operands the forward operands, or values equal to them (when they are recomputed)
   * @param result the forward result, or a value equal to it
   * @param cotangent the cotangent of the result, of the result's type
   * @param wanted one flag an operand: whether its cotangent is wanted
   */
  public Vjp(List<Value> operands, Value result, Value cotangent, boolean[] wanted) {
    this.operands = List.copyOf(operands);
    this.result = result;
    this.cotangent = cotangent;
    this.wanted = wanted.clone();
  }

  /** The forward operand {@code index}. */
  public Value operand(int index) {
    return operands.get(index);
  }

  /** The first forward operand. */
  public Value x() {
    return operands.getFirst();
  }

  /** All forward operands. */
  public List<Value> operands() {
    return operands;
  }

  /** The forward result. */
  public Value y() {
    return result;
  }

  /** The cotangent of the result. */
  public Value dy() {
    return cotangent;
  }

  /** Whether the cotangent of operand {@code index} is wanted. */
  public boolean wants(int index) {
    return wanted[index];
  }

  /**
   * The usual answer of a rule: one expression an operand, of which only those wanted are built.
   *
   * @throws GraphException if there are not as many rules as operands
   */
  public List<Cotangent> cotangents(Expression... rules) {
    return answers(Arrays.stream(rules).map(Vjp::rule).toArray(Cotangent.Rule[]::new));
  }

  /** As {@link #cotangents}, for operators some of whose operands have no derivative. */
  public List<Cotangent> answers(Cotangent.Rule... rules) {
    if (rules.length != operands.size()) {
      throw new GraphException(
          result.name(),
          "The gradient rule of %s answers for %d operands, the node '%s' has %d. Correct the operator's vjp."
              .formatted(result.op().operatorName(), rules.length, result.name(), operands.size()));
    }
    List<Cotangent> answers = new ArrayList<>(rules.length);
    for (int i = 0; i < rules.length; i++) {
      answers.add(wanted[i] ? rules[i].apply() : new Cotangent.Zero());
    }
    return List.copyOf(answers);
  }

  /** Turns an expression into a rule for {@link #answers}. */
  public static Cotangent.Rule rule(Expression expression) {
    return () -> new Cotangent.Of(expression.build());
  }

  /** The answer that every operand's derivative is zero. */
  public List<Cotangent> zeros() {
    return operands.stream().<Cotangent>map(_ -> new Cotangent.Zero()).toList();
  }
}
