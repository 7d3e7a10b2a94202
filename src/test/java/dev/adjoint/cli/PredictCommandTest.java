package dev.adjoint.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code adjoint predict} does with the metadata of a model. */
class PredictCommandTest {
  @TempDir private Path folder;
  private final StringWriter output = new StringWriter();

  private int predict(String... words) throws IOException {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 4; i++) {
      image.setRGB(i % 2, i / 2, 0xff3300);
    }
    Path file = folder.resolve("red.png");
    ImageIO.write(image, "png", file.toFile());
    PrintWriter out = new PrintWriter(output);
    String[] all = new String[words.length + 3];
    System.arraycopy(words, 0, all, 3, words.length);
    all[0] = "predict";
    all[1] = folder.resolve("model").toString();
    all[2] = file.toString();
    return Adjoint.commandLine().setOut(out).setErr(out).execute(all);
  }

  /** A model whose classes are the colours of its image, and whose scores are their elements. */
  private void save(String type, String... metadata) throws IOException {
    GraphBuilder g = GraphBuilder.create("colors");
    Value picture = g.input("picture", TensorType.parse(type));
    g.signature("predict").output("score", picture.reduceMax(1, 2));
    for (int i = 0; i < metadata.length; i += 2) {
      g.metadata(metadata[i], metadata[i + 1]);
    }
    SavedModel.write(folder.resolve("model"), g.build(), Map.of());
  }

  private void assertPrinted(String expected) {
    assertTrue(output.toString().contains(expected.formatted()), output::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "range=0..1; red  1.0000; green  0.2000; blue  0.0000",
        "range=0..255; red  255.0000; green  51.0000; blue  0.0000",
        "range=0..255 mean=200,50,-300; blue  300.0000; red  55.0000; green  1.0000",
        "channels=bgr; blue  1.0000; green  0.2000; red  0.0000",
        "inverted=true; blue  1.0000; green  0.8000; red  0.0000"
      })
  void preprocessingIsFollowed(String preprocessing, String first, String second, String third)
      throws IOException {
    save("f32[N, 3, 3, 3]", "classes", "red,green,blue", "preprocessing", preprocessing);
    assertEquals(0, predict());
    assertPrinted("  " + first + "%n  " + second + "%n  " + third + "%n");
  }

  @Test
  void invertingTwiceIsNotInverting() throws IOException {
    save("f32[N, 3, 3, 3]", "preprocessing", "inverted=true");
    assertEquals(0, predict("--invert"));
    assertPrinted("  class 0  1.0000%n  class 1  0.2000%n");
  }

  @Test
  void aModelThatTakesNoImageSaysSo() throws IOException {
    save("f32[N, 5, 5, 2]");
    assertEquals(1, predict());
    assertPrinted("The input 'picture' takes no image: it is f32[N, 5, 5, 2].");
  }

  @Test
  void preprocessingThatIsNotUnderstoodIsNotIgnored() throws IOException {
    save("f32[N, 3, 3, 3]", "preprocessing", "centered");
    assertEquals(1, predict());
    assertPrinted("The model's 'preprocessing' has 'centered'; understood are range=0..1");
  }

  @Test
  void ofSeveralOutputsTheProbabilitiesCount() throws IOException {
    GraphBuilder g = GraphBuilder.create("two");
    Value image = g.input("image", TensorType.parse("f32[N, 4, 4]"));
    Value parts = image.reshape(Shape.parse("[N, 16]"));
    g.signature("predict").output("other", parts).output("probabilities", parts.mul(0.5));
    SavedModel.write(folder.resolve("model"), g.build(), Map.of());
    assertEquals(0, predict());
    // Half the luminance of red 1 and green 0.2.
    assertPrinted("  class 0  0.2082%n");
  }
}
