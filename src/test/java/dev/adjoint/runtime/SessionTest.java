package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Reduction;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SessionTest {
  /** Counts: a and b go up by x together. */
  private static Graph counters() {
    GraphBuilder g = GraphBuilder.create("counters");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N]"));
    Value a = g.parameter("a", Tensor.scalar(0f));
    Value b = g.parameter("b", Tensor.scalar(0f));
    Value sum = x.sum();
    g.signature("count").output("sum", sum).update(a, a.add(sum)).update(b, b.sub(sum));
    g.signature("read").output("a", a).output("b", b);
    return g.build();
  }

  private static final Map<String, Tensor> THREE = Map.of("x", Tensor.vector(1f, 2f));

  @Test
  void whatPreparesSessionsSucceeds() {
    Session.prepare();
    Session.prepare();
    float[] even = new float[32];
    Arrays.fill(even, 1f / 32);
    assertEquals(Tensor.of(even, 1, 32), Preparation.predict());
  }

  @Test
  void firstValuesAreConstantsOrComputed() {
    GraphBuilder g = GraphBuilder.create("initials");
    Value known = g.parameter("known", Tensor.vector(1f, 2f));
    Value computed = g.parameter("computed", TensorType.of(DType.FLOAT32, 2));
    g.initial(computed, g.constant(Tensor.vector(3f, 4f)).mul(2));
    g.signature("sum").output("y", known.add(computed));
    try (Session session = Session.open(g.build())) {
      assertEquals(Tensor.vector(7f, 10f), session.run("sum", Map.of()).get("y"));
    }
  }

  @Test
  void aSessionOfGivenValuesHasThemAll() {
    Map<String, Tensor> values = Map.of("a", Tensor.scalar(5f), "b", Tensor.scalar(6f));
    try (Session session = Session.open(counters(), values)) {
      assertEquals(values, session.run("read", Map.of()));
    }
    assertRefused(
        "without a value here: [b]",
        () -> Session.open(counters(), Map.of("a", Tensor.scalar(5f))));
    assertRefused(
        "no parameter 'c'",
        () ->
            Session.open(
                counters(),
                Map.of("a", Tensor.scalar(1f), "b", Tensor.scalar(1f), "c", Tensor.scalar(1f))));
  }

  @Test
  void sizesThatDoNotFitAreNamed() {
    try (Session session = Session.open(counters())) {
      assertRefused(
          "'count' has the named sizes [N]; missing are [N]",
          () -> session.compile("count", Map.of()));
      assertRefused("unknown are [M]", () -> session.compile("count", Map.of("N", 1L, "M", 2L)));
    }
  }

  @Test
  void nullIsNoInput() {
    try (Session session = Session.open(counters())) {
      Map<String, Tensor> withoutValue = new HashMap<>();
      withoutValue.put("x", null);
      Map<String, Tensor> withoutName = new HashMap<>();
      withoutName.put(null, Tensor.vector(1f));
      assertRefused("the input 'x' is null", () -> session.run("count", withoutValue));
      assertRefused("without a name", () -> session.run("count", withoutName));
      dev.adjoint.runtime.Executable plan = session.compile("count", Map.of("N", 1L));
      assertRefused("the input 'x' is null", () -> plan.run(withoutValue));
    }
  }

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

  private static void assertRefused(
      String expected, org.junit.jupiter.api.function.Executable call) {
    GraphException e = assertThrows(GraphException.class, call);
    assertTrue(e.getMessage().contains(expected), e::getMessage);
  }

  @Test
  void updatesAppearTogetherAfterTheRun() {
    try (Session session = Session.open(counters())) {
      assertEquals(Tensor.scalar(3f), session.run("count", THREE).get("sum"));
      session.run("count", Map.of("x", Tensor.vector(1f)));
      assertEquals(
          Map.of("a", Tensor.scalar(4f), "b", Tensor.scalar(-4f)), session.run("read", Map.of()));
      assertEquals(Map.of("a", Tensor.scalar(4f), "b", Tensor.scalar(-4f)), session.parameters());
    }
  }

  @Test
  void readersNeverSeeHalfOfAnUpdate() throws Exception {
    try (Session session = Session.open(counters());
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        running.add(threads.submit(() -> repeat(300, () -> session.run("count", THREE))));
        running.add(
            threads.submit(() ->
                repeat(
                    300,
                    () -> {
                      Map<String, Tensor> seen = session.run("read", Map.of());
                      assertEquals(0.0, seen.get("a").getDouble(0) + seen.get("b").getDouble(0));
                      return seen;
                    })));
      }
      for (Future<?> each : running) {
        each.get(50, TimeUnit.SECONDS);
      }
      assertEquals(Tensor.scalar(1800f), session.parameters().get("a"));
    }
  }

  private static Void repeat(int times, Callable<?> action) throws Exception {
    for (int i = 0; i < times; i++) {
      action.call();
    }
    return null;
  }

  /** Fails when its operand is negative; waits as long as it says otherwise. */
  record Moody() implements CustomOp, NotDifferentiable {
    static final AtomicInteger CALLS = new AtomicInteger();
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
      RunException.Failed failed =
          assertThrows(
              RunException.Failed.class, () -> session.run("run", Map.of("x", Tensor.scalar(-1f))));
      assertTrue(failed.getMessage().contains("moody"), failed.getMessage());
      assertTrue(failed.getMessage().contains("not today"), failed.getMessage());
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
      RunException.MemoryLimit refused =
          assertThrows(
              RunException.MemoryLimit.class, () -> session.compile("run", Map.of("N", 1000L)));
      assertTrue(refused.getMessage().contains("1,000,000"), refused.getMessage());
      session.compile("run", Map.of("N", 10L));
    }
  }

  @Test
  void plansAreKeptByTheirSizes() {
    SessionOptions two = SessionOptions.standard().withPlans(2);
    try (Session session = Session.open(counters(), two)) {
      Executable one = session.compile("count", Map.of("N", 1L));
      Executable other = session.compile("count", Map.of("N", 2L));
      assertSame(one, session.compile("count", Map.of("N", 1L)));
      session.compile("count", Map.of("N", 3L));
      assertSame(one, session.compile("count", Map.of("N", 1L)));
      assertFalse(other == session.compile("count", Map.of("N", 2L)));
    }
  }

  @Test
  void theCallersExecutorHelps() {
    try (ExecutorService callers = Executors.newFixedThreadPool(2);
        Session session =
            Session.open(
                counters(), SessionOptions.standard().withThreads(3).withExecutor(callers))) {
      assertEquals(Tensor.scalar(3f), session.run("count", THREE).get("sum"));
    }
  }

  @Test
  void aParameterWithoutAValueIsNamed() {
    GraphBuilder g = GraphBuilder.create("unset");
    Value w = g.parameter("w", TensorType.of(DType.FLOAT32, 2));
    g.signature("run").output("y", w.exp());
    try (Session session = Session.open(g.build())) {
      GraphException missing =
          assertThrows(GraphException.class, () -> session.run("run", Map.of()));
      assertTrue(missing.getMessage().contains("'w'"), missing.getMessage());
      session.restore(Map.of("w", Tensor.vector(0f, 0f)));
      assertEquals(Tensor.vector(1f, 1f), session.run("run", Map.of()).get("y"));
    }
  }

  @Test
  void restoringIsAllOrNothing() {
    try (Session session = Session.open(counters())) {
      assertThrows(
          GraphException.class,
          () -> session.restore(Map.of("a", Tensor.scalar(1f), "b", Tensor.vector(1f))));
      assertEquals(Tensor.scalar(0f), session.parameters().get("a"));
    }
  }

  @Test
  void aClosedSessionSaysSo() {
    Session session = Session.open(counters());
    session.close();
    session.close();
    assertThrows(IllegalStateException.class, () -> session.run("count", THREE));
  }

  @Test
  void theModeThatChecksNumbersNamesTheNode() {
    GraphBuilder g = GraphBuilder.create("numbers");
    Value x = g.input("x", DType.FLOAT32, 3);
    Value root = x.log().as("root");
    g.signature("run").output("y", root.exp().add(1));
    try (Session session = Session.open(g.build(), SessionOptions.standard().checkingNumbers())) {
      session.run("run", Map.of("x", Tensor.vector(1f, 2f, 3f)));
      RunException.NotFinite found =
          assertThrows(
              RunException.NotFinite.class,
              () -> session.run("run", Map.of("x", Tensor.vector(1f, 0f, 3f))));
      assertTrue(found.getMessage().contains("'root'"), found.getMessage());
      assertTrue(found.getMessage().contains("element 1"), found.getMessage());
    }
  }

  @Test
  void sumsOfNothingHaveTheirNeutralElement() {
    GraphBuilder g = GraphBuilder.create("empty");
    Value x = g.input("x", DType.INT32, 0, 2);
    g.signature("run").output("least", g.add(new Reduction.ReduceMin(Axes.of(0), false), x));
    try (Session session = Session.open(g.build())) {
      Map<String, Tensor> nothing = Map.of("x", Tensor.zeros(DType.INT32, 0, 2));
      assertEquals(
          Tensor.vector(Integer.MAX_VALUE, Integer.MAX_VALUE),
          session.run("run", nothing).get("least"));
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 1", "1, 1, 1", "3, 1, 1", "1, 5, 1", "1, 4, 3", "40, 7, 1"})
  void aBiasOfAnySizeIsAdded(int m, int k, int n) {
    GraphBuilder g = GraphBuilder.create("dense");
    Value x = g.input("x", DType.FLOAT64, m, k);
    Value w = g.parameter("w", Tensor.fill(DType.FLOAT64, Shape.of(k, n), 2));
    Value b = g.parameter("b", Tensor.fill(DType.FLOAT64, Shape.of(n), 3));
    Value r = g.parameter("r", Tensor.fill(DType.FLOAT64, Shape.of(m, n), 4));
    g.signature("run").output("y", x.matmul(w).add(b).add(r)).output("z", x.matmul(w).add(r));
    try (Session session = Session.open(g.build())) {
      Map<String, Tensor> y =
          session.run("run", Map.of("x", Tensor.fill(DType.FLOAT64, Shape.of(m, k), 1)));
      assertEquals(Tensor.fill(DType.FLOAT64, Shape.of(m, n), 2 * k + 7), y.get("y"));
      assertEquals(Tensor.fill(DType.FLOAT64, Shape.of(m, n), 2 * k + 4), y.get("z"));
    }
  }

  /** The last axis of the result may be one of several columns axes, or one of the rows. */
  @Test
  void aBiasAlongOneOfSeveralColumnAxes() {
    GraphBuilder g = GraphBuilder.create("bias");
    Value x = g.input("x", DType.FLOAT64, 3, 2);
    Value w = g.input("w", DType.FLOAT64, 2, 4, 5);
    Value v = g.input("v", DType.FLOAT64, 2);
    Value several = g.add(new Contraction.Dot(List.of(1), List.of(0), List.of(), List.of()), x, w);
    Value none = g.add(new Contraction.Dot(List.of(1), List.of(0), List.of(), List.of()), x, v);
    g.signature("run")
        .output("several", several.add(g.constant(Tensor.vector(1.0, 2, 3, 4, 5))))
        .output("none", none.add(g.constant(Tensor.vector(1.0, 2, 3))));
    Map<String, Tensor> inputs =
        Map.of(
            "x", Tensor.fill(DType.FLOAT64, Shape.of(3, 2), 1),
            "w", Tensor.fill(DType.FLOAT64, Shape.of(2, 4, 5), 1),
            "v", Tensor.fill(DType.FLOAT64, Shape.of(2), 1));
    Graph graph = g.build();
    try (Session session = Session.open(graph)) {
      assertEquals(
          Interpreter.create().run(graph, "run", inputs).outputs(), session.run("run", inputs));
    }
  }

  /** The repeated sum is stored before the sum, which the loop keeps only in its result. */
  @Test
  void aSumOfIntegersIsRepeatedInItsLoop() {
    GraphBuilder g = GraphBuilder.create("repeated");
    Value x = g.input("x", DType.INT32, 4);
    Value sum = x.neg().sum().broadcast(Shape.of(4));
    g.signature("run").output("y", sum);
    try (Session session = Session.open(g.build())) {
      assertEquals(
          Tensor.vector(-10, -10, -10, -10),
          session.run("run", Map.of("x", Tensor.vector(1, 2, 3, 4))).get("y"));
    }
  }

  @Test
  void aDeepGraphRuns() {
    GraphBuilder g = GraphBuilder.create("deep");
    Value x = g.input("x", DType.FLOAT32, 4);
    Value y = x;
    for (int i = 0; i < 20_000; i++) {
      y = i % 2 == 0 ? y.neg() : y.reverse(0);
    }
    g.signature("run").output("y", y);
    try (Session session = Session.open(g.build())) {
      Tensor given = Tensor.vector(1f, 2f, 3f, 4f);
      assertEquals(given, session.run("run", Map.of("x", given)).get("y"));
    }
  }

  @Test
  void aRepeatedRunAllocatesNothing() {
    try (Session session = Session.open(counters(), SessionOptions.standard().withThreads(1))) {
      Execution execution = session.compile("count", Map.of("N", 2L)).execution();
      execution.set("x", Tensor.vector(1f, 2f));
      var threads =
          (com.sun.management.ThreadMXBean)
              java.lang.management.ManagementFactory.getThreadMXBean();
      // Until the loops are compiled, vectors are objects; then they are registers.
      long allocated = Long.MAX_VALUE;
      int runs = 0;
      while (allocated > 0 && runs < 5_000_000) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
          execution.run();
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
        runs += 1000;
      }
      assertEquals(0, allocated, "bytes in the last 1000 of " + runs + " runs");
      assertEquals(Tensor.scalar(3f), execution.get("sum"));
    }
  }

  @Test
  void aProfileNamesTheNodes() throws Exception {
    try (Session session = Session.open(counters())) {
      Profile profile = new Profile();
      session.compile("count", Map.of("N", 2L)).run(THREE, profile);
      assertTrue(profile.table().contains("reduce_sum"), profile.table());
      var file = java.nio.file.Files.createTempFile("trace", ".json");
      profile.writeTrace(file);
      String trace = java.nio.file.Files.readString(file);
      java.nio.file.Files.delete(file);
      assertTrue(trace.startsWith("{\"traceEvents\":["), trace);
      assertTrue(trace.contains("\"ph\":\"X\""), trace);
    }
  }
}
