package dev.adjoint.check.generate;

import dev.adjoint.graph.Input;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Parameter;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Values that come from no other, and random numbers. */
final class SourceSamplers {
  private SourceSamplers() {}

  static List<OperatorSampler> all() {
    return List.of(
        OperatorSampler.of(
            Input.class, choices -> OperatorSample.of(new Input(choices.type(choices.dtype())))),
        OperatorSampler.of(
            Parameter.class,
            choices ->
                OperatorSample.of(
                    new Parameter(constant(choices, choices.dtype()), !choices.chance(50)))),
        OperatorSampler.of(Source.Constant.class, SourceSamplers::constant),
        OperatorSampler.of(
            Source.Iota.class,
            choices -> {
              Shape shape = choices.shape(1, choices.limits().maxRank());
              TensorType type = new TensorType(choices.numeric(), shape);
              return OperatorSample.of(new Source.Iota(type, choices.axis(type.rank())));
            }),
        OperatorSampler.of(
            Source.Size.class, choices -> OperatorSample.of(new Source.Size(choices.expression()))),
        random(Source.RandomBits.class, Source.RandomBits::new, _ -> DType.INT32),
        random(Source.RandomUniform.class, Source.RandomUniform::new, Choices::floating),
        random(Source.RandomNormal.class, Source.RandomNormal::new, Choices::floating));
  }

  private static OperatorSample constant(Choices choices) {
    TensorType type = constant(choices, choices.dtype());
    SplittableRandom random = new SplittableRandom(choices.between(0, 999));
    return OperatorSample.of(
        new Source.Constant(
            choices.limits().empty()
                ? Domain.real().anything(type, random)
                : Domain.real().smooth(type, random)));
  }

  private static TensorType constant(Choices choices, DType dtype) {
    return choices.type(dtype).bind(choices.sizes());
  }

  private static OperatorSampler random(
      Class<? extends Op> operator, Function<TensorType, Op> op, Function<Choices, DType> dtype) {
    Operand word = Operand.of(TensorType.of(DType.INT64));
    return OperatorSampler.of(
        operator,
        choices -> OperatorSample.of(op.apply(choices.type(dtype.apply(choices))), word, word));
  }
}
