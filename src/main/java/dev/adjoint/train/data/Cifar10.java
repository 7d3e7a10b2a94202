package dev.adjoint.train.data;

import dev.adjoint.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the binary version of CIFAR-10 (Krizhevsky, 2009): {@code data_batch_1.bin} to {@code
 * data_batch_5.bin} and {@code test_batch.bin}, each of records of one label and 3072 samples,
 * planes of red, green and blue. Images are {@code [32, 32, 3]}, from 0 to 1.
 */
public final class Cifar10 {
  private static final int SIDE = 32;
  private static final int CHANNELS = 3;
  private static final int PLANE = SIDE * SIDE;
  private static final int RECORD = 1 + CHANNELS * PLANE;
  private static final int TRAIN_FILES = 5;
  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private Cifar10() {}

  /**
   * Reads both parts from a folder.
   *
   * @throws java.nio.file.NoSuchFileException if a file is missing
   * @throws DataFormatException if a file is no list of records, or a label is no class
   */
  public static TrainTest read(Path folder) throws IOException {
    Path[] train = new Path[TRAIN_FILES];
    for (int i = 0; i < TRAIN_FILES; i++) {
      train[i] = folder.resolve("data_batch_%d.bin".formatted(i + 1));
    }
    return new TrainTest(readFiles(train), readFiles(folder.resolve("test_batch.bin")));
  }

  /** Reads some files, one after the other. */
  public static ByteImages readFiles(Path... files) throws IOException {
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    ByteArrayOutputStream samples = new ByteArrayOutputStream();
    for (Path file : files) {
      byte[] bytes = Bytes.read(file);
      if (bytes.length == 0 || bytes.length % RECORD != 0) {
        throw new DataFormatException(
            "%s has %d bytes; a CIFAR-10 file is a number of records of %d bytes. It is of another format or cut off."
                .formatted(file, bytes.length, RECORD));
      }
      byte[] own = new byte[bytes.length / RECORD];
      for (int i = 0; i < own.length; i++) {
        own[i] = bytes[i * RECORD];
        samples.writeBytes(interleaved(bytes, i * RECORD + 1));
      }
      Mnist.requireLabels(file, own, CLASSES.size());
      labels.writeBytes(own);
    }
    Shape shape = Shape.of(SIDE, SIDE, CHANNELS);
    return new ByteImages(samples.toByteArray(), labels.toByteArray(), shape, CLASSES);
  }

  private static byte[] interleaved(byte[] planes, int from) {
    byte[] image = new byte[CHANNELS * PLANE];
    for (int channel = 0; channel < CHANNELS; channel++) {
      for (int i = 0; i < PLANE; i++) {
        image[i * CHANNELS + channel] = planes[from + channel * PLANE + i];
      }
    }
    return image;
  }
}
