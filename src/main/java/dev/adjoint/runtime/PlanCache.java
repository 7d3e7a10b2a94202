package dev.adjoint.runtime;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The plans of a session; the one used longest ago goes first. While one is compiled, those who
 * want the same wait for it and all others go on.
 *
 * <p>Who must end in time, or when asked to, does not compile: a thread of its own does, and goes
 * on when the one who waits ends. So nobody's deadline fails the others who wait, and a plan that
 * takes longer than every caller's deadline is there for those who come later. Of compilations that
 * nobody waits for any more, the latest goes on and the one before it is stopped: callers who come
 * and go keep one processor busy at most.
 */
final class PlanCache {
  private static final long MILLIS_BETWEEN_CHECKS = 5;

  private final Map<Key, Compilation> compilations;
  private Optional<Compilation> abandoned = Optional.empty();

  /**
   * What a plan is compiled for.
   *
   * @param signature the signature's name
   * @param sizes the named sizes
   */
  record Key(String signature, Map<String, Long> sizes) {}

  /** What fails is not kept. Its callers, of which nobody may be left, are counted by the cache. */
  private final class Compilation extends FutureTask<Executable> {
    private final Key key;
    private final Cancellation stop;
    private int callers;

    Compilation(Key key, Cancellation stop, Function<Cancellation, Executable> compile) {
      super(() -> compile.apply(stop));
      this.key = key;
      this.stop = stop;
    }

    @Override
    protected void done() {
      synchronized (compilations) {
        forgetAbandoned(this);
        if (state() != State.SUCCESS) {
          compilations.remove(key, this);
        }
      }
    }

    Executable await(RunControl control) {
      while (true) {
        try {
          return get(MILLIS_BETWEEN_CHECKS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
          control.check();
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          control.check();
        } catch (ExecutionException e) {
          throw unchecked(e);
        }
      }
    }
  }

  private static RuntimeException unchecked(ExecutionException e) {
    return switch (e.getCause()) {
      case RuntimeException failure -> failure;
      case Error error -> throw error;
      case null, default -> new IllegalStateException(e);
    };
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

  /**
   * The plan; compiled, if it is not known. What {@code compile} throws is not remembered.
   *
   * @param control ends the waiting
   * @param compile compiles, unless what it is given is cancelled
   * @throws RunException if {@code control} says so before the plan is there
   */
  Executable get(Key key, RunControl control, Function<Cancellation, Executable> compile) {
    Compilation own = new Compilation(key, new Cancellation(), compile);
    Compilation compilation = join(own);
    try {
      if (compilation == own) {
        start(compilation, control);
      }
      return compilation.await(control);
    } finally {
      leave(compilation);
    }
  }

  /** The compilation of the same plan that is there already, or else the given one. */
  private Compilation join(Compilation own) {
    synchronized (compilations) {
      Compilation compilation = compilations.computeIfAbsent(own.key, _ -> own);
      compilation.callers++;
      forgetAbandoned(compilation);
      return compilation;
    }
  }

  private static void start(Compilation compilation, RunControl control) {
    if (control.isLimited()) {
      try {
        Thread.ofPlatform().name("adjoint-compile").daemon().start(compilation);
      } catch (OutOfMemoryError _) { // There is no thread: others who wait must not wait for ever.
        compilation.run();
      }
    } else {
      compilation.run();
    }
  }

  private void leave(Compilation compilation) {
    synchronized (compilations) {
      compilation.callers--;
      if (compilation.callers == 0 && !compilation.isDone()) {
        abandoned.ifPresent(this::stop);
        abandoned = Optional.of(compilation);
      }
    }
  }

  private void forgetAbandoned(Compilation compilation) {
    abandoned = abandoned.filter(other -> other != compilation);
  }

  private void stop(Compilation compilation) {
    compilation.stop.cancel();
    compilations.remove(compilation.key, compilation);
  }

  /** Forgets all plans, and stops what nobody waits for. */
  void clear() {
    synchronized (compilations) {
      compilations.clear();
      abandoned.ifPresent(this::stop);
      abandoned = Optional.empty();
    }
  }
}
