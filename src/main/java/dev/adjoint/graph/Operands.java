package dev.adjoint.graph;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.function.Predicate;

/**
 * The operands of a node as a shape rule sees them: names and types, no values. Its {@code require}
 * methods raise errors that name the node and list every operand.
 *
 * <p>The labels of what every operator may ask for are words: {@code arity}, {@code dtype}, {@code
 * same-type}. An operator's own constraints are numbered in its documentation: {@code C1} and so
 * on.
 */
public final class Operands {
  /** One operand: the name of the node that produces it, and its type. */
  public record Operand(String name, TensorType type) {}

  private final String operator;
  private final String node;
  private final List<Operand> operands;

  /**
   * The operands of the node {@code node}.
   *
   * @param operator the operator's name, for messages
   */
  public Operands(String operator, String node, List<Operand> operands) {
    this.operator = operator;
    this.node = node;
    this.operands = List.copyOf(operands);
  }

  /** How many operands there are. */
  public int count() {
    return operands.size();
  }

  /**
   * The type of operand {@code index}.
   *
   * @throws GraphException if there are fewer
   */
  public TensorType get(int index) {
    require(
        "arity",
        index >= 0 && index < operands.size(),
        "lacks operand %s, given %s.",
        index,
        operands.size());
    return operands.get(index).type();
  }

  /** Requires no operand. */
  public void none() {
    count(0);
  }

  /** The type of the only operand; an error if there is not exactly one. */
  public TensorType single() {
    count(1);
    return get(0);
  }

  /** Requires exactly {@code expected} operands. */
  public void count(int expected) {
    require(
        "arity",
        operands.size() == expected,
        "takes %s operand%s, given %s.",
        expected,
        expected == 1 ? "" : "s",
        count());
  }

  /** Requires {@code expected} operands, all of one type, and returns it. */
  public TensorType same(int expected) {
    count(expected);
    for (int i = 1; i < expected; i++) {
      require(
          "same-type",
          get(i).equals(get(0)),
          "operands must have one type, operand 0 is %s and operand %s is %s. Cast or broadcast"
              + " one of them.",
          get(0),
          i,
          get(i));
    }
    return get(0);
  }

  /** Requires operand {@code index} to have a dtype that {@code accepted} accepts. */
  public void dtype(int index, Predicate<DType> accepted, String expected) {
    require(
        "dtype",
        accepted.test(get(index).dtype()),
        "operand %s must be %s, it is %s. Cast it first.",
        index,
        expected,
        get(index));
  }

  /** Requires operand {@code index} to be of floating point. */
  public void floating(int index) {
    dtype(index, DType::isFloating, "of floating point");
  }

  /** Requires operand {@code index} to be a number: floating point or integer. */
  public void numeric(int index) {
    dtype(index, d -> d != DType.BOOL, "numeric");
  }

  /** Requires operand {@code index} to be an integer. */
  public void integer(int index) {
    dtype(index, DType::isInteger, "an integer");
  }

  /**
   * Requires {@code axis} to be an axis of operand {@code index}.
   *
   * @param constraint the label of the constraint in the operator's documentation
   */
  public void axis(String constraint, int index, int axis) {
    int rank = get(index).rank();
    require(
        constraint,
        axis >= 0 && axis < rank,
        "axis %s does not exist, operand %s has rank %s%s.",
        axis,
        index,
        rank,
        rank == 0 ? "" : ". Pass an axis from 0 to " + (rank - 1));
  }

  /**
   * Raises an error unless {@code holds}.
   *
   * @param constraint the label of the constraint in the operator's documentation
   * @param message what is wrong and what to do, a format string that is used only on failure
   * @throws GraphException if the constraint does not hold
   */
  public void require(String constraint, boolean holds, String message, Object... arguments) {
    if (!holds) {
      throw new GraphException(
          node, constraint, describe(constraint, message.formatted(arguments)));
    }
  }

  /** The result's type by the shape rule of {@code op}; whatever the rule throws names the node. */
  TensorType infer(Op op) {
    try {
      return op.infer(this);
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      if (e instanceof GraphException located && located.node().isPresent()) {
        throw located;
      }
      String constraint = e instanceof GraphException g ? g.constraint().orElse("") : "";
      String reason = String.valueOf(e.getMessage());
      throw new GraphException(node, constraint, describe(constraint, reason), e);
    }
  }

  private String describe(String constraint, String message) {
    StringBuilder text = new StringBuilder();
    text.append(operator).append(" '").append(node).append("'");
    text.append(constraint.isEmpty() ? "" : " (" + constraint + ")").append(": ").append(message);
    for (int i = 0; i < operands.size(); i++) {
      Operand operand = operands.get(i);
      text.append("\n  operand ").append(i).append("  '").append(operand.name()).append("'  ");
      text.append(operand.type());
    }
    return text.toString();
  }
}
