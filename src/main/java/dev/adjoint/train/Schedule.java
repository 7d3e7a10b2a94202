package dev.adjoint.train;

import dev.adjoint.graph.Value;
import dev.adjoint.op.Logic;
import dev.adjoint.tensor.DType;

/**
 * A learning rate as a function of the number of steps taken, as graph: it is saved with the
 * training step and goes on where that went on. A schedule by epoch is one by step with as many
 * steps as an epoch has batches.
 *
 * <p>Settings that make no sense raise {@link IllegalArgumentException} when a schedule is made.
 */
@FunctionalInterface
public interface Schedule {
  /**
   * Adds the nodes of the rate.
   *
   * @param step the number of steps taken before this one, a FLOAT64 scalar
   * @return a FLOAT64 scalar
   */
  Value rate(Value step);

  /** Always the same rate. */
  static Schedule constant(double rate) {
    requireRate(rate);
    return step -> step.scalar(rate);
  }

  /**
   * {@code initial * factor^floor(step / every)}: falls at once after every so many steps. With the
   * batches of an epoch for {@code every} this is the decay by epoch, such as {@code 0.01 *
   * 0.6^epoch}.
   */
  static Schedule steps(double initial, double factor, long every) {
    requireRate(initial);
    requireFactor(factor);
    requireSteps(every);
    return step -> step.scalar(factor).pow(step.div((double) every).floor()).mul(initial);
  }

  /** {@code initial * factor^(step / every)}: falls smoothly. */
  static Schedule exponential(double initial, double factor, long every) {
    requireRate(initial);
    requireFactor(factor);
    requireSteps(every);
    return step -> step.scalar(factor).pow(step.div((double) every)).mul(initial);
  }

  /**
   * Half a cosine wave from {@code initial} at step 0 down to {@code last} after {@code length}
   * steps, and {@code last} from then on: {@code last + (initial - last) (1 + cos(pi step /
   * length)) / 2} (Loshchilov and Hutter, "SGDR", 2017, without restarts).
   */
  static Schedule cosine(double initial, double last, long length) {
    requireRate(initial);
    requireRate(last);
    requireSteps(length);
    return step -> {
      Value done = step.div((double) length).min(1);
      return done.mul(Math.PI).cos().add(1).mul((initial - last) / 2).add(last);
    };
  }

  /**
   * Rises linearly for {@code length} steps, {@code (step + 1) / (length + 1)} of this schedule's
   * first rate, then follows this schedule from its beginning.
   */
  default Schedule afterWarmUp(long length) {
    requireSteps(length);
    return step -> {
      Value rising = rate(step.scalar(0)).mul(step.add(1).div(length + 1.0));
      return Logic.select(step.lt((double) length), rising, rate(step.sub((double) length).max(0)));
    };
  }

  /** The rate of a step whose number is an INT64 scalar. */
  default Value at(Value counter) {
    return rate(counter.cast(DType.FLOAT64));
  }

  private static void requireRate(double rate) {
    if (!(rate >= 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException(
          "A learning rate must be 0 or more and finite, given %s.".formatted(rate));
    }
  }

  private static void requireFactor(double factor) {
    if (!(factor > 0) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException(
          "A decay factor must be above 0 and finite, given %s.".formatted(factor));
    }
  }

  private static void requireSteps(long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "A schedule needs a length of 1 step or more, given %d.".formatted(steps));
    }
  }
}
