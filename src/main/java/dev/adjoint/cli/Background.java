package dev.adjoint.cli;

import dev.adjoint.graph.Graph;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.Optional;

/** What digits stand on, judged by the borders of their images. */
enum Background {
  DARK,
  LIGHT;

  /** The key in a graph's metadata under which the background of its training images stands. */
  private static final String KEY = "background";

  /**
   * That of images.
   *
   * @param images f32[count, height, width, channels], 0 to 1
   */
  static Background of(Tensor images) {
    Shape shape = images.shape();
    long height = shape.size(1);
    long width = shape.size(2);
    double sum = 0;
    long count = 0;
    for (int i = 0; i < images.size(); i++) {
      long pixel = i / shape.size(3);
      long x = pixel % width;
      long y = pixel / width % height;
      if (x == 0 || y == 0 || x == width - 1 || y == height - 1) {
        sum += images.getDouble(i);
        count++;
      }
    }
    return sum > 0.5 * count ? LIGHT : DARK;
  }

  /** The graph with a note that it learns from images of this background. */
  Graph noteIn(Graph graph) {
    var builder = graph.toBuilder();
    builder.metadata(KEY, name());
    return builder.build();
  }

  /** The background that a graph learned from, if it says so. */
  static Optional<Background> learnedBy(Graph graph) {
    String noted = graph.metadata().getOrDefault(KEY, "");
    for (Background background : values()) {
      if (background.name().equals(noted)) {
        return Optional.of(background);
      }
    }
    return Optional.empty();
  }
}
