package dev.adjoint.train.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits text into rows and fields as RFC 4180 says; rows end in CR LF or LF, empty ones count not.
 */
final class CsvParser {
  private final Path file;
  private final String text;
  private int at;
  private int line = 1;

  CsvParser(Path file, String text) {
    this.file = file;
    this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  List<CsvRow> rows() throws DataFormatException {
    List<CsvRow> rows = new ArrayList<>();
    while (at < text.length()) {
      int start = line;
      List<String> fields = row();
      if (fields.size() > 1 || !fields.getFirst().isEmpty()) {
        rows.add(new CsvRow(start, fields));
      }
    }
    return rows;
  }

  private List<String> row() throws DataFormatException {
    List<String> fields = new ArrayList<>();
    do {
      fields.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
    } while (take(','));
    take('\r');
    if (at < text.length() && !take('\n')) {
      throw new DataFormatException(
          "%s, line %d: '%c' follows a closed quote, where a comma or the row's end must stand."
              .formatted(file, line, text.charAt(at)));
    }
    line++;
    return fields;
  }

  private String plain() throws DataFormatException {
    int start = at;
    while (at < text.length() && !isEnd(at)) {
      if (text.charAt(at) == '"') {
        throw new DataFormatException(
            "%s, line %d: a quote stands inside a field. Quote the whole field and double the quote."
                .formatted(file, line));
      }
      at++;
    }
    return text.substring(start, at);
  }

  private boolean isEnd(int index) {
    char c = text.charAt(index);
    return c == ',' || c == '\n' || (c == '\r' && text.startsWith("\n", index + 1));
  }

  private String quoted() throws DataFormatException {
    int start = line;
    StringBuilder field = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"' && !take('"')) {
        return field.toString();
      }
      line += c == '\n' ? 1 : 0;
      field.append(c);
    }
    throw new DataFormatException(
        "%s, line %d: the quote that opens here is not closed.".formatted(file, start));
  }

  private boolean take(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }
}
