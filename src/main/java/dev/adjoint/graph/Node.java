package dev.adjoint.graph;

import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/** A node of a {@link Graph}: an operator applied to the results of earlier nodes. */
public final class Node {
  private final int index;
  private final String name;
  private final Op op;
  private final List<Node> operands;
  private final TensorType type;

  Node(int index, String name, Op op, List<Node> operands, TensorType type) {
    this.index = index;
    this.name = name;
    this.op = op;
    this.operands = List.copyOf(operands);
    this.type = type;
  }

  /** The position in {@link Graph#nodes()}; operands have smaller ones. */
  public int index() {
    return index;
  }

  /** The name, unique in the graph: scopes separated by slashes, then the node's own name. */
  public String name() {
    return name;
  }

  /** What the node computes. */
  public Op op() {
    return op;
  }

  /** The nodes whose results it reads. */
  public List<Node> operands() {
    return operands;
  }

  /** The node whose result is operand {@code position}. */
  public Node operand(int position) {
    return operands.get(position);
  }

  /** The type of the result. */
  public TensorType type() {
    return type;
  }

  /** The operands as a shape rule sees them. */
  public Operands describeOperands() {
    return new Operands(
        op.operatorName(),
        name,
        operands.stream().map(o -> new Operands.Operand(o.name, o.type)).toList());
  }

  /**
   * How many {@linkplain Op#multiplyAdds multiply-adds} an evaluation costs: {@link Long#MAX_VALUE}
   * if a symbolic size decides it, or if they are too many for a long.
   */
  public long multiplyAdds() {
    try {
      Dim count = op.multiplyAdds(describeOperands());
      return count.isConstant() ? count.value() : Long.MAX_VALUE;
    } catch (ArithmeticException tooMany) {
      return Long.MAX_VALUE;
    }
  }

  /** The node's line in the text form. */
  @Override
  public String toString() {
    return GraphText.print(this);
  }
}
