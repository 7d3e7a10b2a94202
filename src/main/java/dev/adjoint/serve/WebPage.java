package dev.adjoint.serve;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The page that a browser shows: one file without secrets, which asks the server like any client.
 */
final class WebPage {
  /** Nothing from elsewhere is loaded or asked. */
  static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
          + " connect-src 'self'; img-src 'self' blob: data:; form-action 'none'; base-uri 'none'";

  private WebPage() {}

  static String read() {
    try {
      return Resources.toString(
          Resources.getResource(WebPage.class, "page.html"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
