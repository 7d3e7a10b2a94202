package dev.adjoint.train.data;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Image files, and folders of them. */
class ImagesTest {
  @TempDir private Path folder;

  private void image(String name, int width, int height, int rgb) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        image.setRGB(x, y, rgb);
      }
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile());
  }

  @Test
  void foldersAreClasses() throws IOException {
    image("dog/a.png", 4, 3, 0xff3300);
    image("dog/deep/b.jpg", 8, 6, 0xffffff);
    image("cat/c.PNG", 4, 3, 0x000000);
    Files.writeString(folder.resolve("dog/notes.txt"), "no image");
    Dataset data = ImageFolder.read(folder, Shape.of(3, 4, 3));
    assertEquals(List.of("cat", "dog"), data.classes());
    assertEquals(3, data.size());
    assertEquals(Tensor.vector(0, 1, 1), data.examples(0, 1, 2).get("label"));
    Tensor dog = data.examples(1).get("image");
    assertEquals(1, dog.at(0, 2, 3, 0));
    assertEquals(0.2, dog.at(0, 2, 3, 1), 1e-7);
    assertEquals(1, data.examples(2).get("image").getDouble(5), 0.02);
  }

  @Test
  void aGrayImageKeepsItsSamples() throws IOException {
    BufferedImage gray = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    gray.getRaster().setSample(0, 0, 0, 51);
    gray.getRaster().setSample(1, 0, 0, 204);
    Path file = folder.resolve("gray.png");
    ImageIO.write(gray, "png", file.toFile());
    assertArrayEquals(
        new float[] {0.2f, 0.8f}, ImageFile.read(file, Shape.of(1, 2, 1)).toFloats(), 1e-6f);
  }

  private Tensor read(BufferedImage image, long... sizes) throws IOException {
    Path file = folder.resolve("one.png");
    ImageIO.write(image, "png", file.toFile());
    return ImageFile.read(file, Shape.of(sizes));
  }

  @Test
  void aDeepGrayImageKeepsItsSamplesToo() throws IOException {
    BufferedImage gray = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    gray.getRaster().setSample(0, 0, 0, 51 * 257);
    gray.getRaster().setSample(1, 0, 0, 0xffff);
    assertArrayEquals(new float[] {0.2f, 1}, read(gray, 1, 2, 1).toFloats());
  }

  /** The JDK reads TIFF too, whose samples may be of other kinds. */
  @ParameterizedTest
  @ValueSource(ints = {DataBuffer.TYPE_INT, DataBuffer.TYPE_SHORT, DataBuffer.TYPE_FLOAT})
  void graysOfOtherSamplesAreRefused(int type) throws IOException {
    ColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY), false, false, Transparency.OPAQUE, type);
    BufferedImage gray =
        new BufferedImage(model, model.createCompatibleWritableRaster(2, 1), false, null);
    Path file = folder.resolve("gray.tiff");
    assertTrue(ImageIO.write(gray, "tiff", file.toFile()));
    assertRefused(
        DataFormatException.class,
        () -> ImageFile.read(file, Shape.of(1, 2, 1)),
        "Save it with 8 or 16 bits");
  }

  @Test
  void anImageTooHighToBeScaledIsRefused() throws IOException {
    BufferedImage high = new BufferedImage(1, 40_000, BufferedImage.TYPE_BYTE_GRAY);
    assertRefused(
        DataFormatException.class,
        () -> read(high, 1, 20_000, 3),
        "1x40000 pixels, too many to become 20000x1");
  }

  @Test
  void everyGrayIsItsPartOf255() throws IOException {
    BufferedImage gray = new BufferedImage(256, 1, BufferedImage.TYPE_INT_RGB);
    float[] parts = new float[256];
    for (int i = 0; i < 256; i++) {
      gray.setRGB(i, 0, i << 16 | i << 8 | i);
      parts[i] = i / 255f;
    }
    assertArrayEquals(parts, read(gray, 1, 256, 1).toFloats());
  }

  @Test
  void theTransparentStandsOnWhite() throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00123456);
    image.setRGB(1, 0, 0xff336699);
    image.setRGB(2, 0, 0x99ff0000);
    assertArrayEquals(
        new float[] {1, 1, 1, 0.2f, 0.4f, 0.6f, 1, 0.4f, 0.4f}, read(image, 1, 3, 3).toFloats());
  }

  @Test
  void whatShrinksIsAveragedAndWhatGrowsIsInterpolated() throws IOException {
    BufferedImage stripes = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 40; y++) {
      for (int x = 0; x < 40; x += 2) {
        stripes.setRGB(x, y, 0xffffff);
      }
    }
    for (float sample : read(stripes, 4, 4, 1).toFloats()) {
      assertEquals(0.5, sample, 0.02);
    }
    BufferedImage pair = new BufferedImage(1, 2, BufferedImage.TYPE_INT_RGB);
    pair.setRGB(0, 1, 0xffffff);
    assertArrayEquals(new float[] {0, 0.25f, 0.75f, 1}, read(pair, 4, 1, 1).toFloats());
  }

  @Test
  void aMissingFolderOfImagesIsNamed() {
    Path nowhere = folder.resolve("nowhere");
    NoSuchFileException error =
        assertThrows(NoSuchFileException.class, () -> ImageFolder.read(nowhere, Shape.of(3, 4, 1)));
    assertEquals(nowhere.toString(), error.getFile());
  }

  @Test
  void foldersWithoutImagesAndBrokenImagesAreRefused() throws IOException {
    assertRefused(
        DataFormatException.class,
        () -> ImageFolder.read(folder, Shape.of(3, 4, 1)),
        "has no sub-folder");
    Files.createDirectories(folder.resolve("cat"));
    assertRefused(
        DataFormatException.class,
        () -> ImageFolder.read(folder, Shape.of(3, 4, 1)),
        "holds no image");
    Files.writeString(folder.resolve("cat/a.png"), "no image");
    Dataset data = ImageFolder.read(folder, Shape.of(3, 4, 1));
    assertRefused(
        DataFormatException.class, () -> data.examples(0), "is no image that can be read");
    image("cat/a.png", 40, 30, 0x123456);
    byte[] whole = Files.readAllBytes(folder.resolve("cat/a.png"));
    Files.write(folder.resolve("cat/a.png"), Arrays.copyOf(whole, 60));
    assertRefused(DataFormatException.class, () -> data.examples(0), "damaged");
  }
}
