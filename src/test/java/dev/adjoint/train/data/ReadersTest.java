package dev.adjoint.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Npy;
import dev.adjoint.tensor.Npz;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadersTest {
  @TempDir private Path folder;

  // MNIST.

  private static byte[] idx(int[] sizes, byte... elements) {
    ByteBuffer file = ByteBuffer.allocate(4 + 4 * sizes.length + elements.length);
    file.putInt(0x0800 | sizes.length);
    Arrays.stream(sizes).forEach(file::putInt);
    return file.put(elements).array();
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    if (name.endsWith(".gz")) {
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write(bytes);
      }
    } else {
      Files.write(file, bytes);
    }
  }

  private static byte[] twoImages() {
    return idx(
        new int[] {2, 1, 3}, (byte) 0, (byte) 51, (byte) 255, (byte) 102, (byte) 0, (byte) 0);
  }

  private void writeMnist(String suffix) throws IOException {
    for (String part : List.of("train", "t10k")) {
      write(part + "-images-idx3-ubyte" + suffix, twoImages());
      write(part + "-labels-idx1-ubyte" + suffix, idx(new int[] {2}, (byte) 7, (byte) 1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".gz"})
  void mnistIsReadPlainAndCompressed(String suffix) throws IOException {
    writeMnist(suffix);
    Dataset test = Mnist.read(folder).test();
    assertEquals(2, test.size());
    assertEquals(10, test.classes().size());
    assertEquals(TensorType.of(DType.FLOAT32, 1, 3, 1), test.columns().get("image"));
    Map<String, Tensor> swapped = test.examples(1, 0);
    assertEquals(Tensor.of(new float[] {0.4f, 0, 0, 0, 0.2f, 1}, 2, 1, 3, 1), swapped.get("image"));
    assertEquals(Tensor.vector(1, 7), swapped.get("label"));
    assertThrows(IndexOutOfBoundsException.class, () -> test.examples(2));
    assertThrows(IndexOutOfBoundsException.class, () -> test.slice(1, 2).examples(1));
    assertEquals(Tensor.vector(1), test.slice(1, 2).examples(0).get("label"));
  }

  private static void assertRefused(String words, Executable reading) {
    DataFormatException error = assertThrows(DataFormatException.class, reading);
    assertTrue(error.getMessage().contains(words), error.getMessage());
  }

  @Test
  void anotherMagicNumberIsRefused() throws IOException {
    writeMnist("");
    write(
        "t10k-images-idx3-ubyte",
        idx(
            new int[] {2},
            (byte) 7,
            (byte) 1,
            (byte) 0,
            (byte) 0,
            (byte) 0,
            (byte) 0,
            (byte) 0,
            (byte) 0));
    assertRefused("starts with the number 2049", () -> Mnist.read(folder));
  }

  @Test
  void aFileThatIsCutOffIsRefusedAtAnyLength() throws IOException {
    writeMnist("");
    byte[] whole = twoImages();
    for (int length = 0; length < whole.length; length++) {
      write("t10k-images-idx3-ubyte", Arrays.copyOf(whole, length));
      assertThrows(DataFormatException.class, () -> Mnist.read(folder));
    }
    write("t10k-images-idx3-ubyte", Arrays.copyOf(whole, whole.length + 1));
    assertRefused("2 x 1 x 3] bytes, but 7 follow", () -> Mnist.read(folder));
  }

  @Test
  void sizesThatOverflowAreRefused() throws IOException {
    writeMnist("");
    write("t10k-images-idx3-ubyte", idx(new int[] {1 << 30, 1 << 30, 16}));
    assertThrows(DataFormatException.class, () -> Mnist.read(folder));
    write("t10k-images-idx3-ubyte", idx(new int[] {-1, 0, 16}));
    assertThrows(DataFormatException.class, () -> Mnist.read(folder));
  }

  @Test
  void aDamagedArchiveIsRefused() throws IOException {
    writeMnist(".gz");
    Path file = folder.resolve("train-images-idx3-ubyte.gz");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 5));
    assertRefused("damaged or cut off", () -> Mnist.read(folder));
  }

  @Test
  void labelsOfOtherImagesAreRefused() throws IOException {
    writeMnist("");
    write("train-labels-idx1-ubyte", idx(new int[] {3}, (byte) 7, (byte) 1, (byte) 1));
    assertRefused("has 2 images", () -> Mnist.read(folder));
    write("train-labels-idx1-ubyte", idx(new int[] {2}, (byte) 7, (byte) 10));
    assertRefused("the label of example 1 is 10", () -> Mnist.read(folder));
  }

  @Test
  void aMissingFileIsNamed() {
    NoSuchFileException error = assertThrows(NoSuchFileException.class, () -> Mnist.read(folder));
    assertTrue(error.getFile().endsWith("train-images-idx3-ubyte"), error::getMessage);
    assertTrue(error.getReason().contains("plain or as .gz"), error::getMessage);
  }

  @Test
  void theTestImagesAreReadAlone() throws IOException {
    writeMnist("");
    Files.delete(folder.resolve("train-images-idx3-ubyte"));
    assertEquals(2, Mnist.readTest(folder).size());
    assertThrows(NoSuchFileException.class, () -> Mnist.read(folder));
  }

  @Test
  void examplesThatAreNotThereAreRefusedInWords() {
    Dataset digits = StrokeDigits.of(1, 10);
    assertSays("from 5 to 1000 does not lie in a data set of 10", () -> digits.slice(5, 1000));
    assertSays("from 5 to 3 does not lie", () -> digits.slice(5, 3));
    assertSays("no example 10000 in a data set of 10", () -> digits.examples(10_000));
    assertSays("no example 3 in a data set of 2", () -> digits.slice(5, 7).examples(3));
  }

  private static void assertSays(String expected, Executable access) {
    IndexOutOfBoundsException e = assertThrows(IndexOutOfBoundsException.class, access);
    assertTrue(e.getMessage().contains(expected), e::getMessage);
  }

  // CIFAR-10.

  @Test
  void cifarPlanesBecomeChannels() throws IOException {
    byte[] record = new byte[3073];
    record[0] = 9;
    record[1] = (byte) 255;
    record[1 + 1024] = 51;
    record[1 + 2 * 1024 + 1] = 102;
    Path file = Files.write(folder.resolve("batch.bin"), record);
    ByteImages images = Cifar10.readFiles(file, file);
    assertEquals(2, images.size());
    Tensor image = images.examples(1).get("image");
    assertEquals(1, image.at(0, 0, 0, 0));
    assertEquals(0.2, image.at(0, 0, 0, 1), 1e-7);
    assertEquals(0.4, image.at(0, 0, 1, 2), 1e-7);
    assertEquals("truck", images.classes().get((int) images.examples(0).get("label").getLong(0)));

    Files.write(file, Arrays.copyOf(record, 3072));
    assertRefused("has 3072 bytes", () -> Cifar10.readFiles(file));
    record[0] = 10;
    Files.write(file, record);
    assertRefused("the label of example 0 is 10", () -> Cifar10.readFiles(file));
  }

  // NumPy.

  @Test
  void numpyArraysAreColumns() throws IOException {
    Tensor x = Tensor.nested(new double[][] {{1, 2}, {3, 4}, {5, 6}});
    Tensor label = Tensor.vector(2L, 0L, 1L);
    Path npz = folder.resolve("data.npz");
    Npz.write(npz, Map.of("x", x, "label", label));
    Dataset data = TensorDataset.readNpz(npz);
    assertEquals(3, data.size());
    assertEquals(List.of("0", "1", "2"), data.classes());
    assertEquals(Tensor.nested(new double[][] {{5, 6}, {1, 2}}), data.examples(2, 0).get("x"));
    assertEquals(Tensor.vector(1, 2), data.examples(2, 0).get("label"));

    Path one = folder.resolve("x.npy");
    Path other = folder.resolve("y.npy");
    Npy.write(one, x);
    Npy.write(other, Tensor.vector(1f));
    assertEquals(3, TensorDataset.readNpy(Map.of("x", one)).size());
    assertRefused(
        "They must have as many", () -> TensorDataset.readNpy(Map.of("x", one, "y", other)));
    Npz.write(npz, Map.of("x", x, "label", Tensor.vector(0, -1, 2)));
    assertRefused("The label of example 1 is -1", () -> TensorDataset.readNpz(npz));
  }

  // Images.

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
    assertRefused("Save it with 8 or 16 bits", () -> ImageFile.read(file, Shape.of(1, 2, 1)));
  }

  @Test
  void anImageTooHighToBeScaledIsRefused() throws IOException {
    BufferedImage high = new BufferedImage(1, 40_000, BufferedImage.TYPE_BYTE_GRAY);
    assertRefused("1x40000 pixels, too many to become 20000x1", () -> read(high, 1, 20_000, 3));
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
    assertRefused("has no sub-folder", () -> ImageFolder.read(folder, Shape.of(3, 4, 1)));
    Files.createDirectories(folder.resolve("cat"));
    assertRefused("holds no image", () -> ImageFolder.read(folder, Shape.of(3, 4, 1)));
    Files.writeString(folder.resolve("cat/a.png"), "no image");
    Dataset data = ImageFolder.read(folder, Shape.of(3, 4, 1));
    assertRefused("is no image that can be read", () -> data.examples(0));
    image("cat/a.png", 40, 30, 0x123456);
    byte[] whole = Files.readAllBytes(folder.resolve("cat/a.png"));
    Files.write(folder.resolve("cat/a.png"), Arrays.copyOf(whole, 60));
    assertRefused("damaged", () -> data.examples(0));
  }

  // CSV.

  private Dataset csv(String text) throws IOException {
    return Csv.read(Files.writeString(folder.resolve("table.csv"), text), "kind");
  }

  @Test
  void tablesHaveFeaturesAndLabels() throws IOException {
    Dataset data = csv("a,\"b, c\",kind\r\n1,2.5,\"a \"\"cat\"\"\"\r\n-3e2,0.25,dog\r\n7,8,dog");
    assertEquals(3, data.size());
    assertEquals(List.of("a \"cat\"", "dog"), data.classes());
    Map<String, Tensor> rows = data.examples(1, 0);
    assertEquals(Tensor.nested(new float[][] {{-300, 0.25f}, {1, 2.5f}}), rows.get("features"));
    assertEquals(Tensor.vector(1, 0), rows.get("label"));
  }

  @Test
  void tablesAtFaultAreRefusedWithTheirLine() {
    assertRefused("has no column 'kind'", () -> csv("a,b\n1,2\n"));
    assertRefused("has 1 rows", () -> csv("a,kind\n"));
    assertRefused("line 3: the row has 3 fields", () -> csv("a,kind\n1,x\n1,2,x\n"));
    assertRefused("line 2: 'one' in the column 'a'", () -> csv("a,kind\none,x\n"));
    assertRefused("line 2: 'NaN' in the column 'a'", () -> csv("a,kind\nNaN,x\n"));
    assertRefused("line 2: the quote that opens", () -> csv("a,kind\n1,\"x\n"));
    assertRefused("line 2: 'y' follows a closed quote", () -> csv("a,kind\n1,\"x\"y\n"));
    assertRefused("line 2: a quote stands inside", () -> csv("a,kind\n1,x\"y\n"));
  }
}
