package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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
    }
  }
}
