package dev.adjoint.runtime;

import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** {@code y = x}, once so many threads compute it at the same time. */
record Meeting(int threads) implements CustomOp, NotDifferentiable {
  private static final Map<Integer, CyclicBarrier> BARRIERS = new ConcurrentHashMap<>();

  @Override
  public TensorType infer(Operands in) {
    return in.single();
  }

  @Override
  public String reasonNotDifferentiable() {
    return "it waits";
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    try {
      BARRIERS.computeIfAbsent(threads, CyclicBarrier::new).await(50, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return operands.getFirst();
  }
}
