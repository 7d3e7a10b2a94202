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

  /** Gives its first operand. */
  interface First extends CustomOp {
    @Override
    default TensorType infer(Operands in) {
      return in.single();
    }

    @Override
    default Tensor evaluate(List<Tensor> operands) {
      return operands.getFirst();
    }
  }

  /** The identity without a derivative. */
  record Opaque() implements First, NotDifferentiable {
    @Override
    public String reasonNotDifferentiable() {
      return "nobody knows its formula";
    }
  }

  /** The first operand; has no derivative with respect to the second. */
  record HalfDefined() implements First, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      return in.same(2);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.answers(Vjp.rule(at::dy), Cotangent.Rule.undefined("p is a label"));
    }
  }

  /** Answers with a scalar for a vector. */
  record WrongType() implements First, Differentiable {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().sum());
    }
  }

  /** Answers for an operand that it does not have. */
  record WrongCount() implements First, Differentiable {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(at::dy, at::dy);
    }
  }
}
