package dev.adjoint.runtime;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.FastOp;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Workspace;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.testing.FirstOperand;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is left of a session that was closed: no threads, no arrays, and words that say so. */
@Timeout(60)
class ClosedSessionTest {
  private static final String RUN = "run";
  private static final int THREADS = 4;
  private static final SessionOptions OPTIONS = SessionOptions.standard().withThreads(THREADS);
  private static final Map<String, Tensor> INPUTS =
      Map.of("x", Tensor.fill(DType.FLOAT32, Shape.of(2), 1));

  /** Sees the arrays that it is computed in and the threads that compute it; may wait, or fail. */
  record Watched(String doing) implements FirstOperand, FastOp {
    static final Set<Thread> THREADS_SEEN = ConcurrentHashMap.newKeySet();
    static volatile WeakReference<Object> result = new WeakReference<>(null);
    static volatile CountDownLatch entered = new CountDownLatch(1);
    static volatile CountDownLatch mayEnd = new CountDownLatch(1);

    static void begin() {
      THREADS_SEEN.clear();
      entered = new CountDownLatch(1);
      mayEnd = new CountDownLatch(1);
    }

    @Override
    public Kernel kernel(List<TensorType> operands, TensorType type) {
      return new Kernel() {
        @Override
        public int tasks(int phase) {
          return 2_000;
        }

        @Override
        public void run(int phase, int task, Arguments arguments, Workspace workspace) {
          THREADS_SEEN.add(Thread.currentThread());
          result = new WeakReference<>(arguments.floats(1));
          entered.countDown();
          if (doing.equals("fail") && task > 20) {
            throw new IllegalStateException("not today");
          }
          if (doing.equals("wait") && task == 0) {
            await(mayEnd);
          }
        }
      };
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(50, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A sum of parameters, one of which is updated, behind an operator that watches. */
  private static Graph watched(String doing) {
    GraphBuilder g = GraphBuilder.create("watched");
    Value x = g.input("x", DType.FLOAT32, 2);
    Value a = g.parameter("a", Tensor.vector(1f, 2f));
    Value w = g.parameter("w", Tensor.vector(3f, 4f));
    g.signature(RUN)
        .output("y", g.add(new Watched(doing), x.add(a).add(w.exp())).neg())
        .update(a, a.add(1));
    return g.build();
  }

  /** The sessions' own among the given threads. */
  private static Set<Thread> helpersAmong(Set<Thread> threads) {
    return threads.stream()
        .filter(thread -> thread.getName().matches("adjoint-\\d+"))
        .collect(Collectors.toSet());
  }

  /** The threads that are there afterwards and were not before. */
  private static Set<Thread> helpersOf(Runnable opening) {
    Set<Thread> before = helpersAmong(Thread.getAllStackTraces().keySet());
    opening.run();
    Set<Thread> now = helpersAmong(Thread.getAllStackTraces().keySet());
    now.removeAll(before);
    return now;
  }

  @Test
  void closingEndsTheThreads() {
    Session[] opened = new Session[1];
    Set<Thread> helpers = helpersOf(() -> opened[0] = Session.open(watched(""), OPTIONS));
    assertEquals(THREADS - 1, helpers.size());
    Session session = opened[0];
    session.run(RUN, INPUTS);
    assertTrue(helpers.stream().allMatch(Thread::isAlive));
    session.close();
    assertTrue(helpers.stream().noneMatch(Thread::isAlive), "gone as soon as close returns");
    session.close();
  }

  @Test
  void closingAfterAFailedRunEndsTheThreads() {
    Session[] opened = new Session[1];
    Set<Thread> helpers = helpersOf(() -> opened[0] = Session.open(watched("fail"), OPTIONS));
    try (Session session = opened[0]) {
      for (int i = 0; i < 5; i++) {
        assertThrows(RunException.Failed.class, () -> session.run(RUN, INPUTS));
      }
    }
    assertTrue(helpers.stream().noneMatch(Thread::isAlive));
  }

  @Test
  void aGraphThatCannotBeOpenedLeavesNoThreads() {
    GraphBuilder g = GraphBuilder.create("needs");
    Value w = g.parameter("w", TensorType.parse("f32[2]"));
    g.signature(RUN).output("y", w.neg());
    Graph graph = g.build();
    Map<String, Tensor> wrong = Map.of("w", Tensor.vector(1f, 2f, 3f));
    Set<Thread> helpers =
        helpersOf(() ->
            assertThrows(
                IllegalArgumentException.class, () -> Session.open(graph, wrong, OPTIONS)));
    assertEquals(Set.of(), helpers);
  }

  @Test
  void manySessionsLeaveNoThreads() {
    Set<Thread> helpers =
        helpersOf(() -> {
          for (int i = 0; i < 100; i++) {
            try (Session session = Session.open(watched(""), OPTIONS)) {
              if (i % 10 == 0) {
                session.run(RUN, INPUTS);
              }
            }
          }
        });
    assertEquals(Set.of(), helpers);
  }

  /** The run ends on its own thread, with its result, and what it had goes with it. */
  @Test
  void aRunUnderWayEndsAndLeavesNothing() throws Exception {
    Watched.begin();
    Session[] opened = new Session[1];
    Set<Thread> helpers = helpersOf(() -> opened[0] = Session.open(watched("wait"), OPTIONS));
    Session session = opened[0];
    Executable executable = session.compile(RUN, Map.of());
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Map<String, Tensor>> run = threads.submit(() -> executable.run(INPUTS));
      await(Watched.entered);
      Future<?> closing = threads.submit(session::close);
      while (session.isOpen()) {
        Thread.onSpinWait();
      }
      Watched.mayEnd.countDown();
      assertNotNull(run.get().get("y"));
      closing.get();
    }
    assertTrue(helpers.stream().noneMatch(Thread::isAlive));
    assertCollected(Watched.result);
    assertThrows(IllegalStateException.class, () -> executable.run(INPUTS));
  }

  /** Waits for it no longer than for a few collections. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void assertCollected(WeakReference<?> reference) {
    for (int round = 0; round < 20 && reference.get() != null; round++) {
      System.gc();
      Thread.yield();
    }
    assertNull(reference.get(), "is still held");
  }

  /** Although the session and the plan are still there. */
  @Test
  void closingLetsGoOfTheArrays() {
    Watched.begin();
    Session session = Session.open(watched(""), OPTIONS);
    Executable executable = session.compile(RUN, Map.of());
    executable.run(INPUTS);
    WeakReference<Object> parameter = parameter(session, "a");
    WeakReference<Object> arena = Watched.result;
    assertNotNull(parameter.get());
    System.gc();
    assertNotNull(arena.get(), "kept for the next run");
    session.close();
    assertCollected(arena);
    assertCollected(parameter);
    assertNotNull(executable.outputs());
    assertFalse(session.isOpen());
  }

  private static WeakReference<Object> parameter(Session session, String name) {
    ParameterStore.Version[] held = new ParameterStore.Version[1];
    int[] position = {session.store().position(name)};
    session.store().acquire(position, held);
    session.store().release(position, held);
    return new WeakReference<>(held[0].array);
  }

  /** What the operator computes would be the parameter's next value. */
  @Test
  void aRunThatEndsAfterClosingLeavesNoParameter() throws Exception {
    Watched.begin();
    GraphBuilder g = GraphBuilder.create("updated");
    Value a = g.parameter("a", Tensor.vector(1f, 2f));
    g.signature(RUN).update(a, g.add(new Watched("wait"), a.exp()));
    Session session = Session.open(g.build(), OPTIONS.withThreads(1));
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<Map<String, Tensor>> run = threads.submit(() -> session.run(RUN, Map.of()));
      await(Watched.entered);
      session.close();
      Watched.mayEnd.countDown();
      run.get();
    }
    assertCollected(Watched.result);
    assertFalse(session.isOpen());
  }

  @Test
  void whatIsAskedOfAClosedSessionIsRefusedInWords() {
    Session session = Session.open(watched(""), OPTIONS);
    Executable executable = session.compile(RUN, Map.of());
    Execution execution = executable.execution().set("x", Tensor.vector(1f, 2f));
    execution.run();
    Tensor y = execution.get("y");
    session.close();
    List<Runnable> uses =
        List.of(
            () -> session.run(RUN, INPUTS),
            () -> session.compile(RUN, Map.of()),
            () -> session.executable(RUN, Map.of()),
            session::parameters,
            () -> session.restore(Map.of("a", Tensor.vector(1f, 2f))),
            () -> executable.run(INPUTS),
            executable::execution,
            execution::run);
    for (Runnable use : uses) {
      assertRefused(
          RuntimeException.class,
          use::run,
          "The session of the graph 'watched' is closed. Open another.");
    }
    assertEquals(y, execution.get("y"));
  }

  @Test
  void aCallersExecutorGoesOn() throws Exception {
    Watched.begin();
    try (ExecutorService callers = Executors.newFixedThreadPool(2)) {
      try (Session session = Session.open(watched(""), OPTIONS.withExecutor(callers))) {
        session.run(RUN, INPUTS);
        assertEquals(Set.of(), helpersAmong(Watched.THREADS_SEEN));
      }
      assertFalse(callers.isShutdown());
      assertEquals("there", callers.submit(() -> "there").get());
    }
  }

  /** A kernel may do anything; this one would wait for its own thread. */
  record Closing() implements FirstOperand, FastOp {
    static volatile Runnable close = () -> {};

    @Override
    public Kernel kernel(List<TensorType> operands, TensorType type) {
      return new Kernel() {
        @Override
        public int tasks(int phase) {
          return 2;
        }

        /** Both tasks are computed at the same time, so one by the helper, which closes. */
        @Override
        public void run(int phase, int task, Arguments arguments, Workspace workspace) {
          if (Thread.currentThread().getName().startsWith("adjoint-")) {
            close.run();
            Watched.mayEnd.countDown();
          } else {
            ClosedSessionTest.await(Watched.mayEnd);
          }
        }
      };
    }
  }

  @Test
  void aHelperThatClosesItsSessionDoesNotWaitForItself() {
    Watched.begin();
    GraphBuilder g = GraphBuilder.create("closing");
    Value x = g.input("x", DType.FLOAT32, 2);
    g.signature(RUN).output("y", g.add(new Closing(), x));
    Session session = Session.open(g.build(), OPTIONS.withThreads(2));
    Closing.close = session::close;
    session.run(RUN, INPUTS);
    assertFalse(session.isOpen());
  }
}
