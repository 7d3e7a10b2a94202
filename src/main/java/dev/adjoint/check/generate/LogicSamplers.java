package dev.adjoint.check.generate;

import dev.adjoint.graph.Op;
import dev.adjoint.op.Logic;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.function.Function;

/** Comparisons, of which many are of equal elements, connectives and choices, broadcast. */
final class LogicSamplers {
  private static final Domain FEW = new Domain.Whole(-2, 2);

  private LogicSamplers() {}

  static List<OperatorSampler> all() {
    return List.of(
        comparison(new Logic.Equal(), Choices::dtype),
        comparison(new Logic.NotEqual(), Choices::dtype),
        comparison(new Logic.Less(), Choices::numeric),
        comparison(new Logic.LessEqual(), Choices::numeric),
        comparison(new Logic.Greater(), Choices::numeric),
        comparison(new Logic.GreaterEqual(), Choices::numeric),
        comparison(new Logic.And(), _ -> DType.BOOL),
        comparison(new Logic.Or(), _ -> DType.BOOL),
        comparison(new Logic.Xor(), _ -> DType.BOOL),
        OperatorSampler.of(
            Logic.Not.class,
            choices -> OperatorSample.of(new Logic.Not(), Operand.of(choices.type(DType.BOOL)))),
        OperatorSampler.of(Logic.Select.class, LogicSamplers::select),
        OperatorSampler.of(Logic.Clamp.class, LogicSamplers::clamp));
  }

  private static OperatorSampler comparison(Op op, Function<Choices, DType> dtype) {
    return OperatorSampler.of(
        op.getClass(),
        choices -> {
          DType compared = dtype.apply(choices);
          Shape shape = choices.shape();
          return OperatorSample.broadcasting(
              op,
              broadcastable(choices, compared, shape, FEW),
              broadcastable(choices, compared, shape, FEW));
        });
  }

  private static OperatorSample select(Choices choices) {
    DType dtype = choices.dtype();
    Shape shape = choices.shape();
    return OperatorSample.broadcasting(
        new Logic.Select(),
        broadcastable(choices, DType.BOOL, shape, Domain.real()),
        broadcastable(choices, dtype, shape, Domain.real()),
        broadcastable(choices, dtype, shape, Domain.real()));
  }

  private static OperatorSample clamp(Choices choices) {
    DType dtype = choices.numeric();
    Shape shape = choices.shape();
    return OperatorSample.broadcasting(
        new Logic.Clamp(),
        broadcastable(choices, dtype, shape, new Domain.Separated(0, 3)),
        broadcastable(choices, dtype, shape, new Domain.Separated(1, 3)),
        broadcastable(choices, dtype, shape, new Domain.Separated(2, 3)));
  }

  private static Operand broadcastable(Choices choices, DType dtype, Shape shape, Domain domain) {
    return new Operand(new TensorType(dtype, choices.broadcastableTo(shape)), domain);
  }
}
