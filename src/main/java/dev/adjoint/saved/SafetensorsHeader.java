package dev.adjoint.saved;

import dev.adjoint.graph.GraphException;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a safetensors file says of its tensors before their bytes.
 *
 * @param entries each tensor by name, in the order of their bytes
 * @param metadata free words
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  /** The most bytes that the layout allows a header. */
  static final int LARGEST = 100_000_000;

  /** Headers are filled up with spaces to a multiple of this, so that the bytes are aligned. */
  private static final int ALIGNMENT = 8;

  static final String METADATA = "__metadata__";

  /**
   * One tensor.
   *
   * @param type how its elements lie there
   * @param shape its sizes, all constant
   * @param begin where its bytes begin, counted from the byte after the header
   * @param end where they end
   */
  record Entry(StoredType type, Shape shape, long begin, long end) {
    int elements() {
      return Math.toIntExact((end - begin) / type.byteSize());
    }
  }

  /** The header of a file with these tensors: wide elements first, so that all are aligned. */
  static SafetensorsHeader of(
      Map<String, Tensor> tensors, WeightStorage storage, Map<String, String> metadata) {
    List<String> order = new ArrayList<>(tensors.keySet());
    Map<String, StoredType> types = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> types.put(name, StoredType.of(tensor.dtype(), storage)));
    order.sort(
        Comparator.<String>comparingInt(name -> -type(types, name).byteSize())
            .thenComparing(Comparator.naturalOrder()));
    Map<String, Entry> entries = new LinkedHashMap<>();
    long begin = 0;
    for (String name : order) {
      Tensor tensor = tensor(tensors, name);
      long end = begin + (long) tensor.size() * type(types, name).byteSize();
      entries.put(name, new Entry(type(types, name), tensor.shape(), begin, end));
      begin = end;
    }
    return new SafetensorsHeader(entries, metadata);
  }

  private static StoredType type(Map<String, StoredType> types, String name) {
    return types.getOrDefault(name, StoredType.F32);
  }

  static Tensor tensor(Map<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalStateException("no tensor '%s'".formatted(name));
    }
    return tensor;
  }

  /** The header's bytes, without the length that stands before them. */
  byte[] toBytes() {
    String words =
        metadata.entrySet().stream()
            .map(entry -> quote(entry.getKey()) + ":" + quote(entry.getValue()))
            .collect(Collectors.joining(",", quote(METADATA) + ":{", "}"));
    List<String> parts = new ArrayList<>(entries.size() + 1);
    if (!metadata.isEmpty()) {
      parts.add(words);
    }
    entries.forEach((name, entry) -> parts.add(quote(name) + ":" + describe(entry)));
    StringBuilder text = new StringBuilder("{").append(String.join(",", parts)).append('}');
    int bytes = text.toString().getBytes(StandardCharsets.UTF_8).length;
    text.repeat(' ', Math.floorMod(-bytes, ALIGNMENT));
    byte[] header = text.toString().getBytes(StandardCharsets.UTF_8);
    if (header.length > LARGEST) {
      throw new GraphException(
          "the header of the weights would have %d bytes, more than the %d that the layout allows."
              .formatted(header.length, LARGEST));
    }
    return header;
  }

  private static String describe(Entry entry) {
    String sizes =
        java.util.Arrays.stream(entry.shape().sizes())
            .mapToObj(Long::toString)
            .collect(Collectors.joining(",", "[", "]"));
    return "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(entry.type(), sizes, entry.begin(), entry.end());
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    Unicode.require("a name of the weights", text).chars().forEach(c -> appendEscaped(quoted, c));
    return quoted.append('"').toString();
  }

  private static void appendEscaped(StringBuilder quoted, int c) {
    if (c == '"' || c == '\\') {
      quoted.append('\\').append((char) c);
    } else if (c < ' ') {
      quoted.append("\\u%04x".formatted(c));
    } else {
      quoted.append((char) c);
    }
  }
}
