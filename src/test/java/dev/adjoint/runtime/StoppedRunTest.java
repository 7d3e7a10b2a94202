package dev.adjoint.runtime;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Operands;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that fail, end early or are refused: nothing changes, and the reason is told. */
@Timeout(60)
class StoppedRunTest {
  @Test
  void anIndexOutsideItsAxisIsToldWithTheNode() {
    GraphBuilder g = GraphBuilder.create("rows");
    Value index = g.input("index", DType.INT32, Shape.parse("[N]"));
    Value table = g.parameter("table", Tensor.vector(1f, 2f, 3f));
    g.signature("look").output("y", table.gather(0, index).as("looked-up"));
    try (Session session = Session.open(g.build())) {
      RunException e =
          assertThrows(
              RunException.Failed.class,
              () -> session.run("look", Map.of("index", Tensor.vector(12))));
      assertTrue(
          e.getMessage().contains("looked-up' could not be computed: index 12"), e::getMessage);
      assertFalse(e.getMessage().contains("Exception"), e::getMessage);
    }
  }

  /** Fails when its operand is negative; waits as long as it says otherwise. */
  record Moody() implements CustomOp, NotDifferentiable {
    static volatile CountDownLatch entered = new CountDownLatch(1);

    @Override
    public TensorType infer(Operands in) {
      return in.single();
    }

    @Override
    public String reasonNotDifferentiable() {
      return "it is moody";
    }

    @Override
    public Tensor evaluate(List<Tensor> operands) {
      double x = operands.getFirst().getDouble(0);
      entered.countDown();
      if (x < 0) {
        throw new IllegalStateException("not today");
      }
      try {
        Thread.sleep((long) x);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return operands.getFirst();
    }
  }

  /** Updates a counter, and passes the input through a moody operator. */
  private static Graph moody() {
    GraphBuilder g = GraphBuilder.create("moody");
    Value x = g.input("x", DType.FLOAT32);
    Value a = g.parameter("a", Tensor.scalar(0f));
    Value y = g.add(new Moody(), x);
    Value z = g.add(new Moody(), y);
    g.signature("run").output("z", z).update(a, a.add(1));
    return g.build();
  }

  @Test
  void aKernelThatThrowsFailsOnlyThatRun() {
    try (Session session = Session.open(moody())) {
      assertRefused(
          RunException.Failed.class,
          () -> session.run("run", Map.of("x", Tensor.scalar(-1f))),
          "moody",
          "not today");
      assertEquals(Tensor.scalar(0f), session.parameters().get("a"));
      session.run("run", Map.of("x", Tensor.scalar(0f)));
      assertEquals(Tensor.scalar(1f), session.parameters().get("a"));
    }
  }

  @Test
  void aRunThatTakesTooLongChangesNothing() {
    try (Session session = Session.open(moody())) {
      RunOptions soon = RunOptions.unlimited().within(Duration.ofMillis(20));
      assertThrows(
          RunException.TimedOut.class,
          () -> session.run("run", Map.of("x", Tensor.scalar(50f)), soon));
      assertEquals(Tensor.scalar(0f), session.parameters().get("a"));
    }
  }

  @Test
  void aRunCanBeCancelledFromAnotherThread() throws Exception {
    try (Session session = Session.open(moody());
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Cancellation cancellation = new Cancellation();
      Moody.entered = new CountDownLatch(1);
      Future<?> run =
          threads.submit(() ->
              session.run(
                  "run",
                  Map.of("x", Tensor.scalar(100f)),
                  RunOptions.unlimited().stoppedBy(cancellation)));
      Moody.entered.await();
      cancellation.cancel();
      Exception ended = assertThrows(java.util.concurrent.ExecutionException.class, run::get);
      assertSame(RunException.Cancelled.class, ended.getCause().getClass());
      assertEquals(Tensor.scalar(0f), session.parameters().get("a"));
    }
  }

  @Test
  void aMemoryLimitIsSaidBeforeTheRun() {
    SessionOptions small = SessionOptions.standard().withMemoryLimit(1_000_000);
    GraphBuilder g = GraphBuilder.create("large");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 1000]"));
    g.signature("run").output("y", x.matmul(x.transpose(1, 0)));
    try (Session session = Session.open(g.build(), small)) {
      assertRefused(
          RunException.MemoryLimit.class,
          () -> session.compile("run", Map.of("N", 1000L)),
          "1,000,000");
      session.compile("run", Map.of("N", 10L));
    }
  }

  /** Many tasks, the first of which does something that ends the run. */
  record Ending(boolean fails) implements FirstOperand, FastOp {
    static final AtomicInteger TASKS = new AtomicInteger();
    static volatile Cancellation cancellation = new Cancellation();

    @Override
    public Kernel kernel(List<TensorType> operands, TensorType result) {
      return new Kernel() {
        @Override
        public int tasks(int phase) {
          return 1000;
        }

        @Override
        public void run(int phase, int task, Arguments arguments, Workspace workspace) {
          TASKS.getAndIncrement();
          if (fails) {
            throw new IllegalStateException("not today");
          }
          cancellation.cancel();
        }
      };
    }
  }

  /** Updates a counter beside an operator in the last stage of the run. */
  private static Graph ending(boolean fails) {
    GraphBuilder g = GraphBuilder.create("ending");
    Value x = g.input("x", DType.FLOAT32, 2);
    Value a = g.parameter("a", Tensor.scalar(0f));
    g.signature("run").output("y", g.add(new Ending(fails), x.sin())).update(a, a.add(1));
    return g.build();
  }

  /** On one thread, where tasks follow each other: the others of the stage are not begun. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tasksOfAStageThatIsStoppedAreLeft(boolean fails) {
    try (Session session = Session.open(ending(fails), SessionOptions.standard().withThreads(1))) {
      Ending.TASKS.set(0);
      Ending.cancellation = new Cancellation();
      RunOptions stopped = RunOptions.unlimited().stoppedBy(Ending.cancellation);
      Class<? extends RunException> reason =
          fails ? RunException.Failed.class : RunException.Cancelled.class;
      assertThrows(reason, () -> session.run("run", Map.of("x", Tensor.vector(1f, 2f)), stopped));
      assertEquals(1, Ending.TASKS.get());
      assertEquals(Tensor.scalar(0f), session.parameters().get("a"));
    }
  }

  /** There is only one stage, and the time is up when its task ends. */
  @Test
  void aDeadlineThatPassesInTheLastStageChangesNothing() {
    GraphBuilder g = GraphBuilder.create("last");
    Value x = g.input("x", DType.FLOAT32);
    Value a = g.parameter("a", Tensor.scalar(0f));
    g.signature("run").output("y", g.add(new Moody(), x)).update(a, a.add(1));
    try (Session session = Session.open(g.build(), SessionOptions.standard().withThreads(1))) {
      Executable run = session.compile("run", Map.of());
      assertThrows(
          RunException.TimedOut.class,
          () ->
              run.run(
                  Map.of("x", Tensor.scalar(400f)),
                  RunOptions.unlimited().within(Duration.ofMillis(300))));
      assertEquals(Tensor.scalar(0f), session.parameters().get("a"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void theModeThatChecksNumbersNamesTheNode(DType dtype) {
    GraphBuilder g = GraphBuilder.create("numbers");
    Value x = g.input("x", dtype, 3);
    Value root = x.log().as("root");
    g.signature("run").output("y", root.exp().add(1));
    try (Session session = Session.open(g.build(), SessionOptions.standard().checkingNumbers())) {
      session.run("run", Map.of("x", Tensor.vector(1f, 2f, 3f).cast(dtype)));
      assertRefused(
          RunException.NotFinite.class,
          () -> session.run("run", Map.of("x", Tensor.vector(1f, 0f, 3f).cast(dtype))),
          "'root'",
          "element 1");
    }
  }

  /** With a result that is a number whatever the logarithm is. */
  private static void assertNamesTheLogarithm(GraphBuilder g, Value operand) {
    Value x = g.input("x", DType.FLOAT32, 3);
    g.signature("run").output("y", x.gt(operand.log().as("culprit")));
    try (Session session = Session.open(g.build(), SessionOptions.standard().checkingNumbers())) {
      assertRefused(
          RunException.NotFinite.class,
          () -> session.run("run", Map.of("x", Tensor.vector(1f, 1f, 1f))),
          "'culprit'",
          "element 1");
    }
  }

  @Test
  void whatIsComputedOnceIsCheckedToo() {
    GraphBuilder g = GraphBuilder.create("frozen");
    assertNamesTheLogarithm(g, g.parameter("w", Tensor.vector(1f, -1f, 2f)));
    g = GraphBuilder.create("folded");
    assertNamesTheLogarithm(g, g.constant(Tensor.vector(1f, -1f, 2f)));
  }
}
