package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs with threads of the caller's, which may be lent in any way, or not at all. */
@Timeout(60)
class CallersExecutorTest {
  private static final int SIZE = 300_000;
  private static final Tensor INPUT = Tensor.vector(numbers());

  private static float[] numbers() {
    float[] numbers = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      numbers[i] = i % 7;
    }
    return numbers;
  }

  /** Several stages of several tasks each, and one of a single task. */
  private static Graph stages() {
    GraphBuilder g = GraphBuilder.create("stages");
    Value x = g.input("x", DType.FLOAT32, SIZE);
    Value y = x.sub(x.reduceMax()).exp();
    g.signature("run").output("y", y.div(y.sum()));
    return g.build();
  }

  private static SessionOptions lentBy(Executor executor, int threads) {
    return SessionOptions.standard().withThreads(threads).withExecutor(executor);
  }

  private static Tensor expected() {
    try (Session alone = Session.open(stages(), SessionOptions.standard().withThreads(1))) {
      return alone.run("run", Map.of("x", INPUT)).get("y");
    }
  }

  @Test
  void theCallersThreadsComputeTasks() {
    GraphBuilder g = GraphBuilder.create("meeting");
    Value x = g.input("x", DType.FLOAT32);
    Value y = g.input("y", DType.FLOAT32);
    Value one = g.add(new Meeting(2), x);
    Value other = g.add(new Meeting(2), y);
    g.signature("run").output("one", one).output("other", other);
    try (ExecutorService callers = Executors.newSingleThreadExecutor();
        Session session = Session.open(g.build(), lentBy(callers, 2))) {
      Map<String, Tensor> inputs = Map.of("x", Tensor.scalar(1f), "y", Tensor.scalar(2f));
      Map<String, Tensor> results = session.run("run", inputs);
      assertEquals(Map.of("one", Tensor.scalar(1f), "other", Tensor.scalar(2f)), results);
    }
  }

  /** Executors that lend no thread, or not as is usual. */
  enum Odd implements Executor {
    /** Runs on the thread that asks. */
    DIRECT {
      @Override
      public void execute(Runnable task) {
        task.run();
      }
    },
    /** Runs on another thread, and waits for the end. */
    SYNCHRONOUS {
      @Override
      @SuppressWarnings("Interruption")
      public void execute(Runnable task) {
        try {
          Thread.startVirtualThread(task).join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    },
    REFUSING {
      @Override
      public void execute(Runnable task) {
        throw new RejectedExecutionException();
      }
    },
    DISCARDING {
      @Override
      public void execute(Runnable task) {}
    }
  }

  @ParameterizedTest
  @EnumSource
  void anExecutorThatLendsNothingLeavesTheRunAlone(Odd executor) {
    Tensor expected = expected();
    try (Session session = Session.open(stages(), lentBy(executor, 3))) {
      for (int i = 0; i < 3; i++) {
        assertEquals(expected, session.run("run", Map.of("x", INPUT)).get("y"));
      }
    }
  }

  @Test
  void anExecutorThatFailedIsAskedAgain() {
    Tensor expected = expected();
    AtomicInteger asked = new AtomicInteger();
    Executor failing =
        _ -> {
          asked.incrementAndGet();
          throw new OutOfMemoryError("unable to create native thread, says this test");
        };
    try (Session session = Session.open(stages(), lentBy(failing, 2))) {
      for (int i = 0; i < 3; i++) {
        int before = asked.get();
        assertEquals(expected, session.run("run", Map.of("x", INPUT)).get("y"));
        assertTrue(asked.get() > before);
      }
    }
  }

  /** A thread that came late, when its run was over, does no harm. */
  @Test
  void aThreadThatComesTooLateGoesAgain() {
    Queue<Runnable> waiting = new ArrayDeque<>();
    Tensor expected = expected();
    try (Session session = Session.open(stages(), lentBy(waiting::add, 2))) {
      for (int i = 0; i < 3; i++) {
        assertEquals(expected, session.run("run", Map.of("x", INPUT)).get("y"));
        assertEquals(1, waiting.size());
        waiting.remove().run();
      }
    }
  }

  /** The carriers of virtual threads are fewer than the callers and their helpers. */
  @Test
  void virtualThreadsServeVirtualCallers() throws InterruptedException, ExecutionException {
    Tensor expected = expected();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Session session = Session.open(stages(), lentBy(threads, 4))) {
      List<Callable<Void>> callers = new ArrayList<>();
      for (int caller = 0; caller < 6; caller++) {
        callers.add(() -> {
          for (int i = 0; i < 10; i++) {
            assertEquals(expected, session.run("run", Map.of("x", INPUT)).get("y"));
          }
          return null;
        });
      }
      for (Future<Void> ended : threads.invokeAll(callers)) {
        ended.get();
      }
    }
  }
}
