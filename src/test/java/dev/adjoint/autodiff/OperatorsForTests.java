package dev.adjoint.autodiff;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.testing.FirstOperand;
import java.util.List;

/** User operators with odd gradient rules. */
final class OperatorsForTests {
  private OperatorsForTests() {}

  /** The identity without a derivative. */
  record Opaque() implements FirstOperand, NotDifferentiable {
    @Override
    public String reasonNotDifferentiable() {
      return "nobody knows its formula";
    }
  }

  /** The first operand; has no derivative with respect to the second. */
  record HalfDefined() implements FirstOperand, Differentiable {
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
  record WrongType() implements FirstOperand, Differentiable {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().sum());
    }
  }

  /** Answers for an operand that it does not have. */
  record WrongCount() implements FirstOperand, Differentiable {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(at::dy, at::dy);
    }
  }
}
