package dev.adjoint.train.data;

import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Reads one image file, of a format that the JDK knows: PNG, JPEG, GIF, BMP. */
public final class ImageFile {
  private static final int COLORS = 3;
  private static final int MOST = 255;

  private ImageFile() {}

  /**
   * An image as FLOAT32 {@code [height, width, channels]} from 0 to 1, scaled to the size of {@code
   * shape} if it has another: each sample is a mean of the image's samples near its place, weighted
   * by a triangle twice as wide as the larger of the two distances between samples. So what shrinks
   * is averaged and what grows is interpolated. What is transparent stands on white.
   *
   * @param shape height, width, and 1 channel (luminance by ITU-R BT.601) or 3 (red, green, blue)
   * @throws DataFormatException if the file holds no image that can be read
   */
  public static Tensor read(Path file, Shape shape) throws IOException {
    int height = Math.toIntExact(shape.size(0));
    int width = Math.toIntExact(shape.size(1));
    int channels = Math.toIntExact(shape.size(2));
    if (channels != 1 && channels != COLORS) {
      throw new IllegalArgumentException(
          "An image has 1 or 3 channels here, not %d.".formatted(channels));
    }
    BufferedImage image = decode(file);
    requireReadable(file, image);
    requireFits(file, image, height, width);
    double[] narrow = new double[image.getHeight() * width * COLORS];
    for (int y = 0; y < image.getHeight(); y++) {
      double[] row = scaled(row(image, y), image.getWidth(), COLORS, width);
      System.arraycopy(row, 0, narrow, y * row.length, row.length);
    }
    double[] colors = scaled(narrow, image.getHeight(), width * COLORS, height);
    float[] samples = new float[height * width * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) ((channels == 1 ? luminance(colors, COLORS * i) : colors[i]) / MOST);
    }
    return Tensor.adopt(samples, shape);
  }

  /** Refuses grays whose samples are not read as they are: of more than 16 bits, or fractions. */
  private static void requireReadable(Path file, BufferedImage image) throws IOException {
    int type = image.getRaster().getTransferType();
    if (isGray(image) && type != DataBuffer.TYPE_BYTE && type != DataBuffer.TYPE_USHORT) {
      throw new DataFormatException(
          "%s has gray samples of %d bits that are no whole numbers of 16 bits or fewer. Save it with 8 or 16 bits for a sample."
              .formatted(file, image.getSampleModel().getSampleSize(0)));
    }
  }

  /** Refuses what takes more elements on its way than an array has. */
  private static void requireFits(Path file, BufferedImage image, int height, int width)
      throws IOException {
    try {
      var _ =
          Math.multiplyExact(
              Math.multiplyExact(Math.max(image.getHeight(), height), width), COLORS);
    } catch (ArithmeticException e) {
      throw new DataFormatException(
          "%s has %dx%d pixels, too many to become %dx%d. Make it smaller first."
              .formatted(file, image.getWidth(), image.getHeight(), width, height),
          e);
    }
  }

  private static boolean isGray(BufferedImage image) {
    return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  private static double luminance(double[] colors, int at) {
    return 0.299 * colors[at] + 0.587 * colors[at + 1] + 0.114 * colors[at + 2];
  }

  /**
   * Scales the first axis of {@code [size, inner]}. The server's page does the same to the images
   * that it sends, operation by operation, so that both give the same bits.
   */
  private static double[] scaled(double[] samples, int size, int inner, int wanted) {
    if (size == wanted) {
      return samples;
    }
    double step = (double) size / wanted;
    double reach = Math.max(1, step);
    double[] result = new double[wanted * inner];
    for (int i = 0; i < wanted; i++) {
      double center = (i + 0.5) * step;
      int first = Math.max(0, (int) Math.floor(center - reach));
      int end = Math.min(size, (int) Math.ceil(center + reach));
      double total = 0;
      for (int j = first; j < end; j++) {
        double weight = Math.max(0, 1 - Math.abs(j + 0.5 - center) / reach);
        total += weight;
        for (int k = 0; k < inner; k++) {
          result[i * inner + k] += weight * samples[j * inner + k];
        }
      }
      for (int k = 0; k < inner; k++) {
        result[i * inner + k] /= total;
      }
    }
    return result;
  }

  private static BufferedImage decode(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new DataFormatException(
          "%s is a folder, no image. Pass the files in it.".formatted(file));
    }
    byte[] bytes = Files.readAllBytes(file);
    BufferedImage image;
    try {
      image = ImageIO.read(new ByteArrayInputStream(bytes));
    } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new DataFormatException("%s is a damaged image: %s".formatted(file, e.getMessage()), e);
    }
    if (image == null) {
      throw new DataFormatException(
          "%s is no image that can be read here. Pass PNG, JPEG, GIF or BMP.".formatted(file));
    }
    return image;
  }

  /** The red, green and blue of a row's pixels, 0 to 255. */
  private static double[] row(BufferedImage image, int y) {
    boolean gray = isGray(image);
    double[] row = new double[image.getWidth() * COLORS];
    for (int x = 0; x < image.getWidth(); x++) {
      int argb = gray ? 0 : image.getRGB(x, y);
      int alpha = gray ? alpha(image.getRaster(), x, y) : argb >>> 24;
      for (int c = 0; c < COLORS; c++) {
        double sample =
            gray ? part(image.getRaster(), x, y, 0) : (argb >> (8 * (COLORS - 1 - c))) & MOST;
        row[x * COLORS + c] =
            alpha == MOST ? sample : Math.rint((sample * alpha + MOST * (MOST - alpha)) / MOST);
      }
    }
    return row;
  }

  private static int alpha(Raster raster, int x, int y) {
    return raster.getNumBands() == 1 ? MOST : (int) part(raster, x, y, 1);
  }

  /** The sample of a gray image as it is: the JDK would convert it from linear light. */
  private static double part(Raster raster, int x, int y, int band) {
    int most = (1 << raster.getSampleModel().getSampleSize(band)) - 1;
    return Math.rint(raster.getSample(x, y, band) * (double) MOST / most);
  }
}
