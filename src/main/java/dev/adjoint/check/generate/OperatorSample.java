package dev.adjoint.check.generate;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One use of an operator: what it is to be given, and how its node is added.
 *
 * @param operands the types of its operands, and the values they may have
 * @param expression adds the node
 */
public record OperatorSample(List<Operand> operands, Expression expression) {
  /** Adds nodes to a graph, the last of which is of the operator. */
  @FunctionalInterface
  public interface Expression {
    /** Adds the nodes and returns the value of the operator's. */
    Value addTo(GraphBuilder builder, List<Value> operands);
  }

  /** Copies the list. */
  public OperatorSample {
    operands = List.copyOf(operands);
  }

  /** The operator, applied to the operands as they are. */
  public static OperatorSample of(Op op, Operand... operands) {
    return of(op, List.of(operands));
  }

  /** The operator, applied to the operands as they are. */
  public static OperatorSample of(Op op, List<Operand> operands) {
    return new OperatorSample(operands, (builder, values) -> builder.add(op, values));
  }

  /** The operator, applied to the operands broadcast to their common shape. */
  public static OperatorSample broadcasting(Op op, Operand... operands) {
    return new OperatorSample(
        List.of(operands),
        (builder, values) -> {
          Shape common = common(values.stream().map(Value::shape).toList());
          return builder.add(op, values.stream().map(value -> value.broadcast(common)).toList());
        });
  }

  private static Shape common(List<Shape> shapes) {
    int rank = shapes.stream().mapToInt(Shape::rank).max().orElse(0);
    List<Dim> dims = new ArrayList<>();
    for (int fromEnd = 1; fromEnd <= rank; fromEnd++) {
      int position = fromEnd;
      dims.add(
          shapes.stream()
              .filter(shape -> position <= shape.rank())
              .map(shape -> shape.dim(shape.rank() - position))
              .filter(dim -> !dim.is(1))
              .findFirst()
              .orElse(Dim.of(1)));
    }
    Collections.reverse(dims);
    return Shape.of(dims);
  }
}
