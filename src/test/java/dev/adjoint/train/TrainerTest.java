package dev.adjoint.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Layers;
import dev.adjoint.runtime.Session;
import dev.adjoint.runtime.SessionOptions;
import dev.adjoint.saved.SaveOptions;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.testing.ExceptionAssertions;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.Dataset;
import dev.adjoint.train.data.TensorDataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final TensorType POINT = TensorType.of(DType.FLOAT32, 2);
  private static final Dataset POINTS = points(22, 1);
  private static final Dataset OTHERS = points(30, 2);

  @TempDir private Path folder;

  /** Points in the plane; the label is the sector they lie in. */
  private static Dataset points(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] places = new float[2 * count];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      double angle = random.nextDouble(-Math.PI, Math.PI);
      places[2 * i] = (float) Math.cos(angle);
      places[2 * i + 1] = (float) Math.sin(angle);
      labels[i] = Math.min(2, (int) ((angle + Math.PI) / (2 * Math.PI) * 3));
    }
    return TensorDataset.of(
        Map.of("image", Tensor.of(places, count, 2), "label", Tensor.vector(labels)));
  }

  private static Value network(Value x, Layers layers, Mode mode) {
    Value h = mode.batchNorm(layers, "norm", layers.dense("hidden", x, 6)).relu();
    h = mode.dropout(layers, "drop", h, 0.2);
    return layers.dense("logits", h, 3);
  }

  private static Graph graph(Optimizer optimizer) {
    return Classifier.of("points", POINT, List.of("a", "b", "c"), TrainerTest::network)
        .optimizer(optimizer)
        .seed(5)
        .graph();
  }

  private static Graph graph() {
    return graph(Optimizer.adam(Schedule.cosine(0.05, 0.01, 20)).averaging(0.5));
  }

  private static Trainer trainer(Graph graph) {
    return Trainer.of(graph, Batches.of(POINTS, 6).shuffled(9))
        .validation(Batches.of(OTHERS, 16))
        .epochs(3)
        .options(SessionOptions.standard().withThreads(1));
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static TrainingListener killingAt(long step) {
    return new TrainingListener() {
      @Override
      public void stepped(StepResult result) {
        if (result.step() == step) {
          throw new Killed();
        }
      }
    };
  }

  private static void assertSame(TrainingResult expected, TrainingResult actual) {
    assertEquals(expected.parameters(), actual.parameters());
    assertEquals(expected.best(), actual.best());
    assertEquals(expected.bestEpoch(), actual.bestEpoch());
    assertEquals(expected.history(), actual.history());
  }

  @Test
  void itLearns() throws IOException {
    Graph graph = graph();
    TrainingResult result = trainer(graph).epochs(30).run();
    EpochResult last = result.history().getLast();
    assertEquals(30, last.epoch());
    assertEquals(120, last.step());
    assertTrue(last.loss() < result.history().getFirst().loss());
    assertTrue(result.bestEpoch().orElseThrow().validationAccuracy() > 0.8);
    try (Session session = Session.open(graph)) {
      session.restore(result.best());
      Evaluation evaluation = Evaluation.of(session, Batches.of(OTHERS, 7), 2);
      assertEquals(result.bestEpoch().get().validationAccuracy(), evaluation.accuracy());
      assertEquals(result.bestEpoch().get().validationLoss(), evaluation.loss(), 1e-6);
      assertEquals(30, evaluation.examples());
      assertEquals(30, evaluation.confusion().orElseThrow().total());
      assertEquals(evaluation.accuracy(), evaluation.confusion().get().accuracy());
      assertTrue(evaluation.topAccuracy() >= evaluation.accuracy());
    }
  }

  @Test
  void threadsAndPrefetchingDoNotChangeABit() throws IOException {
    Graph graph = graph();
    TrainingResult one = trainer(graph).run();
    Trainer other = Trainer.of(graph, Batches.of(POINTS, 6).shuffled(9).prefetched(3));
    assertSame(
        one,
        other
            .validation(Batches.of(OTHERS, 16))
            .epochs(3)
            .options(SessionOptions.standard().withThreads(2))
            .run());
    assertNotEquals(
        one.parameters(),
        Trainer.of(graph, Batches.of(POINTS, 6).shuffled(8)).epochs(3).run().parameters());
  }

  @Test
  void aRunThatIsKilledAfterAnyStepEndsLikeOneThatIsNot() throws IOException {
    Graph graph = graph();
    TrainingResult throughout = trainer(graph).run();
    for (int every : new int[] {3, 100}) {
      for (long step = 1; step <= 12; step++) {
        Path run = folder.resolve(every + "-" + step);
        Trainer trainer = trainer(graph).checkpoints(run, every, 2);
        assertThrows(Killed.class, trainer.listener(killingAt(step))::run);
        assertSame(throughout, trainer.run());
      }
    }
  }

  @Test
  void aRunMayGoOnLongerThanPlanned() throws IOException {
    Graph graph = graph();
    Trainer trainer = trainer(graph).checkpoints(folder);
    trainer.epochs(1).run();
    TrainingResult throughout = trainer(graph).run();
    assertSame(throughout, trainer.run());
    assertSame(throughout, trainer.run());
  }

  @Test
  void aCheckpointThatIsNotCompleteIsPassedOver() throws IOException {
    Graph graph = graph();
    TrainingResult throughout = trainer(graph).run();
    Trainer trainer = trainer(graph).checkpoints(folder, 1, 50);
    assertThrows(Killed.class, trainer.listener(killingAt(7))::run);
    Path newest = folder.resolve("step-000000007").resolve(SavedModel.FILE);
    byte[] whole = Files.readAllBytes(newest);
    Files.write(newest, java.util.Arrays.copyOf(whole, whole.length / 2));
    Files.delete(folder.resolve("step-000000006").resolve(SavedModel.FILE));
    Files.createDirectories(folder.resolve("notes"));
    assertSame(throughout, trainer.run());
  }

  @Test
  void theLastAndTheBestCheckpointsStay() throws IOException {
    Graph worsening = graph(Optimizer.sgd(Schedule.exponential(0.3, 1.3, 4)));
    TrainingResult result = trainer(worsening).epochs(12).checkpoints(folder, 100, 2).run();
    assertTrue(result.bestEpoch().orElseThrow().step() < 44, "the best epoch is not an early one");
    List<String> kept;
    try (Stream<Path> files = Files.list(folder)) {
      kept = files.map(file -> file.getFileName().toString()).sorted().toList();
    }
    List<String> expected =
        Stream.of(result.bestEpoch().get().step(), 44L, 48L)
            .distinct()
            .map("step-%09d"::formatted)
            .sorted()
            .toList();
    assertEquals(expected, kept);
    assertEquals(
        Optimizer.averaged(
            SavedModel.read(folder.resolve("step-%09d".formatted(result.bestEpoch().get().step())))
                .parameters()),
        result.best());
  }

  @Test
  void checkpointsOfAnotherRunAreLeftAlone() throws IOException {
    trainer(graph()).epochs(1).checkpoints(folder).run();
    TrainingException error =
        assertThrows(
            TrainingException.class,
            trainer(graph(Optimizer.sgd(Schedule.constant(0.1)))).checkpoints(folder)::run);
    assertTrue(error.getMessage().contains("are of another run"), error.getMessage());
  }

  @Test
  void aLossThatIsNoNumberEndsTheRunAndLosesNothing() throws IOException {
    Graph graph = graph(Optimizer.sgd(Schedule.exponential(0.1, 1e30, 1)));
    Trainer trainer = trainer(graph).checkpoints(folder, 1, 1);
    TrainingException error = assertThrows(TrainingException.class, trainer::run);
    assertTrue(error.getMessage().contains("Lower the learning rate"), error.getMessage());
    assertTrue(error.getMessage().contains("there is the checkpoint of step"), error.getMessage());
    try (Stream<Path> files = Files.list(folder)) {
      for (Tensor value : SavedModel.read(files.findFirst().orElseThrow()).parameters().values()) {
        for (double element : value.asDoubles()) {
          assertTrue(Double.isFinite(element));
        }
      }
    }
  }

  @Test
  void aCheckpointThatCannotBeWrittenIsAClearError() throws IOException {
    Trainer trainer = trainer(graph()).checkpoints(folder, 2, 5);
    Files.writeString(folder.resolve("step-000000006"), "in the way");
    TrainingException error = assertThrows(TrainingException.class, trainer::run);
    assertTrue(error.getMessage().contains("Cannot write the checkpoint"), error.getMessage());
    assertTrue(error.getMessage().contains("the checkpoint of step 4"), error.getMessage());
    Files.delete(folder.resolve("step-000000006"));
    assertSame(trainer(graph()).run(), trainer.run());
  }

  /** Goes on with the run of a folder, as {@link #aFullDiskLosesNothing} does in a process. */
  static final class Continued {
    private Continued() {}

    public static void main(String[] arguments) throws IOException {
      trainer(graph()).checkpoints(Path.of(arguments[0])).run();
    }
  }

  /** No file of the other process may become larger than 1 KiB: its writes fail half way. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskLosesNothing() throws Exception {
    Trainer trainer = trainer(graph()).checkpoints(folder);
    trainer.epochs(1).run();
    Process limited =
        new ProcessBuilder(
                "bash",
                "-c",
                "ulimit -f 1 && exec \"$@\"",
                "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-classpath",
                System.getProperty("java.class.path"),
                Continued.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(limited.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(1, limited.waitFor(), said);
    assertTrue(said.contains("Cannot write the checkpoint"), said);
    assertTrue(said.contains("training goes on from the checkpoint of step 4"), said);
    assertSame(trainer(graph()).run(), trainer.run());
  }

  @Test
  void earlyStoppingWaitsForTheBestEpoch() throws IOException {
    TrainingResult result =
        trainer(graph(Optimizer.sgd(Schedule.constant(0)))).epochs(50).earlyStopping(4).run();
    int best = result.bestEpoch().orElseThrow().epoch();
    assertEquals(best + 4, result.history().size());
  }

  @Test
  void aLabelThatIsNoClassIsRefusedBeforeTheStep() {
    Dataset data =
        TensorDataset.of(
            Map.of("image", Tensor.zeros(DType.FLOAT32, 2, 2), "label", Tensor.vector(0, 3)));
    TrainingException error =
        assertThrows(TrainingException.class, Trainer.of(graph(), Batches.of(data, 2))::run);
    assertTrue(error.getMessage().contains("Example 1 of batch 0 has the label 3"));
  }

  @Test
  void listenersHearEverythingInOrder() throws IOException {
    List<String> heard = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void started(Graph graph, Session session, long step) {
            heard.add("started " + step);
          }

          @Override
          public void stepped(StepResult step) {
            heard.add("step " + step.step() + " of " + step.batches() + ": " + step.examples());
          }

          @Override
          public void completed(EpochResult epoch, Session session) {
            heard.add("epoch " + epoch.epoch());
          }

          @Override
          public void ended(TrainingResult result) {
            heard.add("ended");
          }
        };
    Trainer.of(graph(), Batches.of(POINTS, 10)).listener(listener).run();
    assertEquals(
        List.of(
            "started 0",
            "step 1 of 3: 10",
            "step 2 of 3: 10",
            "step 3 of 3: 2",
            "epoch 1",
            "ended"),
        heard);
  }

  @Test
  void whatIsShippedPredicts() throws IOException {
    TrainingResult result = trainer(graph()).run();
    result.model().write(folder, SaveOptions.standard().only("predict"));
    SavedModel model = SavedModel.read(folder);
    assertFalse(model.graph().toString().contains("optimizer"));
    Map<String, Tensor> image = Map.of("image", Tensor.zeros(DType.FLOAT32, 1, 2));
    try (Session trained = Session.open(result.graph());
        Session shipped = Session.open(model.graph())) {
      trained.restore(result.best());
      shipped.restore(model.parameters());
      assertEquals(trained.run("predict", image), shipped.run("predict", image));
    }
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    Trainer trainer = trainer(graph());
    assertRefused("epochs is 0 or more, given -1", () -> trainer.epochs(-1));
    assertRefused("early stopping waits is 1 or more, given 0", () -> trainer.earlyStopping(0));
    assertRefused(
        "steps between checkpoints is 1 or more", () -> trainer.checkpoints(folder, 0, 1));
    assertRefused("checkpoints kept is 1 or more", () -> trainer.checkpoints(folder, 1, 0));
    assertRefused("has 1 example or more, given 0", () -> Batches.of(POINTS, 0));
    assertRefused("ahead is 0 or more, given -1", () -> Batches.of(POINTS, 1).prefetched(-1));
    Graph other = GraphBuilder.create("other").build();
    assertRefused("Build it with Classifier", () -> trainer(other));
    assertThrows(
        IllegalArgumentException.class,
        () -> Trainer.of(graph(), Batches.of(POINTS.slice(3, 3), 2)));
  }

  private static void assertRefused(String expected, Executable setting) {
    ExceptionAssertions.assertRefused(IllegalArgumentException.class, setting, expected);
  }
}
