package dev.adjoint.train.data;

import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Reads one image file, of a format that the JDK knows: PNG, JPEG, GIF, BMP. */
public final class ImageFile {
  private ImageFile() {}

  /**
   * An image as FLOAT32 {@code [height, width, channels]} from 0 to 1, scaled smoothly to the size
   * of {@code shape} if it has another.
   *
   * @param shape height, width, and 1 channel (luminance by ITU-R BT.601) or 3 (red, green, blue)
   * @throws DataFormatException if the file holds no image that can be read
   */
  public static Tensor read(Path file, Shape shape) throws IOException {
    int height = Math.toIntExact(shape.size(0));
    int width = Math.toIntExact(shape.size(1));
    int channels = Math.toIntExact(shape.size(2));
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "An image has 1 or 3 channels here, not %d.".formatted(channels));
    }
    BufferedImage image = scaled(decode(file), width, height);
    float[] samples = new float[height * width * channels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = image.getRGB(x, y);
        write(samples, (y * width + x) * channels, channels, rgb);
      }
    }
    return Tensor.adopt(samples, shape);
  }

  private static void write(float[] samples, int at, int channels, int rgb) {
    float red = (rgb >> 16 & 0xff) / 255f;
    float green = (rgb >> 8 & 0xff) / 255f;
    float blue = (rgb & 0xff) / 255f;
    if (channels == 1) {
      boolean gray = red == green && green == blue;
      samples[at] = gray ? red : 0.299f * red + 0.587f * green + 0.114f * blue;
    } else {
      samples[at] = red;
      samples[at + 1] = green;
      samples[at + 2] = blue;
    }
  }

  private static BufferedImage decode(Path file) throws IOException {
    BufferedImage image;
    try (InputStream in = Files.newInputStream(file)) {
      image = ImageIO.read(in);
    } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException e) {
      if (Files.notExists(file)) {
        throw e;
      }
      throw new DataFormatException("%s is a damaged image: %s".formatted(file, e.getMessage()), e);
    }
    if (image == null) {
      throw new DataFormatException(
          "%s is no image that can be read here. Pass PNG, JPEG, GIF or BMP.".formatted(file));
    }
    return image;
  }

  private static BufferedImage scaled(BufferedImage image, int width, int height) {
    boolean fits = image.getWidth() == width && image.getHeight() == height;
    boolean opaque = !image.getColorModel().hasAlpha();
    boolean grayAsStored =
        image.getRaster().getNumBands() == 1 && image.getSampleModel().getSampleSize(0) == 8;
    if (fits && opaque && !grayAsStored) {
      return image;
    }
    BufferedImage source = grayAsStored ? asStored(image) : image;
    BufferedImage target = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = target.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
      graphics.drawImage(source, 0, 0, width, height, null);
    } finally {
      graphics.dispose();
    }
    return target;
  }

  /** The samples of a gray image as they are: the JDK would convert them from linear light. */
  private static BufferedImage asStored(BufferedImage image) {
    if (image.getColorModel().getColorSpace().getType() != java.awt.color.ColorSpace.TYPE_GRAY) {
      return image;
    }
    BufferedImage rgb =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int sample = image.getRaster().getSample(x, y, 0);
        rgb.setRGB(x, y, sample << 16 | sample << 8 | sample);
      }
    }
    return rgb;
  }
}
