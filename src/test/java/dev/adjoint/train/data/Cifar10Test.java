package dev.adjoint.train.data;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test {
  @TempDir private Path folder;

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
    assertRefused(DataFormatException.class, () -> Cifar10.readFiles(file), "has 3072 bytes");
    record[0] = 10;
    Files.write(file, record);
    assertRefused(
        DataFormatException.class, () -> Cifar10.readFiles(file), "the label of example 0 is 10");
  }
}
