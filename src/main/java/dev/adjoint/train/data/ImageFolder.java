package dev.adjoint.train.data;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Images in folders: each sub-folder is a class of its name, in alphabetical order, and holds its
 * images, also in folders below it. Images are read when they are asked for.
 */
public final class ImageFolder implements Dataset {
  private static final Set<String> SUFFIXES = Set.of("png", "jpg", "jpeg", "gif", "bmp");

  private record Entry(Path file, int label) {}

  private final List<Entry> entries;
  private final List<String> classes;
  private final Shape shape;

  private ImageFolder(List<Entry> entries, List<String> classes, Shape shape) {
    this.entries = List.copyOf(entries);
    this.classes = List.copyOf(classes);
    this.shape = shape;
  }

  /**
   * Lists a folder.
   *
   * @param shape height, width and channels (1 or 3) that every image is brought to
   * @throws DataFormatException if there is no sub-folder, or one without images
   */
  public static ImageFolder read(Path folder, Shape shape) throws IOException {
    List<Path> folders = list(folder, Files::isDirectory);
    if (folders.isEmpty()) {
      throw new DataFormatException(
          "%s has no sub-folder. Put the images of each class into a folder of its name."
              .formatted(folder));
    }
    List<Entry> entries = new ArrayList<>();
    for (int label = 0; label < folders.size(); label++) {
      List<Path> images = images(folders.get(label));
      if (images.isEmpty()) {
        throw new DataFormatException(
            "%s holds no image (%s).".formatted(folders.get(label), String.join(", ", SUFFIXES)));
      }
      for (Path image : images) {
        entries.add(new Entry(image, label));
      }
    }
    List<String> classes = folders.stream().map(f -> f.getFileName().toString()).toList();
    return new ImageFolder(entries, classes, shape);
  }

  private static List<Path> list(Path folder, java.util.function.Predicate<Path> kept)
      throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(kept).filter(file -> !isHidden(file)).sorted().toList();
    }
  }

  private static List<Path> images(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(ImageFolder::isImage).sorted().toList();
    }
  }

  private static boolean isHidden(Path file) {
    return file.getFileName().toString().startsWith(".");
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !isHidden(file) && SUFFIXES.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public Map<String, TensorType> columns() {
    return ImmutableMap.of(
        IMAGE, new TensorType(DType.FLOAT32, shape), LABEL, TensorType.of(DType.INT32));
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public Map<String, Tensor> examples(int... indices) throws IOException {
    int imageSize = Math.toIntExact(shape.elementCount());
    float[] images = new float[indices.length * imageSize];
    int[] labels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      Entry entry = entries.get(DatasetSlice.requireExample(indices[i], entries.size()));
      ImageFile.read(entry.file(), shape).copyTo(images, i * imageSize);
      labels[i] = entry.label();
    }
    Shape batch = shape.insert(0, Dim.of(indices.length));
    return ImmutableMap.of(IMAGE, Tensor.adopt(images, batch), LABEL, Tensor.vector(labels));
  }
}
