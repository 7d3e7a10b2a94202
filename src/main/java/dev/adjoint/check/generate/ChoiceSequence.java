package dev.adjoint.check.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The numbers that a generator asks for, one after the other, recorded: whatever is drawn can be
 * drawn again from the record, and drawn smaller from a smaller record. In every choice 0 is the
 * simplest, and behind the end of a record there are only zeros, so any record is valid.
 *
 * <p>(After the internal shrinking of MacIver and Donaldson, "Test-case reduction via test-case
 * generation: insights from the Hypothesis reducer", ECOOP 2020.)
 */
final class ChoiceSequence {
  /** Choices from {@code start}, below {@code end}, that can be left out together. */
  private record Span(int start, int end) {}

  /** What was chosen. */
  static final class Recording implements Comparable<Recording> {
    private final List<Integer> choices;
    private final List<Span> spans;

    private Recording(List<Integer> choices, List<Span> spans) {
      this.choices = List.copyOf(choices);
      this.spans = List.copyOf(spans);
    }

    /** How many choices there are. */
    int length() {
      return choices.size();
    }

    /** The sum of all choices. */
    long sum() {
      return choices.stream().mapToLong(Integer::longValue).sum();
    }

    /** A shorter record is simpler, then one of a smaller sum. */
    @Override
    public int compareTo(Recording other) {
      int byLength = Integer.compare(length(), other.length());
      return byLength != 0 ? byLength : Long.compare(sum(), other.sum());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Recording that && choices.equals(that.choices);
    }

    @Override
    public int hashCode() {
      return choices.hashCode();
    }

    /** Records that may be simpler: spans left out, any neighbours left out, smaller choices. */
    Stream<List<Integer>> simpler() {
      Stream<Span> longestFirst =
          spans.stream()
              .sorted((a, b) -> Integer.compare(b.end() - b.start(), a.end() - a.start()));
      Stream<Span> neighbours =
          IntStream.of(8, 4, 2, 1)
              .boxed()
              .flatMap(size ->
                  IntStream.rangeClosed(0, length() - size)
                      .mapToObj(start -> new Span(start, start + size)));
      Stream<List<Integer>> smaller =
          IntStream.range(0, length())
              .boxed()
              .flatMap(i -> reductions(choices.get(i)).distinct().mapToObj(c -> with(i, c)));
      return Stream.of(longestFirst.map(this::without), smaller, neighbours.map(this::without))
          .flatMap(records -> records);
    }

    private static IntStream reductions(int choice) {
      return choice == 0 ? IntStream.empty() : IntStream.of(0, choice / 2, choice - 1);
    }

    private List<Integer> without(Span span) {
      return Stream.concat(
              choices.subList(0, span.start()).stream(),
              choices.subList(span.end(), choices.size()).stream())
          .toList();
    }

    private List<Integer> with(int index, int choice) {
      List<Integer> changed = new ArrayList<>(choices);
      changed.set(index, choice);
      return List.copyOf(changed);
    }
  }

  private final SplittableRandom random;
  private final Optional<List<Integer>> record;
  private final List<Integer> choices = new ArrayList<>();
  private final List<Span> spans = new ArrayList<>();

  private ChoiceSequence(long seed, Optional<List<Integer>> record) {
    this.random = new SplittableRandom(seed);
    this.record = record;
  }

  /** Choices at random. */
  static ChoiceSequence random(long seed) {
    return new ChoiceSequence(seed, Optional.empty());
  }

  /** The choices of a record. */
  static ChoiceSequence replay(long seed, List<Integer> record) {
    return new ChoiceSequence(seed, Optional.of(record));
  }

  /** The next choice: 0 or more, below {@code bound}, all equally likely. */
  int below(int bound) {
    int choice =
        record.isPresent() ? Math.min(recorded(record.get()), bound - 1) : random.nextInt(bound);
    choices.add(choice);
    return choice;
  }

  private int recorded(List<Integer> all) {
    return choices.size() < all.size() ? all.get(choices.size()) : 0;
  }

  /**
   * Runs {@code step} {@code least} to {@code most} times, a number that is drawn first. In the
   * record each step stands behind a 1 of its own, so that any of them can be left out.
   */
  void repeat(int least, int most, Runnable step) {
    int planned = record.isPresent() ? most : random.nextInt(least, most + 1);
    for (int done = 0; ; done++) {
      int start = choices.size();
      boolean forced = done < least;
      if (!forced && !goesOn(done < planned)) {
        return;
      }
      step.run();
      if (!forced) {
        spans.add(new Span(start, choices.size()));
      }
    }
  }

  private boolean goesOn(boolean planned) {
    boolean more = planned && (record.isEmpty() || recorded(record.get()) > 0);
    choices.add(more ? 1 : 0);
    return more;
  }

  /** Everything chosen so far. */
  Recording recording() {
    return new Recording(choices, spans);
  }
}
