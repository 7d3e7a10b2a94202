package dev.adjoint.train.log;

import dev.adjoint.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** A picture of a tensor: an image, the filters of a convolution, the maps that they find. */
public final class Picture {
  private static final int GAP = 1;
  private static final int BACKGROUND = 0x808890;

  private final BufferedImage image;

  private Picture(BufferedImage image) {
    this.image = image;
  }

  /** An image {@code [height, width, 1 or 3]} of brightness from 0 to 1. */
  public static Picture ofImage(Tensor image) {
    requireRank(image, 3);
    int channels = (int) image.dim(2);
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "A picture has 1 or 3 channels, %s has %d.".formatted(image.type(), channels));
    }
    Picture picture = blank((int) image.dim(1), (int) image.dim(0));
    picture.paint(
        0,
        0,
        (x, y) -> {
          int red = level(image.at(y, x, 0));
          int green = channels == 1 ? red : level(image.at(y, x, 1));
          int blue = channels == 1 ? red : level(image.at(y, x, 2));
          return red << 16 | green << 8 | blue;
        },
        (int) image.dim(1),
        (int) image.dim(0));
    return picture;
  }

  /**
   * The maps of one example, {@code [height, width, features]}, side by side; white is the greatest
   * value of all maps, black is 0 and what is below.
   */
  public static Picture ofMaps(Tensor maps) {
    requireRank(maps, 3);
    double greatest = largestMagnitude(maps);
    return tiled(
        (int) maps.dim(2),
        (int) maps.dim(1),
        (int) maps.dim(0),
        (tile, x, y) -> gray(maps.at(y, x, tile) / greatest));
  }

  /**
   * The filters of a convolution, {@code [height, width, inputs, outputs]}, side by side: of three
   * inputs in colour, else the mean over the inputs. Middle gray is 0, black and white are the
   * largest weight of either sign.
   */
  public static Picture ofFilters(Tensor kernel) {
    requireRank(kernel, 4);
    int inputs = (int) kernel.dim(2);
    double greatest = largestMagnitude(kernel);
    return tiled(
        (int) kernel.dim(3),
        (int) kernel.dim(1),
        (int) kernel.dim(0),
        (tile, x, y) -> {
          int colour = 0;
          double sum = 0;
          for (int input = 0; input < inputs; input++) {
            double weight = kernel.at(y, x, input, tile);
            sum += weight;
            colour = colour << 8 | level((1 + weight / greatest) / 2);
          }
          return inputs == 3 ? colour : gray((1 + sum / inputs / greatest) / 2);
        });
  }

  private interface Pixels {
    int rgb(int x, int y);
  }

  private interface Tiles {
    int rgb(int tile, int x, int y);
  }

  private static Picture tiled(int count, int width, int height, Tiles tiles) {
    int columns = Math.max(1, (int) Math.ceil(Math.sqrt(2.0 * count)));
    int rows = Math.max(1, Math.ceilDiv(count, columns));
    Picture picture = blank(columns * (width + GAP) + GAP, rows * (height + GAP) + GAP);
    for (int tile = 0; tile < count; tile++) {
      int number = tile;
      int left = GAP + tile % columns * (width + GAP);
      int top = GAP + tile / columns * (height + GAP);
      picture.paint(left, top, (x, y) -> tiles.rgb(number, x, y), width, height);
    }
    return picture;
  }

  private static Picture blank(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Picture picture = new Picture(image);
    picture.paint(0, 0, (_, _) -> BACKGROUND, width, height);
    return picture;
  }

  private void paint(int left, int top, Pixels pixels, int width, int height) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(left + x, top + y, pixels.rgb(x, y));
      }
    }
  }

  private static double largestMagnitude(Tensor tensor) {
    double largest = 0;
    for (double value : tensor.asDoubles()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest > 0 && Double.isFinite(largest) ? largest : 1;
  }

  private static int gray(double brightness) {
    return level(brightness) * 0x010101;
  }

  private static int level(double brightness) {
    return (int) Math.round(255 * Math.clamp(brightness, 0.0, 1.0));
  }

  private static void requireRank(Tensor tensor, int rank) {
    if (tensor.rank() != rank || tensor.size() == 0) {
      throw new IllegalArgumentException(
          "A picture of this kind needs a tensor of %d axes with elements, given %s."
              .formatted(rank, tensor.type()));
    }
  }

  /** In pixels. */
  public int width() {
    return image.getWidth();
  }

  /** In pixels. */
  public int height() {
    return image.getHeight();
  }

  /** The picture as a PNG file. */
  public byte[] png() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The picture as the address of itself, for a page that needs no other file. */
  public String dataUri() {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png());
  }
}
