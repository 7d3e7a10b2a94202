package dev.adjoint.autodiff;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Movement;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Derivatives of other forms, all made of {@link Gradients}. */
public final class Derivatives {
  /**
   * More rows than a Jacobian is written out for: each is a reverse pass of its own in the graph.
   */
  private static final long MOST_ROWS = 4096;

  private Derivatives() {}

  /**
   * The Jacobian-vector product: the derivative of {@code target} when the sources move along
   * {@code directions}. Made by differentiating the vector-Jacobian product, which is linear in its
   * cotangent, so it needs no rules of its own.
   *
   * @param directions one a source, of its type; constants to the differentiation
   * @return a value of the target's type
   */
  public static Value jvp(Value target, List<Value> sources, List<Value> directions) {
    requireDirections(sources, directions);
    // Any value would do where the product is linear; ones keep a rule from seeing a cotangent of
    // 0.
    Value cotangent = target.like(1).identity();
    List<Value> product = Gradients.of(target).withCotangents(cotangent).to(sources);
    return Gradients.of(product).withCotangents(directions).to(cotangent).getFirst();
  }

  /**
   * The Hessian-vector product of a scalar target: the derivative of its gradient when the sources
   * move along {@code directions}.
   *
   * @param directions one a source, of its type; constants to the differentiation
   * @return one value a source, of its type
   */
  public static List<Value> hvp(Value target, List<Value> sources, List<Value> directions) {
    requireDirections(sources, directions);
    List<Value> gradients = Gradients.of(target).to(sources);
    return Gradients.of(gradients).withCotangents(directions).to(sources);
  }

  /**
   * The Jacobian: all derivatives of each element of {@code target}, a reverse pass a target
   * element. For small, constant sizes.
   *
   * @return a value whose shape is the target's followed by the source's
   * @throws GraphException if the target's sizes are symbolic, or it has more than 4096 elements
   */
  public static Value jacobian(Value target, Value source) {
    long rows = rowsOf(target);
    Shape shape = target.shape();
    for (Dim dim : source.shape().dims()) {
      shape = shape.append(dim);
    }
    if (rows == 0) {
      return target.builder().add(new Movement.Broadcast(shape), source.scalar(0));
    }
    List<Value> parts = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Value gradient = Gradients.of(target).withCotangents(unit(target, row)).to(source).getFirst();
      parts.add(gradient.expandDims(0));
    }
    return Movement.concat(0, parts).reshape(shape);
  }

  /**
   * The Hessian of a scalar target: the Jacobian of its gradient. For small, constant sizes.
   *
   * @return a value whose shape is the source's twice
   */
  public static Value hessian(Value target, Value source) {
    return jacobian(Gradients.of(target).to(source).getFirst(), source);
  }

  private static long rowsOf(Value target) {
    Dim elements = target.shape().elements();
    if (!elements.isConstant() || elements.value() > MOST_ROWS) {
      throw new GraphException(
          target.name(),
          "A Jacobian has a row for each of the %s elements of '%s' %s; at most %d, and a number, are written out. Use jvp, or gradients with cotangents."
              .formatted(elements, target.name(), target.type(), MOST_ROWS));
    }
    return elements.value();
  }

  private static Value unit(Value target, int row) {
    double[] elements = new double[Math.toIntExact(rowsOf(target))];
    elements[row] = 1;
    TensorType type = target.type();
    return target.builder().constant(Tensor.of(elements, type.shape().sizes()).cast(type.dtype()));
  }

  private static void requireDirections(List<Value> sources, List<Value> directions) {
    if (sources.size() != directions.size()) {
      throw new GraphException(
          "There are %d directions for %d sources. Pass one a source."
              .formatted(directions.size(), sources.size()));
    }
    for (int i = 0; i < sources.size(); i++) {
      if (!sources.get(i).type().equals(directions.get(i).type())) {
        throw new GraphException(
            sources.get(i).name(),
            "The source '%s' is %s, its direction '%s' is %s. They must be equal."
                .formatted(
                    sources.get(i).name(),
                    sources.get(i).type(),
                    directions.get(i).name(),
                    directions.get(i).type()));
      }
    }
  }
}
