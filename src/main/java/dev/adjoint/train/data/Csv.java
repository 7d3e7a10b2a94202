package dev.adjoint.train.data;

import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Reads tables of numbers with a label a row from comma-separated text (RFC 4180, UTF-8), whose
 * first row names the columns. The label column may hold any words; each different one is a class.
 * Leaves {@code features} FLOAT32 {@code [columns]} and {@code label}.
 */
public final class Csv {
  /** The column of the numbers of a row. */
  public static final String FEATURES = "features";

  private Csv() {}

  /**
   * Reads a file.
   *
   * @param labelColumn the name of the column with the labels; all others are features
   * @throws DataFormatException if there is no such column, a row has more or fewer fields than the
   *     first, a feature is no finite number, or a quote is not closed; with the line at fault
   */
  public static Dataset read(Path file, String labelColumn) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new DataFormatException("%s is not text in UTF-8.".formatted(file), e);
    }
    List<CsvRow> rows = new CsvParser(file, text).rows();
    if (rows.size() < 2) {
      throw new DataFormatException(
          "%s has %d rows. The first must name the columns, the others are examples."
              .formatted(file, rows.size()));
    }
    List<String> header = rows.getFirst().fields();
    int label = header.indexOf(labelColumn);
    if (label < 0) {
      throw new DataFormatException(
          "%s has no column '%s', only %s.".formatted(file, labelColumn, header));
    }
    return table(file, rows.subList(1, rows.size()), header, label);
  }

  private static Dataset table(Path file, List<CsvRow> rows, List<String> header, int label)
      throws DataFormatException {
    int width = header.size() - 1;
    float[] features = new float[rows.size() * width];
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      CsvRow row = rows.get(i);
      if (row.fields().size() != header.size()) {
        throw new DataFormatException(
            "%s, line %d: the row has %d fields, the first row names %d columns."
                .formatted(file, row.line(), row.fields().size(), header.size()));
      }
      for (int column = 0, k = i * width; column < header.size(); column++) {
        if (column != label) {
          features[k++] = number(file, row, header.get(column), row.fields().get(column));
        }
      }
      labels.add(row.fields().get(label));
    }
    List<String> classes = List.copyOf(new TreeSet<>(labels));
    int[] numbers = labels.stream().mapToInt(classes::indexOf).toArray();
    return new NamedClasses(
        TensorDataset.of(
            Map.of(
                FEATURES,
                Tensor.of(features, rows.size(), width),
                Dataset.LABEL,
                Tensor.vector(numbers))),
        classes);
  }

  private static float number(Path file, CsvRow row, String column, String field)
      throws DataFormatException {
    float value;
    try {
      value = Float.parseFloat(field.strip());
    } catch (NumberFormatException _) {
      value = Float.NaN;
    }
    if (!Float.isFinite(value)) {
      throw new DataFormatException(
          "%s, line %d: '%s' in the column '%s' is no finite number."
              .formatted(file, row.line(), field, column));
    }
    return value;
  }
}
