package dev.adjoint.testing;

import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.Operands;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/** An operator of a test's own that gives its first operand. */
public interface FirstOperand extends CustomOp {
  @Override
  default TensorType infer(Operands in) {
    return in.single();
  }

  @Override
  default Tensor evaluate(List<Tensor> operands) {
    return operands.getFirst();
  }
}
