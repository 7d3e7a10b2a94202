package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.FastOp;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Workspace;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.testing.FirstOperand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plans are compiled once each, and nobody waits for one longer than he may. */
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
  private record Slow(int gate) implements FirstOperand, FastOp {
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
    return session(gate, new Gate(), plans);
  }

  private static Session session(Gate gate, Gate another, int plans) {
    GATES.addAll(List.of(gate, another));
    GraphBuilder g = GraphBuilder.create("three");
    Value x = g.input("x", DType.FLOAT32, 1);
    g.signature("slow").output("y", g.add(new Slow(GATES.indexOf(gate)), x));
    g.signature("other").output("y", g.add(new Slow(GATES.indexOf(another)), x));
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

  private static final RunOptions BRIEF = RunOptions.unlimited().within(Duration.ofMillis(1));

  /** Asks for a plan, and leaves while it is compiled. */
  private static void abandon(Session session, String signature, Gate gate) throws Exception {
    Cancellation cancellation = new Cancellation();
    RunOptions cancelled = RunOptions.unlimited().stoppedBy(cancellation);
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<?> run = threads.submit(() -> session.run(signature, ONE, cancelled));
      gate.entered.await();
      cancellation.cancel();
      ExecutionException ended = assertThrows(ExecutionException.class, run::get);
      assertSame(RunException.Cancelled.class, ended.getCause().getClass());
    }
  }

  private static void assertTimesOut(Session session, String signature) {
    assertThrows(RunException.TimedOut.class, () -> session.run(signature, ONE, BRIEF));
  }

  @Test
  void aPlanThatTakesLongerThanADeadlineIsThereForLaterRuns() throws Exception {
    Gate gate = new Gate();
    try (Session session = session(gate, 4)) {
      abandon(session, "slow", gate);
      assertTimesOut(session, "slow");
      gate.opened.countDown();
      assertEquals(Tensor.vector(1f), session.run("slow", ONE).get("y"));
      assertEquals(1, gate.compilations.get());
    }
  }

  @Test
  void aDeadlineHoldsWhileAnotherCompilesThePlan() throws Exception {
    Gate gate = new Gate();
    try (Session session = session(gate, 4);
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<Map<String, Tensor>> first = threads.submit(() -> session.run("slow", ONE));
      gate.entered.await();
      assertTimesOut(session, "slow");
      gate.opened.countDown();
      assertEquals(Tensor.vector(1f), first.get().get("y"));
      assertEquals(1, gate.compilations.get());
    }
  }

  @Test
  void whoIsCancelledWhileAPlanIsCompiledFailsNobodyElse() throws Exception {
    Gate gate = new Gate();
    try (Session session = session(gate, 4);
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      RunOptions patient = RunOptions.unlimited().within(Duration.ofMinutes(1));
      Future<Map<String, Tensor>> other = threads.submit(() -> session.run("slow", ONE, patient));
      abandon(session, "slow", gate);
      gate.opened.countDown();
      assertEquals(Tensor.vector(1f), other.get().get("y"));
      assertEquals(1, gate.compilations.get());
    }
  }

  @Test
  void whoIsInterruptedWaitsNoLonger() throws Exception {
    Gate gate = new Gate();
    try (Session session = session(gate, 4);
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Map<String, Tensor>> first = threads.submit(() -> session.run("slow", ONE));
      gate.entered.await();
      Future<RunException> second =
          threads.submit(() -> {
            Thread.currentThread().interrupt();
            return assertThrows(
                RunException.Cancelled.class, () -> session.compile("slow", Map.of()));
          });
      assertTrue(String.valueOf(second.get().getMessage()).contains("interrupted"));
      gate.opened.countDown();
      assertEquals(Tensor.vector(1f), first.get().get("y"));
    }
  }

  @Test
  void ofThePlansThatNobodyWaitsForOnlyTheLatestIsCompleted() throws Exception {
    Gate gate = new Gate();
    Gate other = new Gate();
    try (Session session = session(gate, other, 4)) {
      abandon(session, "slow", gate);
      abandon(session, "other", other);
      gate.opened.countDown();
      other.opened.countDown();
      assertEquals(Tensor.vector(1f), session.run("slow", ONE).get("y"));
      assertEquals(Tensor.vector(1f), session.run("other", ONE).get("y"));
      assertEquals(2, gate.compilations.get());
      assertEquals(1, other.compilations.get());
    }
  }

  @Test
  void whoHasADeadlineHearsWhyAPlanIsRefused() {
    GraphBuilder g = GraphBuilder.create("large");
    g.signature("run").output("y", g.input("x", DType.FLOAT32, 1000).mul(2));
    SessionOptions small = SessionOptions.standard().withMemoryLimit(1000);
    RunOptions minute = RunOptions.unlimited().within(Duration.ofMinutes(1));
    try (Session session = Session.open(g.build(), small)) {
      Map<String, Tensor> input = Map.of("x", Tensor.zeros(DType.FLOAT32, 1000));
      assertThrows(RunException.MemoryLimit.class, () -> session.run("run", input, minute));
    }
  }
}
