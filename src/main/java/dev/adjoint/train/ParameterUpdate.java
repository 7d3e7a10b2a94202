package dev.adjoint.train;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import java.util.List;

/** One parameter in one step, as an {@link UpdateRule} sees it. */
public final class ParameterUpdate {
  private final SignatureBuilder signature;
  private final String scope;
  private final Value parameter;
  private final Value gradient;
  private final Value rate;
  private final Value count;
  private final boolean decays;

  ParameterUpdate(
      SignatureBuilder signature,
      String scope,
      Value parameter,
      Value gradient,
      Value rate,
      Value count,
      boolean decays) {
    this.signature = signature;
    this.scope = scope;
    this.parameter = parameter;
    this.gradient = gradient;
    this.rate = rate.cast(parameter.dtype());
    this.count = count;
    this.decays = decays;
  }

  /** The parameter before the step. */
  public Value parameter() {
    return parameter;
  }

  /** Its gradient, clipped and regularised, of its type. */
  public Value gradient() {
    return gradient;
  }

  /** The learning rate, a scalar of the parameter's dtype. */
  public Value rate() {
    return rate;
  }

  /** Whether weight decay applies to this parameter. */
  public boolean decays() {
    return decays;
  }

  /**
   * {@code 1 - beta^t} where t counts this step too, a scalar of the parameter's dtype: what a
   * running mean that started from 0 has to be divided by.
   */
  public Value biasCorrection(double beta) {
    return count.scalar(1).sub(count.scalar(beta).pow(count)).cast(parameter.dtype());
  }

  /**
   * Makes state of the parameter's type, the same everywhere at first.
   *
   * @param name what it is, unique among the state of one rule
   */
  public Value state(String name, double first) {
    GraphBuilder builder = parameter.builder();
    Value state =
        builder.add(
            scope + "/" + parameter.name() + "/" + name,
            new Parameter(parameter.type(), false),
            List.of());
    builder.initial(state, builder.constant(parameter.dtype(), first).broadcast(parameter.shape()));
    return state;
  }

  /**
   * Keeps {@code next} in state until the next step.
   *
   * @return {@code next}
   * @throws GraphException if the types differ, or the state is updated twice
   */
  public Value update(Value state, Value next) {
    signature.update(state, next);
    return next;
  }
}
