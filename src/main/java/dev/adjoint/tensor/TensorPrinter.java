package dev.adjoint.tensor;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Lays a tensor out as NumPy 2.4 does with its default options: 75 columns, above 1000 elements the
 * first and last three of each longer axis, all words of one width.
 */
final class TensorPrinter {
  private static final int LINE_WIDTH = 75;
  private static final int THRESHOLD = 1000;
  private static final int EDGE = 3;
  private static final String DOTS = "...";

  private final long[] sizes;
  private final boolean shortened;
  private final String[] words;
  private int next;

  private TensorPrinter(Tensor tensor) {
    sizes = tensor.shape().sizes();
    shortened = tensor.size() > THRESHOLD;
    words = words(tensor, shown(0, 0).toArray());
  }

  static String print(Tensor tensor) {
    if (tensor.size() == 0) {
      return "[]";
    }
    return tensor.rank() == 0 ? scalar(tensor) : new TensorPrinter(tensor).layout(0, " ");
  }

  private static String scalar(Tensor tensor) {
    return switch (tensor.dtype()) {
      case FLOAT32, FLOAT64 -> FloatFormat.scalar(tensor.getDouble(0), tensor.dtype());
      case INT32, INT64 -> Long.toString(tensor.getLong(0));
      case BOOL -> tensor.getBoolean(0) ? "True" : "False";
    };
  }

  private static String[] words(Tensor tensor, int[] shown) {
    return switch (tensor.dtype()) {
      case FLOAT32, FLOAT64 ->
          FloatFormat.words(
              IntStream.of(shown).mapToDouble(tensor::getDouble).toArray(), tensor.dtype());
      case INT32, INT64 ->
          alignRight(IntStream.of(shown).mapToObj(i -> Long.toString(tensor.getLong(i))).toList());
      case BOOL ->
          IntStream.of(shown)
              .mapToObj(i -> tensor.getBoolean(i) ? " True" : "False")
              .toArray(String[]::new);
    };
  }

  private static String[] alignRight(List<String> texts) {
    int width = texts.stream().mapToInt(String::length).max().orElse(0);
    return texts.stream()
        .map(text -> " ".repeat(width - text.length()) + text)
        .toArray(String[]::new);
  }

  /** The row-major indices of the elements that are printed, in that order. */
  private IntStream shown(int axis, int before) {
    if (axis == sizes.length) {
      return IntStream.of(before);
    }
    int size = (int) sizes[axis];
    return positions(axis).flatMap(i -> shown(axis + 1, before * size + i));
  }

  private IntStream positions(int axis) {
    int size = (int) sizes[axis];
    return isCut(axis)
        ? IntStream.concat(IntStream.range(0, EDGE), IntStream.range(size - EDGE, size))
        : IntStream.range(0, size);
  }

  private boolean isCut(int axis) {
    return shortened && sizes[axis] > 2 * EDGE;
  }

  private String layout(int axis, String indent) {
    String text = axis == sizes.length - 1 ? row(axis, indent) : block(axis, indent);
    return "[" + text.substring(indent.length()) + "]";
  }

  private String block(int axis, String indent) {
    String separator = "\n".repeat(sizes.length - 1 - axis);
    StringBuilder text = new StringBuilder();
    int count = (int) positions(axis).count();
    for (int i = 0; i < count; i++) {
      if (isCut(axis) && i == EDGE) {
        text.append(indent).append(DOTS).append(separator);
      }
      text.append(indent).append(layout(axis + 1, indent + " "));
      text.append(i < count - 1 ? separator : "");
    }
    return text.toString();
  }

  private String row(int axis, String indent) {
    // Every enclosing bracket may close at the end of the line and takes one column.
    int width = LINE_WIDTH - axis - 1;
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder(indent);
    int count = (int) positions(axis).count();
    for (int i = 0; i < count; i++) {
      if (isCut(axis) && i == EDGE) {
        extend(text, line, DOTS, width, indent);
        line.append(' ');
      }
      extend(text, line, words[next++], width, indent);
      line.append(i < count - 1 ? " " : "");
    }
    return text.append(line).toString();
  }

  private static void extend(
      StringBuilder text, StringBuilder line, String word, int width, String indent) {
    if (line.length() + word.length() > width && line.length() > indent.length()) {
      text.append(line.toString().stripTrailing()).append('\n');
      line.setLength(0);
      line.append(indent);
    }
    line.append(word);
  }
}
