package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What runs leave behind for tools: events of Flight Recorder and trace files. */
@Timeout(60)
class FlightRecorderTest {
  private static final Map<String, Tensor> INPUTS =
      Map.of("x", Tensor.zeros(DType.FLOAT32, 24, 16));

  @TempDir Path folder;

  /** Two products, one on the other's result. */
  private static Graph products() {
    GraphBuilder g = GraphBuilder.create("products");
    Value x = g.input("x", DType.FLOAT32, 24, 16);
    Value w = g.parameter("w", Tensor.zeros(DType.FLOAT32, 16, 16));
    Value first = x.matmul(w).as("first");
    g.signature("two \"products\"").output("y", first.matmul(w).as("second"));
    return g.build();
  }

  @Test
  void runsAndStagesAreRecorded() throws IOException {
    Path file = folder.resolve("runs.jfr");
    try (Recording recording = new Recording();
        Session session = Session.open(products())) {
      recording.enable("dev.adjoint.Run").withoutThreshold();
      recording.enable("dev.adjoint.Stage").withoutThreshold();
      recording.start();
      session.run("two \"products\"", INPUTS);
      session.run("two \"products\"", INPUTS);
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertEquals(
        List.of("two \"products\"", "two \"products\""),
        events.stream()
            .filter(event -> event.getEventType().getName().equals("dev.adjoint.Run"))
            .map(event -> event.getString("signature"))
            .toList());
    List<RecordedEvent> stages =
        events.stream()
            .filter(event -> event.getEventType().getName().equals("dev.adjoint.Stage"))
            .toList();
    assertEquals(
        Set.of("first", "second"),
        stages.stream().map(event -> event.getString("step")).collect(Collectors.toSet()));
    assertTrue(stages.stream().allMatch(event -> event.getInt("tasks") > 0));
  }

  private static List<RecordedEvent> record(Path file, Runnable runs) throws IOException {
    try (Recording recording = new Recording()) {
      recording.enable("dev.adjoint.Run").withoutThreshold();
      recording.enable("dev.adjoint.Stage").withoutThreshold();
      recording.start();
      runs.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file);
  }

  private static List<String> values(RecordedEvent event, String... fields) {
    return Stream.of(fields).map(event::getString).toList();
  }

  /** A run's outcome, exception and node, of each that is recorded. */
  private List<List<String>> outcomes(Runnable runs) throws IOException {
    return record(folder.resolve("outcomes.jfr"), runs).stream()
        .filter(event -> event.getEventType().getName().equals("dev.adjoint.Run"))
        .map(event -> values(event, "outcome", "exception", "node"))
        .toList();
  }

  @Test
  void aRunThatGivesItsResultsIsCompleted() throws IOException {
    try (Session session = Session.open(products())) {
      Execution execution = session.compile("two \"products\"", Map.of()).execution();
      assertEquals(List.of(List.of("completed", "", "")), outcomes(execution::run));
    }
  }

  @Test
  void aKernelThatThrowsIsRecordedWithItsNodeAndItsStage() throws IOException {
    GraphBuilder g = GraphBuilder.create("rows");
    Value index = g.input("index", DType.INT32, 2);
    Value table = g.parameter("table", Tensor.vector(1f, 2f, 3f));
    g.signature("look").output("y", table.gather(0, index).as("looked-up"));
    try (Session session = Session.open(g.build())) {
      List<RecordedEvent> events =
          record(
              folder.resolve("failed.jfr"),
              () ->
                  assertThrows(
                      RunException.Failed.class,
                      () -> session.run("look", Map.of("index", Tensor.vector(1, 12)))));
      assertEquals(
          Set.of("dev.adjoint.Run", "dev.adjoint.Stage"),
          events.stream().map(event -> event.getEventType().getName()).collect(Collectors.toSet()));
      for (RecordedEvent event : events) {
        if (event.getEventType().getName().equals("dev.adjoint.Run")) {
          assertEquals(
              List.of("look", "failed", "dev.adjoint.kernel.OperandException", "looked-up"),
              values(event, "signature", "outcome", "exception", "node"));
          assertTrue(event.getString("message").contains("index 12"), event::toString);
        } else {
          assertEquals("looked-up", event.getString("step"));
        }
      }
    }
  }

  @Test
  void aCancelledRunIsRecorded() throws IOException {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    RunOptions stopped = RunOptions.unlimited().stoppedBy(cancellation);
    try (Session session = Session.open(products())) {
      Executable run = session.compile("two \"products\"", Map.of());
      List<String> cancelled = List.of("cancelled", RunException.Cancelled.class.getName(), "");
      assertEquals(
          List.of(cancelled, cancelled),
          outcomes(() -> {
            assertThrows(
                RunException.Cancelled.class,
                () -> session.run("two \"products\"", INPUTS, stopped));
            assertThrows(RunException.Cancelled.class, () -> run.run(INPUTS, stopped));
          }));
    }
  }

  @Test
  void aDeadlineThatPassedIsRecorded() throws IOException {
    RunOptions late = RunOptions.unlimited().within(Duration.ZERO);
    try (Session session = Session.open(products())) {
      assertEquals(
          List.of(List.of("timed out", RunException.TimedOut.class.getName(), "")),
          outcomes(() ->
              assertThrows(
                  RunException.TimedOut.class,
                  () -> session.run("two \"products\"", INPUTS, late))));
    }
  }

  @Test
  void whatIsFedWronglyIsRecorded() throws IOException {
    Map<String, Tensor> wrong = Map.of("x", Tensor.zeros(DType.FLOAT32, 3, 16));
    try (Session session = Session.open(products())) {
      Executable run = session.compile("two \"products\"", Map.of());
      List<List<String>> outcomes =
          outcomes(() -> {
            assertThrows(GraphException.class, () -> session.run("two \"products\"", wrong));
            assertThrows(GraphException.class, () -> run.run(wrong));
            assertThrows(GraphException.class, () -> run.run(Map.of()));
            assertThrows(GraphException.class, () -> session.run("none", INPUTS));
          });
      assertEquals(4, outcomes.size());
      for (List<String> outcome : outcomes) {
        assertEquals(List.of("failed", GraphException.class.getName()), outcome.subList(0, 2));
      }
      assertEquals("x", outcomes.get(1).getLast());
    }
  }

  @Test
  void aNumberThatIsNoneIsRecordedWithItsNode() throws IOException {
    GraphBuilder g = GraphBuilder.create("numbers");
    Value x = g.input("x", DType.FLOAT32, 3);
    g.signature("run").output("y", x.log().as("root").exp());
    try (Session session = Session.open(g.build(), SessionOptions.standard().checkingNumbers())) {
      Map<String, Tensor> zero = Map.of("x", Tensor.vector(1f, 0f, 2f));
      assertEquals(
          List.of(List.of("failed", RunException.NotFinite.class.getName(), "root")),
          outcomes(
              () -> assertThrows(RunException.NotFinite.class, () -> session.run("run", zero))));
    }
  }

  @Test
  void aRunOfAClosedSessionIsRecorded() throws IOException {
    Session session = Session.open(products());
    session.close();
    assertEquals(
        List.of(List.of("failed", IllegalStateException.class.getName(), "")),
        outcomes(() ->
            assertThrows(
                IllegalStateException.class, () -> session.run("two \"products\"", INPUTS))));
  }

  @Test
  void aBarOfATraceNamesAllNodesOfItsKernel() throws IOException {
    GraphBuilder g = GraphBuilder.create("loop");
    Value x = g.input("x", DType.FLOAT32, 24, 16);
    g.signature("run").output("y", x.exp().as("e").add(x).as("y"));
    Profile profile = new Profile();
    try (Session session = Session.open(g.build(), SessionOptions.standard().withThreads(1))) {
      session.compile("run", Map.of()).run(INPUTS, profile);
    }
    Path file = folder.resolve("fused.json");
    profile.writeTrace(file);
    JsonObject bar =
        JsonParser.parseString(Files.readString(file))
            .getAsJsonObject()
            .getAsJsonArray("traceEvents")
            .asList()
            .getLast()
            .getAsJsonObject();
    assertEquals(
        "[\"e : f32[24, 16] = exp\",\"y : f32[24, 16] = add\"]",
        bar.getAsJsonObject("args").get("nodes").toString());
  }

  @Test
  void aTraceIsJsonWithABarForEachTask() throws IOException {
    Path file = folder.resolve("trace.json");
    Profile profile = new Profile();
    try (Session session = Session.open(products(), SessionOptions.standard().withThreads(1))) {
      session.compile("two \"products\"", Map.of()).run(INPUTS, profile);
    }
    profile.writeTrace(file);
    JsonObject trace = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    List<JsonObject> bars =
        trace.getAsJsonArray("traceEvents").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .filter(event -> !event.get("ph").getAsString().equals("M"))
            .toList();
    assertFalse(bars.isEmpty());
    assertEquals("first", bars.getFirst().get("name").getAsString());
    assertEquals("second", bars.getLast().get("name").getAsString());
    double end = 0;
    for (JsonObject bar : bars) {
      assertEquals("X", bar.get("ph").getAsString());
      assertTrue(bar.get("ts").getAsDouble() >= end, () -> "one worker, tasks one after another");
      end = bar.get("ts").getAsDouble();
      assertTrue(bar.get("dur").getAsDouble() >= 0);
      String name = bar.get("name").getAsString();
      assertEquals(
          JsonParser.parseString(
              "{\"kernel\":\"dot\",\"nodes\":[\"%s : f32[24, 16] = dot\"]}".formatted(name)),
          bar.get("args"));
    }
  }
}
