package dev.adjoint.serve;

import io.helidon.http.Headers;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.encoding.ContentEncodingContextConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * Reads bodies that are compressed with gzip or deflate; answers are not compressed. A body in
 * another encoding is refused when it is read, by whoever answers, so in the protocol's form.
 */
final class BodyEncodings implements ContentEncodingContext {
  @Override
  public ContentDecoder decoder(String encoding) {
    return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
      case "identity" -> ContentDecoder.NO_OP;
      case "gzip", "x-gzip" -> BodyEncodings::gunzip;
      case "deflate" -> InflaterInputStream::new;
      default ->
          _ -> {
            throw new ServeException(
                ServeException.Kind.UNSUPPORTED_BODY,
                "The body is encoded with '%s'; gzip and deflate are read.".formatted(encoding));
          };
    };
  }

  private static InputStream gunzip(InputStream body) {
    try {
      return new GZIPInputStream(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean contentDecodingEnabled() {
    return true;
  }

  @Override
  public boolean contentDecodingSupported(String encoding) {
    return true;
  }

  @Override
  public boolean contentEncodingEnabled() {
    return false;
  }

  @Override
  public boolean contentEncodingSupported(String encoding) {
    return false;
  }

  @Override
  public ContentEncoder encoder(String encoding) {
    return ContentEncoder.NO_OP;
  }

  @Override
  public ContentEncoder encoder(Headers headers) {
    return ContentEncoder.NO_OP;
  }

  @Override
  public ContentEncodingContextConfig prototype() {
    return ContentEncodingContextConfig.builder().buildPrototype();
  }
}
