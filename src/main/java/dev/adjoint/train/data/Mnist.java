package dev.adjoint.train.data;

import dev.adjoint.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads the MNIST digits (LeCun, Cortes and Burges, 1998) and data sets in the same files, such as
 * Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017): {@code train-images-idx3-ubyte} and so on, with
 * or without {@code .gz}. Images are {@code [28, 28, 1]}, from 0 to 1.
 */
public final class Mnist {
  private static final List<String> DIGITS =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  private Mnist() {}

  /**
   * Reads both parts, the classes named by their digits.
   *
   * @throws NoSuchFileException if a file is missing
   * @throws DataFormatException if a file is damaged, or images and labels do not belong together
   */
  public static TrainTest read(Path folder) throws IOException {
    return read(folder, DIGITS);
  }

  /** As {@link #read(Path)}, with other names of the classes. */
  public static TrainTest read(Path folder, List<String> classes) throws IOException {
    return new TrainTest(part(folder, "train", classes), part(folder, "t10k", classes));
  }

  /**
   * Reads the test images only, the classes named by their digits; the training images may be
   * missing.
   *
   * @throws NoSuchFileException if a file is missing
   * @throws DataFormatException as {@link #read(Path)} does
   */
  public static Dataset readTest(Path folder) throws IOException {
    return part(folder, "t10k", DIGITS);
  }

  private static ByteImages part(Path folder, String part, List<String> classes)
      throws IOException {
    return read(find(folder, part + "-images", 3), find(folder, part + "-labels", 1), classes);
  }

  /** Reads one file of images and the labels that belong to them. */
  public static ByteImages read(Path images, Path labels, List<String> classes) throws IOException {
    Idx pixels = Idx.read(images, 3);
    Idx numbers = Idx.read(labels, 1);
    if (pixels.size(0) != numbers.size(0)) {
      throw new DataFormatException(
          "%s has %d images, %s has %d labels. They do not belong together."
              .formatted(images, pixels.size(0), labels, numbers.size(0)));
    }
    requireLabels(labels, numbers.elements(), classes.size());
    Shape shape = Shape.of(pixels.size(1), pixels.size(2), 1);
    return new ByteImages(pixels.elements(), numbers.elements(), shape, classes);
  }

  static void requireLabels(Path file, byte[] labels, int classes) throws DataFormatException {
    for (int i = 0; i < labels.length; i++) {
      if ((labels[i] & 0xff) >= classes) {
        throw new DataFormatException(
            "%s: the label of example %d is %d, but there are %d classes, numbered from 0."
                .formatted(file, i, labels[i] & 0xff, classes));
      }
    }
  }

  private static Path find(Path folder, String stem, int rank) throws IOException {
    List<Path> candidates =
        Stream.of("-idx%d-ubyte.gz", "-idx%d-ubyte", ".idx%d-ubyte.gz", ".idx%d-ubyte")
            .map(form -> folder.resolve(stem + form.formatted(rank)))
            .toList();
    return candidates.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(() -> {
          String plain = folder.resolve("%s-idx%d-ubyte".formatted(stem, rank)).toString();
          return new NoSuchFileException(plain, null, "plain or as .gz");
        });
  }
}
