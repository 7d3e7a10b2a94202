package dev.adjoint.nn;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * Random orthogonal matrices: the orthogonal polar factor of a Gaussian matrix, which is uniformly
 * distributed. It is found by iteration in FLOAT64, {@code X <- a X + b (X X^T) X + c (X X^T)^2 X},
 * which moves every singular value toward 1 and leaves the singular vectors (Higham, "Functions of
 * matrices", 2008, chapter 8). The first steps have coefficients that raise small singular values
 * fast, by 3.4 a step, the last ones those that converge with third order.
 *
 * <p>Accuracy: {@code Q^T Q} is the identity to 1e-6 in FLOAT32 and 1e-12 in FLOAT64, unless the
 * Gaussian matrix happens to be singular to within 1e-10 of its norm. For a square matrix of n rows
 * that has a probability of about {@code 1e-10 n^1.5}.
 *
 * @param gain what the orthonormal columns are multiplied with
 * @param seed of the random stream
 * @param format which axes of a kernel are features
 */
public record Orthogonal(double gain, long seed, DataFormat format) implements KernelInitializer {
  private static final int RAISING_STEPS = 19;
  private static final int CONVERGING_STEPS = 5;

  @Override
  public Orthogonal format(DataFormat other) {
    return new Orthogonal(gain, seed, other);
  }

  @Override
  public Value initial(GraphBuilder builder, String name, TensorType type) {
    Shape shape = type.shape();
    KernelMatrix kernel = KernelMatrix.of(shape, format);
    boolean last = format == DataFormat.FEATURES_LAST || shape.rank() <= 2;
    long inputs = shape.rank() < 2 ? 1 : kernel.receptiveField() * kernel.inputs();
    long rows = last ? inputs : kernel.outputs();
    long columns = last ? kernel.outputs() : inputs;
    boolean wide = columns > rows;
    TensorType flat =
        TensorType.of(DType.FLOAT64, Math.min(rows, columns), Math.max(rows, columns));
    Initializers.requireFloating(name, type);
    Value factor = polarFactor(Initializers.drawNormal(builder, name, flat, seed));
    Value oriented = wide ? factor : factor.transpose();
    return oriented.mul(gain).cast(type.dtype()).reshape(shape);
  }

  /** The matrix with the same singular vectors and all singular values 1; rows <= columns. */
  private static Value polarFactor(Value gaussian) {
    Value norm = gaussian.mul(gaussian).sum().sqrt();
    Value x = gaussian.div(norm);
    for (int step = 0; step < RAISING_STEPS; step++) {
      x = step(x, 3.4445, -4.775, 2.0315);
    }
    for (int step = 0; step < CONVERGING_STEPS; step++) {
      x = step(x, 1.875, -1.25, 0.375);
    }
    return x;
  }

  private static Value step(Value x, double a, double b, double c) {
    Value gram = x.dot(x, List.of(1), List.of(1));
    Value polynomial = gram.mul(b).add(gram.matmul(gram).mul(c));
    return x.mul(a).add(polynomial.matmul(x));
  }
}
