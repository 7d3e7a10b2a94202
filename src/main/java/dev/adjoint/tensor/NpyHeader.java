package dev.adjoint.tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of an {@code .npy} file: a Python dictionary of the element type, the order of the
 * axes and the sizes.
 *
 * @param descr the element type as NumPy writes it, such as {@code <f4}
 * @param fortranOrder whether the first axis is the fastest
 * @param shape the sizes of the axes, all constant
 */
record NpyHeader(String descr, boolean fortranOrder, Shape shape) {

  static NpyHeader parse(String text) throws NpyFormatException {
    Map<String, Object> entries = new Parser(text).dictionary();
    for (String key : List.of("descr", "fortran_order", "shape")) {
      if (!entries.containsKey(key)) {
        throw refused(text, "the key '" + key + "' is missing");
      }
    }
    if (entries.size() != 3) {
      throw refused(text, "only the keys descr, fortran_order and shape are expected");
    }
    if (!(entries.get("descr") instanceof String descr)) {
      throw refused(text, "descr is not a string");
    }
    if (!(entries.get("fortran_order") instanceof Boolean fortranOrder)) {
      throw refused(text, "fortran_order is not True or False");
    }
    if (!(entries.get("shape") instanceof long[] sizes)) {
      throw refused(text, "shape is not a tuple of integers");
    }
    try {
      return new NpyHeader(descr, fortranOrder, Shape.of(sizes));
    } catch (IllegalArgumentException e) {
      throw new NpyFormatException(
          "The npy header '%s' has no shape of a tensor: %s"
              .formatted(Excerpt.of(text), e.getMessage()),
          e);
    }
  }

  /** The dictionary as NumPy writes it, without padding. */
  @Override
  public String toString() {
    StringBuilder sizes = new StringBuilder("(");
    for (int axis = 0; axis < shape.rank(); axis++) {
      sizes.append(axis > 0 ? ", " : "").append(shape.size(axis));
    }
    sizes.append(shape.rank() == 1 ? ",)" : ")");
    return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
        .formatted(descr, fortranOrder ? "True" : "False", sizes);
  }

  private static NpyFormatException refused(String text, String why) {
    return new NpyFormatException(
        "The npy header '%s' is not understood: %s.".formatted(Excerpt.of(text), why));
  }

  /** Reads the few Python literals that a header may hold; nothing in it nests. */
  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Map<String, Object> dictionary() throws NpyFormatException {
      Map<String, Object> entries = new LinkedHashMap<>();
      require("{");
      while (!accept("}")) {
        String key = string();
        require(":");
        if (entries.put(key, value()) != null) {
          throw refused(text, "the key '" + Excerpt.of(key) + "' occurs twice");
        }
        if (!accept(",")) {
          require("}");
          break;
        }
      }
      skipSpaces();
      if (at < text.length()) {
        throw expected("the end");
      }
      return entries;
    }

    private Object value() throws NpyFormatException {
      if (accept("True")) {
        return true;
      } else if (accept("False")) {
        return false;
      } else if (accept("(")) {
        return tuple();
      } else if (accept("[")) {
        throw refused(text, "descr is a list of fields; a tensor has one type of elements");
      }
      return string();
    }

    private long[] tuple() throws NpyFormatException {
      List<Long> values = new ArrayList<>();
      while (!accept(")")) {
        values.add(integer());
        if (!accept(",")) {
          require(")");
          break;
        }
      }
      return values.stream().mapToLong(Long::longValue).toArray();
    }

    private long integer() throws NpyFormatException {
      skipSpaces();
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      try {
        long value = Long.parseLong(text.substring(start, at));
        accept("L"); // Python 2 marked long integers.
        return value;
      } catch (NumberFormatException e) {
        at = start;
        throw expected("a size that fits 64 bits");
      }
    }

    private String string() throws NpyFormatException {
      String quote = accept("'") ? "'" : "\"";
      if (quote.equals("\"")) {
        require(quote);
      }
      int end = text.indexOf(quote, at);
      if (end < 0) {
        throw expected("a closing " + quote);
      }
      String content = text.substring(at, end);
      at = end + 1;
      return content;
    }

    private void require(String symbol) throws NpyFormatException {
      if (!accept(symbol)) {
        throw expected(symbol);
      }
    }

    private boolean accept(String symbol) {
      skipSpaces();
      boolean found = text.startsWith(symbol, at);
      at += found ? symbol.length() : 0;
      return found;
    }

    private void skipSpaces() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private NpyFormatException expected(String what) {
      return refused(text, "expected %s at character %d".formatted(what, at));
    }
  }
}
