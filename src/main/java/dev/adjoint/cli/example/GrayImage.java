package dev.adjoint.cli.example;

import dev.adjoint.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import javax.imageio.ImageIO;

/** A small grey image, 0 black to 255 white. */
final class GrayImage {
  private static final String SHADES = " .:-=+*#%@";

  private final Raster pixels;

  private GrayImage(Raster pixels) {
    this.pixels = pixels;
  }

  /** An image that comes with the examples. */
  static GrayImage resource(String name) throws IOException {
    try (InputStream in = GrayImage.class.getResourceAsStream(name)) {
      BufferedImage image = ImageIO.read(Objects.requireNonNull(in, name));
      return new GrayImage(image.getRaster());
    }
  }

  /** As f32[1, height, width, 1], 0 to 1. */
  Tensor toTensor() {
    int height = pixels.getHeight();
    int width = pixels.getWidth();
    float[] values = new float[height * width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        values[y * width + x] = pixels.getSample(x, y, 0) / 255f;
      }
    }
    return Tensor.of(values, 1, height, width, 1);
  }

  /** The image in characters, two a pixel. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int y = 0; y < pixels.getHeight(); y++) {
      for (int x = 0; x < pixels.getWidth(); x++) {
        char shade = SHADES.charAt(pixels.getSample(x, y, 0) * (SHADES.length() - 1) / 255);
        text.append(shade).append(shade);
      }
      text.append('\n');
    }
    return text.toString();
  }
}
