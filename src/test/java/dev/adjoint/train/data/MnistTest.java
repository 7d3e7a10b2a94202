package dev.adjoint.train.data;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MnistTest {
  @TempDir private Path folder;

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
    assertRefused(
        DataFormatException.class, () -> Mnist.read(folder), "starts with the number 2049");
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
    assertRefused(
        DataFormatException.class, () -> Mnist.read(folder), "2 x 1 x 3] bytes, but 7 follow");
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
    assertRefused(DataFormatException.class, () -> Mnist.read(folder), "damaged or cut off");
  }

  @Test
  void labelsOfOtherImagesAreRefused() throws IOException {
    writeMnist("");
    write("train-labels-idx1-ubyte", idx(new int[] {3}, (byte) 7, (byte) 1, (byte) 1));
    assertRefused(DataFormatException.class, () -> Mnist.read(folder), "has 2 images");
    write("train-labels-idx1-ubyte", idx(new int[] {2}, (byte) 7, (byte) 10));
    assertRefused(
        DataFormatException.class, () -> Mnist.read(folder), "the label of example 1 is 10");
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
}
