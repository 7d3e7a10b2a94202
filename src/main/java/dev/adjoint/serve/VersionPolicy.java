package dev.adjoint.serve;

import com.google.common.collect.ImmutableSortedSet;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which of a model's versions are served at once. A request that names none gets the newest. */
public sealed interface VersionPolicy {
  /** The newest ones that can be loaded. */
  record Latest(int count) implements VersionPolicy {
    /** Checks the range. */
    public Latest {
      if (count < 1) {
        throw new IllegalArgumentException(
            "At least 1 version is served, given %d.".formatted(count));
      }
    }

    @Override
    public NavigableSet<Long> choose(Collection<Long> versions) {
      NavigableSet<Long> chosen = new TreeSet<>(versions);
      while (chosen.size() > count) {
        chosen.pollFirst();
      }
      return chosen;
    }
  }

  /** All of them. */
  record All() implements VersionPolicy {
    @Override
    public NavigableSet<Long> choose(Collection<Long> versions) {
      return new TreeSet<>(versions);
    }
  }

  /** Those that are named, where they exist. */
  record Only(ImmutableSortedSet<Long> versions) implements VersionPolicy {
    @Override
    public NavigableSet<Long> choose(Collection<Long> given) {
      NavigableSet<Long> chosen = new TreeSet<>(given);
      chosen.retainAll(versions);
      return chosen;
    }
  }

  /** Those of the given versions that are served. */
  NavigableSet<Long> choose(Collection<Long> versions);

  /**
   * Reads {@code latest}, {@code latest:3}, {@code all}, or numbers such as {@code 2,5}.
   *
   * @throws IllegalArgumentException for anything else
   */
  static VersionPolicy parse(String text) {
    Matcher latest = Pattern.compile("latest(?::([0-9]{1,6}))?").matcher(text);
    if (latest.matches()) {
      return new Latest(latest.group(1) == null ? 1 : Integer.parseInt(latest.group(1)));
    }
    if (text.equals("all")) {
      return new All();
    }
    if (text.matches("[0-9]{1,18}(,[0-9]{1,18})*")) {
      return new Only(
          Stream.of(text.split(",", -1))
              .map(Long::valueOf)
              .collect(ImmutableSortedSet.toImmutableSortedSet(Long::compare)));
    }
    throw new IllegalArgumentException(
        "'%s' says no versions; say latest, latest:N, all, or numbers such as 2,5."
            .formatted(text));
  }
}
