package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.Evaluator;
import dev.adjoint.check.GradientCheck;
import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.FastOp;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Workspace;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A user's operator with a fast kernel. */
class FastOpTest {
  /** {@code y = x^2}; FLOAT32 has a fast kernel that says when it was used by a sign of its own. */
  record Square(boolean marked) implements FastOp, Differentiable {
    @Override
    public TensorType infer(Operands in) {
      TensorType type = in.single();
      in.floating(0);
      return type;
    }

    @Override
    public Tensor evaluate(List<Tensor> operands) {
      Tensor x = operands.getFirst();
      double[] y = x.asDoubles();
      for (int i = 0; i < y.length; i++) {
        y[i] *= y[i];
      }
      return Tensor.of(y, x.shape().sizes()).cast(x.dtype());
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().mul(at.x()).mul(2));
    }

    @Override
    public Kernel kernel(List<TensorType> operands, TensorType result) {
      int count = (int) result.shape().elementCount();
      return new Kernel() {
        @Override
        public int tasks(int phase) {
          return 1;
        }

        @Override
        public void run(int phase, int task, Arguments arguments, Workspace workspace) {
          float[] x = arguments.floats(0);
          float[] y = arguments.floats(1);
          for (int i = 0; i < count; i++) {
            float element = x[arguments.offset(0) + i];
            y[arguments.offset(1) + i] = marked ? -1 : element * element;
          }
        }
      };
    }
  }

  private static Graph of(boolean marked) {
    GraphBuilder g = GraphBuilder.create("fast");
    Value x = g.input("x", DType.FLOAT32, 3);
    g.signature("f").output("y", g.add(new Square(marked), x));
    return g.build();
  }

  @Test
  void theExecutorUsesTheFastKernel() {
    try (Session session = Session.open(of(true))) {
      assertEquals(
          Tensor.vector(-1f, -1f, -1f),
          session.run("f", Map.of("x", Tensor.vector(1f, 2f, 3f))).get("y"));
    }
  }

  @Test
  void itsGradientIsCheckedOnTheExecutor() {
    assertTrue(
        GradientCheck.of(of(false), "f").evaluator(Evaluator.onExecutor()).seed(7).run().passed());
  }
}
