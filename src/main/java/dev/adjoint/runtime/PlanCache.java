package dev.adjoint.runtime;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The plans of a session; the one used longest ago goes first. While one is compiled, those who
 * want the same wait for it and all others go on.
 */
final class PlanCache {
  private final Map<Key, Compilation> compilations;

  /**
   * What a plan is compiled for.
   *
   * @param signature the signature's name
   * @param sizes the named sizes
   */
  record Key(String signature, Map<String, Long> sizes) {}

  private static final class Compilation {
    private Optional<Executable> executable = Optional.empty();

    synchronized Executable get(Supplier<Executable> compile) {
      if (executable.isEmpty()) {
        executable = Optional.of(compile.get());
      }
      return executable.get();
    }
  }

  /** Keeps so many plans. */
  PlanCache(int capacity) {
    this.compilations =
        new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, Compilation> eldest) {
            return size() > capacity;
          }
        };
  }

  /** The plan; compiled, if it is not known. What {@code compile} throws is not remembered. */
  Executable get(Key key, Supplier<Executable> compile) {
    Compilation compilation;
    synchronized (compilations) {
      compilation = compilations.computeIfAbsent(key, _ -> new Compilation());
    }
    try {
      return compilation.get(compile);
    } catch (RuntimeException | Error e) {
      synchronized (compilations) {
        compilations.remove(key, compilation);
      }
      throw e;
    }
  }

  void clear() {
    synchronized (compilations) {
      compilations.clear();
    }
  }
}
