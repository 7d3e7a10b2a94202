package dev.adjoint.bench;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A process that saves a model over and over at the same place is killed at random moments. After
 * each kill the model must be there, whole, and no older than the last one whose saving had ended.
 */
final class KilledSaves {
  private static final int SIZE = 1024;
  private static final int LONGEST_WAIT_MILLIS = 200;
  private static final long SEED = 7;

  private final Path folder;
  private final int kills;

  KilledSaves(Path folder, int kills) {
    this.folder = folder;
    this.kills = kills;
  }

  /** Saves until it is killed. */
  public static final class Saver {
    private Saver() {}

    /**
     * Prints the number of each model when its saving has ended.
     *
     * @param args the folder of the model, and the number of the first one
     */
    public static void main(String[] args) throws IOException {
      Graph graph = graph();
      for (int number = Integer.parseInt(args[1]); ; number++) {
        SavedModel.write(Path.of(args[0]), graph, weights(number));
        System.out.println(number);
      }
    }
  }

  private static Graph graph() {
    GraphBuilder g = GraphBuilder.create("killed");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, %d]".formatted(SIZE)));
    Value w = g.parameter("w", new TensorType(DType.FLOAT32, Shape.of(SIZE, SIZE)));
    g.signature("predict").output("y", x.matmul(w));
    return g.build();
  }

  private static Map<String, Tensor> weights(int number) {
    float[] values = Values.uniform("killed" + number, SIZE * SIZE, 1);
    values[0] = number;
    return Map.of("w", Tensor.of(values, SIZE, SIZE));
  }

  /** Whether nothing was lost. */
  boolean run() throws IOException, InterruptedException {
    Path model = folder.resolve("model");
    SplittableRandom random = new SplittableRandom(SEED);
    int found = -1;
    int lost = 0;
    int newer = 0;
    for (int i = 0; i < kills; i++) {
      int told = saveAndKill(model, found + 1, random.nextInt(LONGEST_WAIT_MILLIS));
      int before = Math.max(found, told);
      found = whole(model);
      if (found < before || found > before + 1) {
        lost++;
        System.err.printf("After kill %d: model %d, after %d was saved.%n", i, found, before);
      }
      newer += found > told ? 1 : 0;
    }
    System.out.printf(
        "%d kills (waits of up to %d ms from seed %d): %d models lost or broken; %d kills came"
            + " after the rename and before the end of a save.%n",
        kills, LONGEST_WAIT_MILLIS, SEED, lost, newer);
    printLeftovers(model);
    return lost == 0;
  }

  /** The number of the last model that was saved for certain, -1 if none was. */
  private static int saveAndKill(Path model, int first, int waitMillis)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                ServerProcess.tool("java"),
                "--add-modules=jdk.incubator.vector",
                Saver.class.getName(),
                model.toString(),
                Integer.toString(first))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process saver = builder.start();
    try (BufferedReader out = saver.inputReader()) {
      String told = out.readLine();
      Thread.sleep(waitMillis);
      // Not by the process itself, which would throw away what it has told so far.
      saver.toHandle().destroyForcibly();
      for (String line = told; line != null; line = out.readLine()) {
        told = line;
      }
      saver.waitFor();
      return told == null ? -1 : Integer.parseInt(told);
    }
  }

  /** The number of the model that is there; -1 if it is not as it was saved. */
  private static int whole(Path model) {
    try {
      Map<String, Tensor> read = SavedModel.read(model).parameters();
      int number = (int) read.values().iterator().next().getDouble(0);
      return read.equals(weights(number)) ? number : -1;
    } catch (IOException e) {
      System.err.println(e);
      return -1;
    }
  }

  /**
   * Files that no model names. They hinder nobody; the next save at the place works all the same.
   */
  private static void printLeftovers(Path model) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(model)) {
      files = all.toList();
    }
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    System.out.printf(
        "The folder has %d files with %.1f MB; of a model they are 2 with %.1f MB.%n",
        files.size(), bytes / 1e6, SIZE * SIZE * Float.BYTES / 1e6);
  }
}
