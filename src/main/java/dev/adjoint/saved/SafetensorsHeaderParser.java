package dev.adjoint.saved;

import dev.adjoint.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the header of a safetensors file that anybody may have made: an object in JSON, in which
 * only what the layout has may stand. Nothing in it nests deeper than three levels, so no text
 * makes it recurse, and it takes time and memory in proportion to the header.
 */
final class SafetensorsHeaderParser {
  private static final int LONGEST_NUMBER = 19;

  private final String text;
  private int at;

  private SafetensorsHeaderParser(String text) {
    this.text = text;
  }

  /**
   * The header, whose tensors fill {@code dataBytes} without a hole, an overlap or a rest.
   *
   * @throws SavedGraphException if it is no such header
   */
  static SafetensorsHeader parse(byte[] header, long dataBytes) throws SavedGraphException {
    if (header.length == 0 || header[0] != '{') {
      throw damaged("their header does not start with '{'");
    }
    SafetensorsHeaderParser parser = new SafetensorsHeaderParser(decode(header));
    SafetensorsHeader parsed = parser.header();
    parser.requireEnd();
    return new SafetensorsHeader(inOrder(parsed.entries(), dataBytes), parsed.metadata());
  }

  private static String decode(byte[] header) throws SavedGraphException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
    } catch (CharacterCodingException e) {
      throw damaged("their header is not UTF-8");
    }
  }

  private static Map<String, SafetensorsHeader.Entry> inOrder(
      Map<String, SafetensorsHeader.Entry> entries, long dataBytes) throws SavedGraphException {
    List<Map.Entry<String, SafetensorsHeader.Entry>> order = new ArrayList<>(entries.entrySet());
    order.sort(
        Comparator.<Map.Entry<String, SafetensorsHeader.Entry>>comparingLong(
                entry -> entry.getValue().begin())
            .thenComparingLong(entry -> entry.getValue().end()));
    Map<String, SafetensorsHeader.Entry> sorted = new LinkedHashMap<>();
    long expected = 0;
    for (Map.Entry<String, SafetensorsHeader.Entry> entry : order) {
      SafetensorsHeader.Entry tensor = entry.getValue();
      if (tensor.begin() != expected) {
        throw damaged(
            "the tensor '%s' starts at byte %d, the one before it ends at %d"
                .formatted(Excerpts.of(entry.getKey()), tensor.begin(), expected));
      }
      expected = tensor.end();
      sorted.put(entry.getKey(), tensor);
    }
    if (expected != dataBytes) {
      throw damaged(
          "their header describes %d bytes, the file has %d".formatted(expected, dataBytes));
    }
    return sorted;
  }

  private SafetensorsHeader header() throws SavedGraphException {
    Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    boolean described = false;
    expect('{');
    for (boolean first = true; next('}', first); first = false) {
      String name = string();
      expect(':');
      if (name.equals(SafetensorsHeader.METADATA)) {
        if (described) {
          throw damaged("their header has '%s' twice".formatted(SafetensorsHeader.METADATA));
        }
        described = true;
        words(metadata);
      } else if (entries.put(name, entry(name)) != null) {
        throw damaged("their header has '%s' twice".formatted(Excerpts.of(name)));
      }
    }
    return new SafetensorsHeader(entries, metadata);
  }

  private void words(Map<String, String> metadata) throws SavedGraphException {
    expect('{');
    for (boolean first = true; next('}', first); first = false) {
      String key = string();
      expect(':');
      if (metadata.put(key, string()) != null) {
        throw damaged("their metadata has '%s' twice".formatted(Excerpts.of(key)));
      }
    }
  }

  private SafetensorsHeader.Entry entry(String name) throws SavedGraphException {
    Optional<String> type = Optional.empty();
    Optional<List<Long>> sizes = Optional.empty();
    Optional<List<Long>> offsets = Optional.empty();
    expect('{');
    for (boolean first = true; next('}', first); first = false) {
      String key = string();
      expect(':');
      switch (key) {
        case "dtype" -> type = once(type, string(), name, key);
        case "shape" -> sizes = once(sizes, numbers(Shape.MAX_RANK), name, key);
        case "data_offsets" -> offsets = once(offsets, numbers(2), name, key);
        default ->
            throw damaged(
                "the tensor '%s' has the field '%s', which the layout does not know"
                    .formatted(Excerpts.of(name), Excerpts.of(key)));
      }
    }
    if (type.isEmpty() || sizes.isEmpty() || offsets.isEmpty() || offsets.get().size() != 2) {
      throw damaged(
          "the tensor '%s' lacks its dtype, shape or data_offsets".formatted(Excerpts.of(name)));
    }
    return entry(name, type.get(), sizes.get(), offsets.get());
  }

  private static <T> Optional<T> once(Optional<T> before, T value, String name, String key)
      throws SavedGraphException {
    if (before.isPresent()) {
      throw damaged("the tensor '%s' has '%s' twice".formatted(Excerpts.of(name), key));
    }
    return Optional.of(value);
  }

  private static SafetensorsHeader.Entry entry(
      String name, String type, List<Long> sizes, List<Long> offsets) throws SavedGraphException {
    StoredType stored = storedType(name, type);
    long begin = offsets.get(0);
    long end = offsets.get(1);
    try {
      Shape shape = Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
      long bytes = Math.multiplyExact(shape.elementCount(), stored.byteSize());
      if (begin <= end && end - begin == bytes && shape.elementCount() <= Integer.MAX_VALUE - 8) {
        return new SafetensorsHeader.Entry(stored, shape, begin, end);
      }
    } catch (ArithmeticException _) {
      // More elements than a long counts: no offsets fit them either.
    }
    throw damaged(
        "the tensor '%s' of %s %s cannot lie in bytes %d to %d"
            .formatted(Excerpts.of(name), stored, sizes, begin, end));
  }

  private static StoredType storedType(String name, String type) throws SavedGraphException {
    for (StoredType stored : StoredType.values()) {
      if (stored.name().equals(type)) {
        return stored;
      }
    }
    throw new SavedGraphException(
        "The weights hold the tensor '%s' of the type '%s', which this build does not know. Use a newer Adjoint."
            .formatted(Excerpts.of(name), Excerpts.of(type)));
  }

  /** Whether another element follows; steps over the comma before it or over the closing mark. */
  private boolean next(char close, boolean first) throws SavedGraphException {
    char c = peek();
    if (c == close) {
      at++;
      return false;
    }
    if (!first) {
      expect(',');
    }
    return true;
  }

  private List<Long> numbers(int most) throws SavedGraphException {
    List<Long> numbers = new ArrayList<>();
    expect('[');
    for (boolean first = true; next(']', first); first = false) {
      if (numbers.size() == most) {
        throw damaged("their header has a list of more than %d numbers".formatted(most));
      }
      numbers.add(number());
    }
    return numbers;
  }

  private long number() throws SavedGraphException {
    peek();
    int start = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    String digits = text.substring(start, at);
    boolean leading = digits.length() > 1 && digits.startsWith("0");
    if (digits.isEmpty() || digits.length() > LONGEST_NUMBER || leading) {
      throw damaged("their header should have a number at character %d".formatted(start));
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw damaged("the number %s of their header is too large".formatted(digits));
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private String string() throws SavedGraphException {
    expect('"');
    StringBuilder value = new StringBuilder();
    for (char c = character(); c != '"'; c = character()) {
      if (c < ' ') {
        throw damaged("their header has a bare control character at %d".formatted(at - 1));
      }
      value.append(c == '\\' ? escaped() : c);
    }
    return value.toString();
  }

  private char escaped() throws SavedGraphException {
    char c = character();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hexadecimal();
      default -> throw damaged("their header has a wrong escape at character %d".formatted(at));
    };
  }

  private char hexadecimal() throws SavedGraphException {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(character(), 16);
      if (digit < 0) {
        throw damaged("their header has a wrong escape at character %d".formatted(at));
      }
      code = code << 4 | digit;
    }
    return (char) code;
  }

  private char character() throws SavedGraphException {
    if (at == text.length()) {
      throw damaged("their header ends in the middle");
    }
    return text.charAt(at++);
  }

  /** The next character that is not a space, which stays there. */
  private char peek() throws SavedGraphException {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      throw damaged("their header ends in the middle");
    }
    return text.charAt(at);
  }

  private void expect(char wanted) throws SavedGraphException {
    char found = peek();
    if (found != wanted) {
      throw damaged(
          "their header should have '%s' at character %d, it has '%s'"
              .formatted(wanted, at, Excerpts.of(String.valueOf(found))));
    }
    at++;
  }

  private void requireEnd() throws SavedGraphException {
    for (; at < text.length(); at++) {
      if (!isSpace(text.charAt(at))) {
        throw damaged("something follows their header's end at character %d".formatted(at));
      }
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  static SavedGraphException damaged(String what) {
    return new SavedGraphException(
        "The weights are damaged: %s. Take another copy of them.".formatted(what));
  }
}
