package dev.adjoint.graph;

import dev.adjoint.tensor.TensorType;
import java.util.HexFormat;
import java.util.function.Function;

/** A position in a text that is being read. Every error says the line and what stands there. */
public final class TextCursor {
  /** An error that says where it is already. */
  static final class Misread extends GraphException {
    private static final long serialVersionUID = 1;

    private Misread(String message) {
      super(message);
    }
  }

  /** What a short text may make in memory through values that it repeats, in bytes. */
  private static final long REPEATED_BYTES = 1L << 30;

  private final String text;
  private int position;
  private long repeatable = REPEATED_BYTES;

  /** A cursor at the start of {@code text}. */
  public TextCursor(String text) {
    this.text = text;
  }

  /** Whether only white space is left. */
  public boolean atEnd() {
    skipSpace();
    return position == text.length();
  }

  /** Whether {@code token} is next. */
  public boolean isNext(String token) {
    skipSpace();
    return text.startsWith(token, position);
  }

  /** Goes past {@code token} if it is next. */
  public boolean accept(String token) {
    if (!isNext(token)) {
      return false;
    }
    position += token.length();
    return true;
  }

  /** Goes past {@code token}, or raises an error. */
  public void expect(String token) {
    if (!accept(token)) {
      throw error("expected '%s'".formatted(token));
    }
  }

  /** Reads letters, digits and underscores. */
  public String word() {
    return read("a word", c -> Character.isLetterOrDigit(c) || c == '_');
  }

  /** Reads a node's name: a path of scopes. */
  public String path() {
    return read("a name", TextCursor::isPathCharacter);
  }

  /** Whether a node can have the name: a path of scopes, none of them empty. */
  static boolean isPath(String name) {
    return !name.isEmpty()
        && name.charAt(0) != '/'
        && name.charAt(name.length() - 1) != '/'
        && !name.contains("//")
        && hasOnlyPathCharacters(name);
  }

  private static boolean hasOnlyPathCharacters(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isPathCharacter(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPathCharacter(int c) {
    return c < 128 && (Character.isLetterOrDigit(c) || "_./-".indexOf(c) >= 0);
  }

  /** Reads a whole number. */
  public long integer() {
    return convert(read("an integer", c -> Character.isDigit(c) || c == '-'), Long::parseLong);
  }

  /** Reads a number as {@link Double#toString} writes it. */
  public double real() {
    return convert(number(), Double::parseDouble);
  }

  /** Reads the text of a number. */
  String number() {
    return read("a number", c -> Character.isLetterOrDigit(c) || "+-.".indexOf(c) >= 0);
  }

  /** Reads {@code true} or {@code false}. */
  public boolean flag() {
    if (accept("true")) {
      return true;
    }
    expect("false");
    return false;
  }

  /** Reads up to the next comma or closing bracket outside any parentheses. */
  public String expression() {
    skipSpace();
    int start = position;
    int depth = 0;
    while (position < text.length()) {
      char c = text.charAt(position);
      if (depth == 0 && (c == ',' || c == ']' || c == '}' || c == ')')) {
        break;
      }
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      position++;
    }
    return text.substring(start, position);
  }

  /** Reads from {@code [} up to the next {@code ]}, both included. */
  public String bracketed() {
    skipSpace();
    int start = position;
    expect("[");
    int end = text.indexOf(']', position);
    if (end < 0) {
      throw error("expected ']'");
    }
    position = end + 1;
    return text.substring(start, position);
  }

  /** Reads a type such as {@code f32[N, 28]}. */
  public TensorType type() {
    return convert(word() + bracketed(), TensorType::parse);
  }

  /** Reads a text in double quotes, as {@link #quote} writes it. */
  public String quoted() {
    expect("\"");
    StringBuilder value = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        return value.toString();
      }
      value.append(c == '\\' ? escaped() : c);
    }
  }

  /** Writes a text in double quotes, on one line. */
  public static String quote(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        default -> {
          if (c >= ' ' && c != 0x7f && !Character.isSurrogate(c)) {
            quoted.append(c);
          } else {
            quoted.append("\\u%04x".formatted((int) c));
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** Applies a parser of another class to what was read, and says where if it fails. */
  public <T> T convert(String read, Function<String, T> parser) {
    try {
      return parser.apply(read);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw error(
          e instanceof NumberFormatException
              ? "'%s' is not a number".formatted(read)
              : String.valueOf(e.getMessage()));
    }
  }

  /**
   * Accounts for memory that the text itself does not back: a value that is repeated.
   *
   * @throws GraphException if the whole text claims more than a gibibyte
   */
  void claim(long bytes) {
    if (bytes > repeatable) {
      throw error(
          "the repeated values of a text may take %d bytes together, %d are left, this needs %d"
              .formatted(REPEATED_BYTES, repeatable, bytes));
    }
    repeatable -= bytes;
  }

  /** An error at this position, in the line of what was read last. */
  public GraphException error(String what) {
    return new Misread(
        "Line %d of the graph text: %s, found '%s'."
            .formatted(
                lineAt(text.substring(0, position).stripTrailing().length()), what, ahead()));
  }

  /** The beginning of what stands here, for messages. */
  String ahead() {
    int end = Math.min(text.length(), position + 30);
    return position == text.length() ? "the end" : text.substring(position, end).strip();
  }

  /** How many characters are read. */
  int position() {
    return position;
  }

  /** The number of the line that holds the character at {@code offset}, from 1. */
  int lineAt(int offset) {
    return 1 + (int) text.chars().limit(offset).filter(c -> c == '\n').count();
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case 'n' -> '\n';
      case 'u' -> {
        if (position + 4 > text.length()) {
          throw error("expected four hexadecimal digits");
        }
        String digits = text.substring(position, position + 4);
        position += 4;
        yield convert(digits, hex -> (char) HexFormat.fromHexDigits(hex));
      }
      case '"', '\\' -> c;
      default -> throw error("'\\%s' is no escape".formatted(c));
    };
  }

  private char next() {
    if (position == text.length()) {
      throw error("expected '\"'");
    }
    return text.charAt(position++);
  }

  private String read(String what, CharacterTest accepted) {
    skipSpace();
    int start = position;
    while (position < text.length() && accepted.test(text.charAt(position))) {
      position++;
    }
    if (position == start) {
      throw error("expected " + what);
    }
    return text.substring(start, position);
  }

  private void skipSpace() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  @FunctionalInterface
  private interface CharacterTest {
    boolean test(char c);
  }
}
