package dev.adjoint.serve;

import com.google.common.io.BaseEncoding;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place of a request in a distributed trace, as the header {@code traceparent} of the W3C
 * recommendation "Trace Context" has it.
 *
 * @param trace the trace, 32 hexadecimal digits
 * @param span this server's part in it, 16 hexadecimal digits
 * @param flags what the caller says of it, 2 hexadecimal digits
 */
record TraceParent(String trace, String span, String flags) {
  static final String HEADER = "traceparent";

  private static final int TRACE_BYTES = 16;
  private static final int SPAN_BYTES = 8;
  private static final Pattern FORM =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?");

  /** A part of its own in the caller's trace, or in a new one if the header is not valid. */
  static TraceParent within(Optional<String> header) {
    Matcher given = FORM.matcher(header.orElse(""));
    return given.matches()
        ? new TraceParent(given.group(1), random(SPAN_BYTES), given.group(2))
        : new TraceParent(random(TRACE_BYTES), random(SPAN_BYTES), "00");
  }

  private static String random(int bytes) {
    byte[] drawn = new byte[bytes];
    ThreadLocalRandom.current().nextBytes(drawn);
    drawn[0] |= 1; // All zeros are not valid.
    return BaseEncoding.base16().lowerCase().encode(drawn);
  }

  /** The header's value. */
  String header() {
    return "00-%s-%s-%s".formatted(trace, span, flags);
  }
}
