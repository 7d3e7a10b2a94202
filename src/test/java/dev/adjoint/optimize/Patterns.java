package dev.adjoint.optimize;

import dev.adjoint.check.generate.Choices;
import dev.adjoint.check.generate.Operand;
import dev.adjoint.check.generate.OperatorSample;
import dev.adjoint.check.generate.OperatorSampler;
import dev.adjoint.check.generate.RandomGraphs;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Draws graphs in which the passes find something to do: expressions of several nodes that rewrites
 * look for, and ones that nearly are. In other random graphs operators hardly ever meet that way.
 */
final class Patterns {
  /** Under which a pattern is drawn, as if it were a use of this operator. */
  static final Class<? extends Op> KEY = Control.Identity.class;

  private Patterns() {}

  /** Of one pattern of any kind. */
  static OperatorSampler any() {
    List<OperatorSampler> all = all();
    return of(choices -> choices.among(all).draw(choices));
  }

  /** Of several patterns that are smooth or nearly so, with a loss to differentiate. */
  static RandomGraphs differentiable() {
    RandomGraphs usual = RandomGraphs.differentiable(DType.FLOAT64);
    List<OperatorSampler> samplers = new ArrayList<>(usual.samplers());
    for (int times = 0; times < 3; times++) {
      samplers.addAll(AlgebraPatterns.smooth());
      samplers.addAll(MovementPatterns.all());
      samplers.addAll(NetworkPatterns.smooth());
    }
    return usual.withSamplers(samplers).withMaxSteps(5);
  }

  private static List<OperatorSampler> all() {
    List<OperatorSampler> all = new ArrayList<>(AlgebraPatterns.all());
    all.addAll(AlgebraPatterns.smooth());
    all.addAll(MovementPatterns.all());
    all.addAll(NetworkPatterns.all());
    return all;
  }

  static OperatorSampler of(Function<Choices, OperatorSample> draw) {
    return OperatorSampler.of(KEY, draw);
  }

  static OperatorSample unary(TensorType x, UnaryOperator<Value> expression) {
    return new OperatorSample(
        List.of(Operand.of(x)), (_, values) -> expression.apply(values.getFirst()));
  }

  static OperatorSample binary(TensorType x, TensorType z, BinaryOperator<Value> expression) {
    return new OperatorSample(
        List.of(Operand.of(x), Operand.of(z)),
        (_, values) -> expression.apply(values.get(0), values.get(1)));
  }

  /** A shape without names and without axes of size 0. */
  static Shape knownShape(Choices choices, int leastRank, int mostRank) {
    return Shape.of(
        choices.several(leastRank, mostRank, () -> Dim.of(Math.min(4, choices.positiveSize()))));
  }
}
