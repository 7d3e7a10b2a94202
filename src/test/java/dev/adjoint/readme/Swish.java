package dev.adjoint.readme;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.OperatorProvider;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/** {@code y = x * sigmoid(beta * x)}, the README's operator of one's own. */
public record Swish(double beta) implements CustomOp, Differentiable {
  @Override
  public TensorType infer(Operands in) {
    TensorType x = in.single();
    in.floating(0);
    return x;
  }

  @Override
  public List<Cotangent> vjp(Vjp at) {
    Value gate = at.x().mul(beta).sigmoid();
    Value slope = gate.add(at.y().mul(beta).mul(gate.like(1).sub(gate)));
    return at.cotangents(() -> at.dy().mul(slope));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.getFirst();
    double[] values = x.asDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] / (1 + Math.exp(-beta * values[i]));
    }
    return Tensor.of(values, x.shape().sizes()).cast(x.dtype());
  }

  /** Named in {@code META-INF/services/dev.adjoint.graph.OperatorProvider}. */
  public static final class Provider implements OperatorProvider {
    @Override
    public List<Class<? extends Op>> operators() {
      return List.of(Swish.class);
    }
  }
}
