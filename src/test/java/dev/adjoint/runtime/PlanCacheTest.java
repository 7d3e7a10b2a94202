package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.FastOp;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Workspace;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plans are compiled once each, and none keeps another waiting. */
@Timeout(60)
class PlanCacheTest {
  /** By number, since an attribute of an operator is plain data. */
  private static final List<Gate> GATES = new CopyOnWriteArrayList<>();

  /** What a compilation waits for, and how often it came there. */
  private static final class Gate {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch opened = new CountDownLatch(1);
    final AtomicInteger compilations = new AtomicInteger();
  }

  /** An operator whose kernel is only there when a gate opens. */
  private record Slow(int gate) implements FastOp {
    @Override
    public TensorType infer(Operands in) {
      return in.single();
    }

    @Override
    public Tensor evaluate(List<Tensor> operands) {
      return operands.getFirst();
    }

    @Override
    public Kernel kernel(List<TensorType> operands, TensorType result) {
      Gate waited = GATES.get(gate);
      waited.compilations.incrementAndGet();
      waited.entered.countDown();
      try {
        waited.opened.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return new Kernel() {
        @Override
        public int tasks(int phase) {
          return 1;
        }

        @Override
        public void run(int phase, int task, Arguments arguments, Workspace workspace) {
          arguments.floats(1)[arguments.offset(1)] = arguments.floats(0)[arguments.offset(0)];
        }
      };
    }
  }

  private static Session session(Gate gate, int plans) {
    GATES.add(gate);
    GraphBuilder g = GraphBuilder.create("two");
    Value x = g.input("x", DType.FLOAT32, 1);
    g.signature("slow").output("y", g.add(new Slow(GATES.indexOf(gate)), x));
    g.signature("quick").output("y", x.add(1));
    return Session.open(g.build(), SessionOptions.standard().withThreads(1).withPlans(plans));
  }

  private static final Map<String, Tensor> ONE = Map.of("x", Tensor.vector(1f));

  @Test
  void aPlanRunsWhileAnotherIsCompiled() throws Exception {
    Gate gate = new Gate();
    try (Session session = session(gate, 4);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Map<String, Tensor>> first = threads.submit(() -> session.run("slow", ONE));
      Future<Map<String, Tensor>> second = threads.submit(() -> session.run("slow", ONE));
      gate.entered.await();
      assertEquals(Tensor.vector(2f), session.run("quick", ONE).get("y"));
      gate.opened.countDown();
      assertEquals(Tensor.vector(1f), first.get().get("y"));
      assertEquals(Tensor.vector(1f), second.get().get("y"));
      assertEquals(1, gate.compilations.get());
    }
  }

  @Test
  void whatFailsToCompileIsTriedAgain() {
    try (Session session = session(new Gate(), 4)) {
      for (int i = 0; i < 2; i++) {
        assertThrows(GraphException.class, () -> session.compile("quick", Map.of("N", 3L)));
      }
      assertSame(session.compile("quick", Map.of()), session.compile("quick", Map.of()));
    }
  }

  @Test
  void thePlanUsedLongestAgoGoes() {
    Gate gate = new Gate();
    gate.opened.countDown();
    try (Session session = session(gate, 1)) {
      Executable quick = session.compile("quick", Map.of());
      session.compile("slow", Map.of());
      assertNotSame(quick, session.compile("quick", Map.of()));
    }
  }
}
