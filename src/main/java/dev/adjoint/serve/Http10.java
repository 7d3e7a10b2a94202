package dev.adjoint.serve;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Requests of HTTP/1.0, made into requests of HTTP/1.1 that end their connection: so they are
 * answered, with the server's own version (RFC 9110, section 2.5), a length and no interim
 * response.
 */
final class Http10 {
  /** What HTTP/1.0 does not know, or must not be kept of it (RFC 9112, appendix C.2). */
  private static final Set<String> DROPPED =
      Set.of("connection", "keep-alive", "expect", "upgrade", "http2-settings");

  /** No request at all, which the web server refuses as wrong. */
  static final String WRONG = "\r\n\r\n";

  private static final String VERSION = " HTTP/1.0";
  private static final String NEW_LINE = "\r\n";

  private Http10() {}

  /** Whether a request that begins so is one. */
  static boolean isLine(String line) {
    return line.endsWith(VERSION + "\r");
  }

  /** Where the headers end, after their empty line, or -1. */
  static int headersEnd(String request) {
    int end = request.indexOf(NEW_LINE + NEW_LINE);
    return end < 0 ? -1 : end + 2 * NEW_LINE.length();
  }

  /**
   * The same request in HTTP/1.1; a wrong one if it comes in chunks, which HTTP/1.0 has not (RFC
   * 9112, section 6.1), or has a header of several lines (section 5.2).
   *
   * @param head all before the body
   * @param host what to name as the host if the client does not
   */
  static String translate(String head, String host) {
    List<String> lines = new ArrayList<>(List.of(head.stripTrailing().split(NEW_LINE)));
    String first = lines.removeFirst();
    if (lines.stream().anyMatch(Http10::isRefused)) {
      return WRONG;
    }
    lines.removeIf(line -> DROPPED.contains(name(line)));
    if (lines.stream().noneMatch(line -> name(line).equals("host"))) {
      lines.add("Host: " + host);
    }
    lines.add("Connection: close");
    lines.addFirst(first.substring(0, first.length() - VERSION.length()) + " HTTP/1.1");
    return String.join(NEW_LINE, lines) + NEW_LINE + NEW_LINE;
  }

  private static boolean isRefused(String line) {
    return line.startsWith(" ")
        || line.startsWith("\t")
        || name(line).strip().equals("transfer-encoding");
  }

  private static String name(String line) {
    int colon = line.indexOf(':');
    return colon < 0 ? "" : line.substring(0, colon).toLowerCase(Locale.ROOT);
  }

  /** Bytes as characters of the same numbers. */
  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
