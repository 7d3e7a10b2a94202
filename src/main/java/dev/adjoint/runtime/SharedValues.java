package dev.adjoint.runtime;

import dev.adjoint.kernel.Kernel;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What plans of a session compute from parameters alone, kept once where several plans compute the
 * same, as those for different batches do: for as long as one of them has it.
 */
final class SharedValues {
  /**
   * What is computed.
   *
   * @param function of the kernel, see {@link Kernel#function()}
   * @param reads for each operand a parameter's {@linkplain ParameterStore.Version#number version},
   *     or the {@link Result} that it is
   */
  record Computation(Object function, List<Object> reads) {}

  /** A result of a computation. */
  record Result(Computation computation, int number) {}

  private final Map<Computation, WeakReference<Object[]>> known = new HashMap<>();

  /** The arrays of a computation: those that are there, or new ones. */
  synchronized Object[] get(Computation computation, Supplier<Object[]> compute) {
    Object[] there = lookUp(computation);
    if (there != null) {
      return there;
    }
    known.values().removeIf(reference -> reference.get() == null);
    Object[] computed = compute.get();
    known.put(computation, new WeakReference<>(computed));
    return computed;
  }

  private Object @Nullable [] lookUp(Computation computation) {
    WeakReference<Object[]> reference = known.get(computation);
    return reference == null ? null : reference.get();
  }
}
