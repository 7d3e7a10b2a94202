package dev.adjoint.autodiff;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/** User operators with odd gradient rules. */
final class OperatorsForTests {
  private OperatorsForTests() {}

  /** The identity without a derivative. */
  record Opaque() implements CustomOp, NotDifferentiable {
    @Override
    public TensorType infer(Operands in) {
      return in.single();
    }

    @Override
    public Tensor evaluate(List<Tensor> operands) {
      return operands.getFirst();
    }

    @Override
    public String reasonNotDifferentiable() {
      return "nobody knows its formula";
    }
  }

  /** The first operand; has no derivative with respect to the second. */
  record HalfDefined() implements CustomOp, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return in.same(2);
    }

    @Override
    public Tensor evaluate(List<Tensor> operands) {
      return operands.getFirst();
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.answers(Vjp.rule(at::dy), Cotangent.Rule.undefined("p is a label"));
    }
  }

  /** Answers with a scalar for a vector. */
  record WrongType() implements CustomOp, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return in.single();
    }

    @Override
    public Tensor evaluate(List<Tensor> operands) {
      return operands.getFirst();
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().sum());
    }
  }

  /** Answers for an operand that it does not have. */
  record WrongCount() implements CustomOp, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return in.single();
    }

    @Override
    public Tensor evaluate(List<Tensor> operands) {
      return operands.getFirst();
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(at::dy, at::dy);
    }
  }
}
