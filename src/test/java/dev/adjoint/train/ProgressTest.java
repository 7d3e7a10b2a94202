package dev.adjoint.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Layers;
import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.TensorDataset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
  private static final Graph GRAPH =
      Classifier.of(
              "small",
              TensorType.of(DType.FLOAT32, 4, 5, 1),
              List.of("a", "b"),
              (x, layers, _) ->
                  layers.dense(
                      "logits", Layers.flatten(layers.conv2d("conv", x, 3, 3, Conv.same())), 2))
          .graph();

  private static Batches batches() {
    Tensor images = Tensor.fill(DType.FLOAT32, TensorType.of(DType.FLOAT32, 6, 4, 5, 1).shape(), 1);
    return Batches.of(
        TensorDataset.of(Map.of("image", images, "label", Tensor.vector(0, 1, 0, 1, 0, 1))), 2);
  }

  @Test
  void linesSayHowItGoes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    AtomicLong clock = new AtomicLong();
    ProgressLines lines = new ProgressLines(out, clock::get);
    try (Session session = Session.open(GRAPH)) {
      lines.started(GRAPH, session, 7);
      for (int batch = 1; batch <= 4; batch++) {
        clock.addAndGet(5_000_000_000L);
        lines.stepped(new StepResult(7 + batch, 2, 3, batch, 4, 100, 0.5, 0.25, 0.875));
      }
      lines.completed(new EpochResult(2, 11, 0.25, 0.875, 0.5, 0.75), session);
      lines.ended(
          new TrainingResult(
              GRAPH,
              Map.of(),
              Map.of(),
              java.util.Optional.of(new EpochResult(2, 11, 0, 0, 0, 0)),
              List.of()));
    }
    List<String> printed = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals("going on from step 7", printed.getFirst());
    assertEquals(
        "epoch 2/3 batch 2/4 loss 0.2500 accuracy 87.50% 20 images/s 30s left", printed.get(1));
    assertEquals(
        "epoch 2/3 loss 0.2500 accuracy 87.50% validation loss 0.5000 accuracy 75.00% 20 images/s",
        printed.get(2));
    assertEquals("the best epoch was 2", printed.get(3));
  }

  @Test
  void aBarLeavesALineAnEpoch() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Trainer.of(GRAPH, batches()).epochs(2).listener(new ProgressBars(out)).run();
    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(printed.contains("epoch 1/2 loss "), printed);
    assertTrue(printed.contains("epoch 2/2 loss "), printed);
  }

  @Test
  void timesAreShort() {
    assertEquals("0s", Progress.duration(0.4));
    assertEquals("1m00s", Progress.duration(59.6));
    assertEquals("59m59s", Progress.duration(3599));
    assertEquals("2h07m", Progress.duration(2 * 3600 + 7 * 60 + 3));
  }

  @Test
  void aRunIsLogged(@TempDir Path folder) throws IOException {
    try (EventLog log = new EventLog(folder, 1)) {
      Trainer.of(GRAPH, batches()).validation(batches()).epochs(2).listener(log).run();
    }
    try (Stream<Path> files = Files.list(folder)) {
      String text = Files.readString(files.findFirst().orElseThrow(), StandardCharsets.ISO_8859_1);
      for (String tag :
          List.of(
              "batch/loss",
              "loss/training",
              "accuracy/validation",
              "conv/kernel",
              "filters/conv/kernel",
              "logits/bias")) {
        assertTrue(text.contains(tag), tag);
      }
    }
  }
}
