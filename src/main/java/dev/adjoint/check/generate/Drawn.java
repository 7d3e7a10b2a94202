package dev.adjoint.check.generate;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/**
 * A value drawn from choices. It is made smaller by drawing again from a simpler record of them, so
 * every smaller value is valid in the way that the first is.
 */
final class Drawn<T> implements Shrinkable<T> {
  private final Function<Choices, T> function;
  private final Choices choices;
  private final T value;

  private Drawn(Function<Choices, T> function, Choices choices) {
    this.function = function;
    this.choices = choices;
    this.value = function.apply(choices);
  }

  static <T> Drawn<T> of(Function<Choices, T> function, long seed, Limits limits) {
    return new Drawn<>(function, Choices.of(seed, limits));
  }

  @Override
  public T value() {
    return value;
  }

  @Override
  public Stream<Shrinkable<T>> shrink() {
    return choices
        .recording()
        .simpler()
        .map(this::again)
        .filter(other -> other.choices.recording().compareTo(choices.recording()) < 0)
        .map(other -> other);
  }

  private Drawn<T> again(List<Integer> record) {
    return new Drawn<>(function, Choices.replay(choices.seed(), choices.limits(), record));
  }

  @Override
  public ShrinkingDistance distance() {
    return ShrinkingDistance.of(choices.recording().length(), choices.recording().sum());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
