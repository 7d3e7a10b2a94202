package dev.adjoint.cli;

import com.google.common.collect.Iterables;
import dev.adjoint.graph.GraphException;
import dev.adjoint.runtime.Session;
import dev.adjoint.saved.ClassNames;
import dev.adjoint.saved.ImageInput;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a classifier takes an image for.
 *
 * @param image f32[height, width, channels], 0 to 1
 * @param classes the names of the classes
 * @param probabilities one a class
 */
record Classification(Tensor image, List<String> classes, List<Double> probabilities) {
  private static final String SHADES = " .:-=+*#%@";
  private static final String PROBABILITIES = "probabilities";
  private static final int SHOWN = 3;

  /**
   * Asks the signature {@code predict} of a classifier's graph.
   *
   * @param input what takes the image
   * @param image as the model sees it, before its preprocessing changes the range
   */
  static Classification of(Session session, ImageInput input, Tensor image) {
    Map<String, Tensor> outputs = session.run("predict", Map.of(input.name(), input.value(image)));
    Tensor answer =
        outputs.size() == 1
            ? Iterables.getOnlyElement(outputs.values())
            : outputs.get(PROBABILITIES);
    if (answer == null) {
      throw new GraphException(
          "The signature 'predict' has the outputs %s; give one the name '%s'."
              .formatted(outputs.keySet(), PROBABILITIES));
    }
    return new Classification(
        image, ClassNames.of(session.graph()), Arrays.stream(answer.asDoubles()).boxed().toList());
  }

  private String name(int index) {
    return index < classes.size() ? classes.get(index) : "class " + index;
  }

  /** The image in characters, then the likeliest classes. */
  void print(String title, PrintWriter out) {
    out.println(title);
    out.print(picture());
    IntStream.range(0, probabilities.size())
        .boxed()
        .sorted(Comparator.comparing(probabilities::get).reversed())
        .limit(SHOWN)
        .forEach(index -> out.printf("  %s  %.4f%n", name(index), probabilities.get(index)));
  }

  private String picture() {
    Shape shape = image.shape();
    int height = Math.toIntExact(shape.size(0));
    int width = Math.toIntExact(shape.size(1));
    int channels = Math.toIntExact(shape.size(2));
    StringBuilder text = new StringBuilder();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double light = image.getDouble((y * width + x) * channels);
        int shade = (int) Math.round(Math.clamp(light, 0, 1) * (SHADES.length() - 1));
        text.append(SHADES.charAt(shade)).append(SHADES.charAt(shade));
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }
}
