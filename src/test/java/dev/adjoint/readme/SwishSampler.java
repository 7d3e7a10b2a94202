package dev.adjoint.readme;

import dev.adjoint.check.generate.Choices;
import dev.adjoint.check.generate.Operand;
import dev.adjoint.check.generate.OperatorSample;
import dev.adjoint.check.generate.OperatorSampler;
import dev.adjoint.graph.Op;

/**
 * A user's sampler of a user's operator, found through {@code
 * META-INF/services/dev.adjoint.check.generate.OperatorSampler}: with it the operator is drawn and
 * checked wherever the built-in ones are.
 */
public final class SwishSampler implements OperatorSampler {
  @Override
  public Class<? extends Op> operator() {
    return Swish.class;
  }

  @Override
  public OperatorSample draw(Choices choices) {
    double beta = choices.among(1.0, 0.5, -2.0);
    return OperatorSample.of(new Swish(beta), Operand.of(choices.type(choices.floating())));
  }
}
