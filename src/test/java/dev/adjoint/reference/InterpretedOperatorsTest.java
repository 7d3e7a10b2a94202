package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.evaluate;
import static dev.adjoint.testing.ExceptionAssertions.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Operands;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Operators of a user's own in both modes. */
class InterpretedOperatorsTest {
  private final Interpreter interpreter = Interpreter.create();

  /** {@code y = factor * x}, of floating point. */
  record Scale(double factor) implements CustomOp, NotDifferentiable {
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
        y[i] *= factor;
      }
      return Tensor.adopt(y, x.shape()).cast(x.dtype());
    }

    @Override
    public String reasonNotDifferentiable() {
      return "it is a test";
    }
  }

  /** Counts in FLOAT32, and knows no other dtype. */
  record OnlyFloat(Tensor answer) implements CustomOp, NotDifferentiable {
    @Override
    public TensorType infer(Operands in) {
      in.dtype(0, d -> d == DType.FLOAT32, "FLOAT32");
      return in.single();
    }

    @Override
    public Tensor evaluate(List<Tensor> operands) {
      if (operands.getFirst().dtype() != DType.FLOAT32) {
        throw new IllegalStateException("not a float");
      }
      return answer;
    }

    @Override
    public String reasonNotDifferentiable() {
      return "it is a test";
    }
  }

  /** Has no kernel. */
  record Mute() implements NotDifferentiable {
    @Override
    public TensorType infer(Operands in) {
      return in.single();
    }

    @Override
    public String reasonNotDifferentiable() {
      return "it is a test";
    }
  }

  private final Op scale = new Scale(0.1);

  @Test
  void areCalledInTheDtypeOfTheMode() {
    assertEquals(Tensor.vector((float) (0.1 * 3)), evaluate(interpreter, scale, Tensor.vector(3f)));
    assertEquals(
        Tensor.vector(0.1 * 3), evaluate(Interpreter.inDouble(), scale, Tensor.vector(3f)));
  }

  @Test
  void areCalledAsWrittenWhereTheyRefuseDouble() {
    assertEquals(
        Tensor.vector(4.0),
        evaluate(Interpreter.inDouble(), new OnlyFloat(Tensor.vector(4f)), Tensor.vector(3f)));
  }

  @Test
  void aResultOfAnotherTypeIsAnError() {
    assertMessage(
        GraphException.class,
        """
        only_float 'y': the kernel of %s gave f64[1] where its shape rule says f32[1].
          operand 0  'x0'  f32[1]\
        """
            .formatted(OnlyFloat.class.getName()),
        () -> evaluate(interpreter, new OnlyFloat(Tensor.vector(4.0)), Tensor.vector(3f)));
  }

  @Test
  void anOperatorWithoutAKernelIsAnError() {
    assertMessage(
        GraphException.class,
        """
        mute 'y': %s has no reference kernel. Let it implement CustomOp.
          operand 0  'x0'  f32[1]\
        """
            .formatted(Mute.class.getName()),
        () -> evaluate(interpreter, new Mute(), Tensor.vector(3f)));
  }

  @Test
  void whatAKernelThrowsIsKeptAsTheCause() {
    record Failing() implements CustomOp, NotDifferentiable {
      @Override
      public TensorType infer(Operands in) {
        return in.single();
      }

      @Override
      public Tensor evaluate(List<Tensor> operands) {
        throw new ArithmeticException("no such luck");
      }

      @Override
      public String reasonNotDifferentiable() {
        return "it is a test";
      }
    }

    EvaluationException wrong =
        assertThrows(
            EvaluationException.class,
            () -> evaluate(interpreter, new Failing(), Tensor.scalar(1f)));

    assertEquals(Optional.of("y"), wrong.node());
    assertTrue(wrong.getCause() instanceof ArithmeticException);
    assertTrue(wrong.getMessage().startsWith("failing 'y': no such luck"));
  }
}
