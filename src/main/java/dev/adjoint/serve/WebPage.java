package dev.adjoint.serve;

import com.google.common.collect.ImmutableMap;
import com.google.common.io.Resources;
import dev.adjoint.serve.HttpCall.Answer;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The page that a browser shows: three files without secrets, which ask the server like any client.
 */
final class WebPage {
  /** Nothing from elsewhere is loaded or asked, and no other page shows this one in a frame. */
  private static final ImmutableMap<String, String> HEADERS =
      ImmutableMap.of(
          "Content-Security-Policy",
          "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
              + " img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cache-Control",
          "no-cache");

  private static final ImmutableMap<String, Answer> FILES =
      ImmutableMap.of(
          "", file("page.html", "text/html"),
          "page.css", file("page.css", "text/css"),
          "page.js", file("page.js", "text/javascript"));

  private WebPage() {}

  private static Answer file(String name, String type) {
    try {
      return Answer.text(
          type,
          Resources.toString(Resources.getResource(WebPage.class, name), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file at a path, if one is there. */
  static Optional<Answer> at(List<String> path) {
    return Optional.ofNullable(FILES.get(String.join("/", path)));
  }

  /** The page's answer, with what a browser must know of it. */
  static Answer with(Answer file, ServerResponseHeaders headers) {
    for (Map.Entry<String, String> header : HEADERS.entrySet()) {
      headers.set(HeaderNames.create(header.getKey()), header.getValue());
    }
    return file;
  }
}
