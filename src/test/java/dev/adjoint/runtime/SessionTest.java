package dev.adjoint.runtime;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a session keeps: values, plans, and updates that appear together. */
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
    float[] even = new float[10];
    Arrays.fill(even, 1f / 10);
    assertEquals(Tensor.of(even, 1, 10), Preparation.predict());
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
        GraphException.class,
        () -> Session.open(counters(), Map.of("a", Tensor.scalar(5f))),
        "without a value here: [b]");
    assertRefused(
        GraphException.class,
        () ->
            Session.open(
                counters(),
                Map.of("a", Tensor.scalar(1f), "b", Tensor.scalar(1f), "c", Tensor.scalar(1f))),
        "no parameter 'c'");
  }

  @Test
  void sizesThatDoNotFitAreNamed() {
    try (Session session = Session.open(counters())) {
      assertRefused(
          GraphException.class,
          () -> session.compile("count", Map.of()),
          "'count' has the named sizes [N]; missing are [N]");
      assertRefused(
          GraphException.class,
          () -> session.compile("count", Map.of("N", 1L, "M", 2L)),
          "unknown are [M]");
    }
  }

  @Test
  void nullIsNoInput() {
    try (Session session = Session.open(counters())) {
      Map<String, Tensor> withoutValue = new HashMap<>();
      withoutValue.put("x", null);
      Map<String, Tensor> withoutName = new HashMap<>();
      withoutName.put(null, Tensor.vector(1f));
      assertRefused(
          GraphException.class, () -> session.run("count", withoutValue), "the input 'x' is null");
      assertRefused(
          GraphException.class, () -> session.run("count", withoutName), "without a name");
      Executable plan = session.compile("count", Map.of("N", 1L));
      assertRefused(GraphException.class, () -> plan.run(withoutValue), "the input 'x' is null");
    }
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
  void aParameterWithoutAValueIsNamed() {
    GraphBuilder g = GraphBuilder.create("unset");
    Value w = g.parameter("w", TensorType.of(DType.FLOAT32, 2));
    g.signature("run").output("y", w.exp());
    try (Session session = Session.open(g.build())) {
      assertRefused(GraphException.class, () -> session.run("run", Map.of()), "'w'");
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
    Executable compiled = session.compile("count", Map.of("N", 2L));
    session.close();
    session.close();
    assertThrows(IllegalStateException.class, () -> session.run("count", THREE));
    assertThrows(IllegalStateException.class, () -> compiled.run(THREE));
    assertThrows(IllegalStateException.class, () -> session.compile("read", Map.of()));
    assertThrows(IllegalStateException.class, session::parameters);
    assertThrows(IllegalStateException.class, () -> session.restore(Map.of()));
  }

  /** Who keeps a closed session, keeps neither its plans nor its parameters nor its threads. */
  @Test
  void aClosedSessionLetsGoOfWhatItHad() throws InterruptedException {
    Session session = Session.open(counters(), SessionOptions.standard().withThreads(3));
    WeakReference<Executable> plan = new WeakReference<>(session.compile("read", Map.of()));
    session.run("count", THREE);
    session.close();
    assertEquals(Map.of(), session.store().snapshot());
    for (int i = 0; i < 100 && plan.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertNull(plan.get());
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
