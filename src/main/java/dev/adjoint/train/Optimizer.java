package dev.adjoint.train;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Logic;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An optimiser: adds the nodes of a training step to a graph, from a loss to the next values of the
 * parameters. All it remembers is state of the graph, named {@code optimizer/<parameter>/<what>}.
 *
 * <p>
 *
 * {@snippet :
 * Optimizer.adam(Schedule.steps(0.01, 0.6, batchesOfAnEpoch))
 *     .clipping(new Clipping.ByGlobalNorm(1))
 *     .minimize(loss, g.signature("train").output("loss", loss));
 * }
 *
 * <p>Decay and L2 act on parameters of rank 2 or more: kernels, not biases, scales or offsets.
 *
 * @param rule how a parameter follows its gradient
 * @param schedule the learning rate
 * @param clipping what is done to the gradients first
 * @param l2 what is added to each gradient after clipping, times the parameter: the gradient of
 *     {@code l2 / 2 * sum w^2}
 * @param averaging how much of the moving average of each parameter a step keeps; 0 keeps no
 *     averages. The average after the first step is the parameter itself, and {@code averaging *
 *     average + (1 - averaging) * parameter} after each later one
 */
public record Optimizer(
    UpdateRule rule, Schedule schedule, Clipping clipping, double l2, double averaging) {
  private static final int KERNEL_RANK = 2;
  private static final double EPSILON = 1e-8;
  private static final String SCOPE = "optimizer";
  private static final String AVERAGE = "average";

  /** Checks the factors. */
  public Optimizer {
    if (!(l2 >= 0) || Double.isInfinite(l2)) {
      throw new IllegalArgumentException(
          "l2 must be 0 or more and finite, given %s.".formatted(l2));
    }
    if (!(averaging >= 0 && averaging < 1)) {
      throw new IllegalArgumentException(
          "averaging must be 0 or more and less than 1, given %s.".formatted(averaging));
    }
  }

  /** An optimiser by a rule, without clipping, L2 or averages. */
  public static Optimizer of(UpdateRule rule, Schedule schedule) {
    return new Optimizer(rule, schedule, new Clipping.None(), 0, 0);
  }

  /** {@link UpdateRule.Descent}. */
  public static Optimizer sgd(Schedule schedule) {
    return of(new UpdateRule.Descent(), schedule);
  }

  /** {@link UpdateRule.Momentum} without look-ahead. */
  public static Optimizer momentum(Schedule schedule, double momentum) {
    return of(new UpdateRule.Momentum(momentum, false), schedule);
  }

  /** {@link UpdateRule.Momentum} with look-ahead. */
  public static Optimizer nesterov(Schedule schedule, double momentum) {
    return of(new UpdateRule.Momentum(momentum, true), schedule);
  }

  /** {@link UpdateRule.Adagrad} from 0, with epsilon 1e-8. */
  public static Optimizer adagrad(Schedule schedule) {
    return of(new UpdateRule.Adagrad(0, EPSILON), schedule);
  }

  /** {@link UpdateRule.RmsProp} with decay 0.9 and epsilon 1e-8. */
  public static Optimizer rmsProp(Schedule schedule) {
    return of(new UpdateRule.RmsProp(0.9, EPSILON), schedule);
  }

  /** {@link UpdateRule.Adam} with beta 0.9 and 0.999, epsilon 1e-8 and no decay. */
  public static Optimizer adam(Schedule schedule) {
    return adamW(schedule, 0);
  }

  /** {@link UpdateRule.Adam} with beta 0.9 and 0.999, epsilon 1e-8 and decoupled weight decay. */
  public static Optimizer adamW(Schedule schedule, double decay) {
    return of(new UpdateRule.Adam(0.9, 0.999, EPSILON, decay), schedule);
  }

  /** With another clipping. */
  public Optimizer clipping(Clipping other) {
    return new Optimizer(rule, schedule, other, l2, averaging);
  }

  /** With L2 regularisation. */
  public Optimizer l2(double factor) {
    return new Optimizer(rule, schedule, clipping, factor, averaging);
  }

  /** With moving averages of the parameters. */
  public Optimizer averaging(double kept) {
    return new Optimizer(rule, schedule, clipping, l2, kept);
  }

  /**
   * What {@link #minimize} added.
   *
   * @param rate the learning rate of the step, a FLOAT64 scalar
   * @param gradientNorm the norm of all gradients before clipping, a FLOAT64 scalar
   * @param gradients the gradient of each trained parameter before clipping
   * @param averages the moving average of each trained parameter; empty without averaging
   */
  public record Step(
      Value rate, Value gradientNorm, Map<Value, Value> gradients, Map<Value, Value> averages) {}

  /**
   * Makes a signature take one step down the gradient of a loss, for all trainable parameters that
   * the loss depends on.
   *
   * @param loss a scalar of floating point
   * @throws GraphException if the loss is not one or depends on no trainable parameter
   */
  public Step minimize(Value loss, SignatureBuilder signature) {
    return minimize(loss, trained(loss), signature);
  }

  /**
   * As {@link #minimize(Value, SignatureBuilder)}, for the given parameters only. It counts the
   * steps on, so a signature takes one step.
   */
  public Step minimize(Value loss, List<Value> parameters, SignatureBuilder signature) {
    if (parameters.isEmpty()) {
      throw new GraphException(
          loss.name(),
          "The loss '%s' has no trainable parameter to step. Make one with GraphBuilder.parameter."
              .formatted(loss.name()));
    }
    GraphBuilder builder = loss.builder();
    List<Value> gradients = Gradients.of(loss).to(parameters);
    Value counter = StepCounter.of(builder);
    try (GraphBuilder.Scope _ = builder.freshScope(SCOPE)) {
      Value rate = schedule.at(counter).as("rate");
      Value count = counter.cast(DType.FLOAT64).add(1);
      List<Value> clipped = clipping.apply(gradients);
      Map<Value, Value> pairs = new LinkedHashMap<>();
      Map<Value, Value> averages = new LinkedHashMap<>();
      for (int i = 0; i < parameters.size(); i++) {
        Value parameter = parameters.get(i);
        pairs.put(parameter, gradients.get(i));
        boolean decays = parameter.rank() >= KERNEL_RANK;
        Value gradient = decays ? regularized(parameter, clipped.get(i)) : clipped.get(i);
        ParameterUpdate at =
            new ParameterUpdate(
                signature, builder.openScope(), parameter, gradient, rate, count, decays);
        Value next = rule.next(at);
        signature.update(parameter, next);
        if (averaging > 0) {
          averages.put(parameter, average(at, next, counter));
        }
      }
      signature.update(counter, counter.add(1));
      return new Step(rate, Clipping.globalNorm(gradients), pairs, averages);
    }
  }

  private Value regularized(Value parameter, Value gradient) {
    return l2 == 0 ? gradient : gradient.add(parameter.mul(l2));
  }

  private Value average(ParameterUpdate at, Value next, Value counter) {
    Value average = at.state(AVERAGE, 0);
    Value kept = Logic.select(counter.gt(0), average.scalar(averaging), average.scalar(0));
    at.update(average, average.mul(kept).add(next.mul(kept.scalar(1).sub(kept))));
    return average;
  }

  private static List<Value> trained(Value loss) {
    List<Value> open = new ArrayList<>(List.of(loss));
    boolean[] reached = new boolean[loss.builder().size()];
    while (!open.isEmpty()) {
      Value value = open.removeLast();
      if (!reached[value.index()]) {
        reached[value.index()] = true;
        open.addAll(value.operands());
      }
    }
    return loss.builder().trainableParameters().stream()
        .filter(parameter -> reached[parameter.index()])
        .toList();
  }

  /**
   * The parameters of a run with each that has a moving average replaced by it, for evaluation and
   * for what is shipped.
   */
  public static Map<String, Tensor> averaged(Map<String, Tensor> parameters) {
    Map<String, Tensor> averaged = new LinkedHashMap<>(parameters);
    parameters
        .keySet()
        .forEach(name -> {
          Tensor average = parameters.get(SCOPE + "/" + name + "/" + AVERAGE);
          if (average != null) {
            averaged.put(name, average);
          }
        });
    return averaged;
  }
}
