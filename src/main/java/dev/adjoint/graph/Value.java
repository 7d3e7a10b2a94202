package dev.adjoint.graph;

import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Control;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.Indexing;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Probability;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.Scan;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * The result of a node in a graph that is being built. Methods on it add nodes and chain: {@code
 * x.matmul(w).add(b).relu()}; each family of operators contributes its own, see the implemented
 * interfaces. Two values are equal only if they are the same node.
 *
 * <p>Methods that combine values broadcast them by NumPy's rules, adding explicit {@code broadcast}
 * nodes. They never convert dtypes.
 */
public final class Value
    implements Arithmetic.Methods,
        Pointwise.Methods,
        Logic.Methods,
        Control.Methods,
        Movement.Methods,
        Reduction.Methods,
        Scan.Methods,
        Probability.Methods,
        Contraction.Methods,
        Convolution.Methods,
        Pooling.Methods,
        Indexing.Methods,
        Source.Methods {
  private final GraphBuilder builder;
  private final int index;
  private final Op op;
  private final List<Value> operands;
  private final TensorType type;
  private String name;

  Value(
      GraphBuilder builder, int index, String name, Op op, List<Value> operands, TensorType type) {
    this.builder = builder;
    this.index = index;
    this.name = name;
    this.op = op;
    this.operands = List.copyOf(operands);
    this.type = type;
  }

  @Override
  public Value self() {
    return this;
  }

  /** The builder that this value belongs to. */
  @Override
  public GraphBuilder builder() {
    return builder;
  }

  /** The position among the builder's values; operands have smaller ones. */
  public int index() {
    return index;
  }

  /** The node's full name, scopes included. */
  public String name() {
    return name;
  }

  /**
   * Names this node, within the scope that is open.
   *
   * @return this value
   * @throws GraphException if the name is taken or malformed
   */
  public Value as(String newName) {
    name = builder.rename(this, newName);
    return this;
  }

  /** The operator that computes this value. */
  public Op op() {
    return op;
  }

  /** The values that it is computed from. */
  public List<Value> operands() {
    return operands;
  }

  /** Operand {@code position}. */
  public Value operand(int position) {
    return operands.get(position);
  }

  /** The dtype and shape. */
  public TensorType type() {
    return type;
  }

  /** The dtype. */
  public DType dtype() {
    return type.dtype();
  }

  /** The shape. */
  public Shape shape() {
    return type.shape();
  }

  /** The number of axes. */
  public int rank() {
    return type.rank();
  }

  /** The size along {@code axis}; negative axes count from the last. */
  public Dim dim(int axis) {
    return type.dim(axis(axis));
  }

  /**
   * The axis as a number from 0, where negative ones count from the last.
   *
   * @throws GraphException if there is no such axis
   */
  public int axis(int axis) {
    return position(axis, rank());
  }

  /**
   * The place of a new axis as a number from 0, where negative ones count from behind the last.
   *
   * @throws GraphException if there is no such place
   */
  public int newAxis(int axis) {
    return position(axis, rank() + 1);
  }

  private int position(int axis, int count) {
    if (axis < -count || axis >= count) {
      String advice =
          count == 0
              ? "A scalar has none."
              : "Pass one from %d to %d.".formatted(-count, count - 1);
      throw new GraphException(
          name, "axis", "'%s' is %s: it has no axis %d. %s".formatted(name, type, axis, advice));
    }
    return axis < 0 ? axis + count : axis;
  }

  /** Name and type, for messages; {@link GraphBuilder#build} and print for more. */
  @Override
  public String toString() {
    return "%" + name + " : " + type;
  }
}
