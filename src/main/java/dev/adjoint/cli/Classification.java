package dev.adjoint.cli;

import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.Classifier;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What a classifier takes an image for.
 *
 * @param image f32[1, height, width, channels], 0 to 1
 * @param classes the names of the classes
 * @param probabilities one a class
 */
record Classification(Tensor image, List<String> classes, List<Double> probabilities) {
  private static final String SHADES = " .:-=+*#%@";
  private static final int SHOWN = 3;

  /** Asks the signature {@code predict} of a classifier's graph. */
  static Classification of(Session session, Tensor image) {
    Tensor answer =
        Objects.requireNonNull(
            session.run("predict", Map.of(Classifier.IMAGE, image)).get("probabilities"));
    String names = session.graph().metadata().getOrDefault(Classifier.CLASSES, "");
    return new Classification(
        image,
        names.isEmpty() ? List.of() : List.of(names.split(",")),
        Arrays.stream(answer.asDoubles()).boxed().toList());
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
    int height = Math.toIntExact(shape.size(1));
    int width = Math.toIntExact(shape.size(2));
    int channels = Math.toIntExact(shape.size(3));
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
