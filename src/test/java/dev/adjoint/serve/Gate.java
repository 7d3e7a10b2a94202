package dev.adjoint.serve;

import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.Operands;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code y = x}, but where a test has put a door under the name, only when that is opened. */
public record Gate(String door) implements CustomOp {
  private static final Map<String, Door> DOORS = new ConcurrentHashMap<>();

  /** Where runs stop, so that a test knows where they are without looking at a clock. */
  static final class Door implements AutoCloseable {
    private final String name;
    private final Semaphore arrivals = new Semaphore(0);
    private final Set<Tensor> passed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger passes = new AtomicInteger();
    private final CountDownLatch opened = new CountDownLatch(1);

    private Door(String name) {
      this.name = name;
    }

    static Door closed(String name) {
      Door door = new Door(name);
      DOORS.put(name, door);
      return door;
    }

    private void pass(Tensor x) {
      passes.incrementAndGet();
      passed.add(x);
      arrivals.release();
      try {
        opened.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Waits for a run to arrive. */
    void awaitArrival() throws InterruptedException {
      arrivals.acquire();
    }

    int arrivals() {
      return passes.get();
    }

    /** What runs brought here. */
    Set<Tensor> brought() {
      return Set.copyOf(passed);
    }

    void open() {
      opened.countDown();
    }

    @Override
    public void close() {
      open();
      DOORS.remove(name, this);
    }
  }

  @Override
  public TensorType infer(Operands in) {
    return in.single();
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Door door = DOORS.get(this.door);
    if (door != null) {
      door.pass(operands.getFirst());
    }
    return operands.getFirst();
  }
}
