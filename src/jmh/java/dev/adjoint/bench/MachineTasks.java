package dev.adjoint.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** What the processor can do at most, by loops that do nothing else. */
final class MachineTasks {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private MachineTasks() {}

  static Task prepare(Workload workload, int threads) {
    return switch (workload) {
      case Workload.MultiplyAdds _ -> multiplyAdds(threads);
      case Workload.Copy(var elements, var by) -> copy(elements, by, threads);
      default -> throw new IllegalArgumentException("not of the machine: " + workload);
    };
  }

  private static Task multiplyAdds(int threads) {
    float[] sums = new float[threads];
    return new Parallel(threads, part -> sums[part] = MultiplyAddLoop.run());
  }

  /** Each thread copies a part; the arrays are touched before by the first run. */
  private static Task copy(int elements, Workload.CopiedBy by, int threads) {
    float[] from = Values.uniform("copy", elements, 1);
    float[] to = new float[elements];
    int part = elements / threads;
    return new Parallel(
        threads,
        switch (by) {
          case ARRAYCOPY -> i -> System.arraycopy(from, i * part, to, i * part, part);
          case LOADS_AND_STORES -> i -> loadAndStore(from, to, i * part, (i + 1) * part);
        });
  }

  private static void loadAndStore(float[] from, float[] to, int first, int end) {
    for (int i = first; i < end; i += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, from, i).intoArray(to, i);
    }
  }

  /** Multiply-adds on twelve chains of registers, more than two units with a latency of 4 need. */
  private static final class MultiplyAddLoop {
    private static final int CHAINS = 12;

    static float run() {
      long rounds = Workload.MultiplyAdds.PER_THREAD / CHAINS / SPECIES.length();
      FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
      FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
      FloatVector a = y;
      FloatVector b = y;
      FloatVector c = y;
      FloatVector d = y;
      FloatVector e = y;
      FloatVector f = y;
      FloatVector g = y;
      FloatVector h = y;
      FloatVector i = y;
      FloatVector j = y;
      FloatVector k = y;
      FloatVector l = y;
      for (long round = 0; round < rounds; round++) {
        a = a.fma(x, y);
        b = b.fma(x, y);
        c = c.fma(x, y);
        d = d.fma(x, y);
        e = e.fma(x, y);
        f = f.fma(x, y);
        g = g.fma(x, y);
        h = h.fma(x, y);
        i = i.fma(x, y);
        j = j.fma(x, y);
        k = k.fma(x, y);
        l = l.fma(x, y);
      }
      FloatVector sum = a.add(b).add(c).add(d).add(e).add(f);
      return sum.add(g).add(h).add(i).add(j).add(k).add(l).lane(0);
    }
  }

  /** The same work on several threads. */
  private static final class Parallel implements Task {
    private final ExecutorService pool;
    private final List<Callable<Integer>> parts = new ArrayList<>();

    Parallel(int threads, IntConsumer work) {
      this.pool = Executors.newFixedThreadPool(threads);
      for (int i = 0; i < threads; i++) {
        int part = i;
        parts.add(() -> {
          work.accept(part);
          return part;
        });
      }
    }

    @Override
    public void run() {
      try {
        for (var part : pool.invokeAll(parts)) {
          part.get();
        }
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    /** There is nobody to agree with. */
    @Override
    public float[] sample() {
      run();
      return new float[0];
    }

    @Override
    public void close() {
      pool.close();
    }
  }
}
