package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.htmlunit.BrowserVersion;
import org.htmlunit.HttpMethod;
import org.htmlunit.ScriptException;
import org.htmlunit.WebClient;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlButton;
import org.htmlunit.html.HtmlCheckBoxInput;
import org.htmlunit.html.HtmlFileInput;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlPasswordInput;
import org.htmlunit.javascript.DefaultJavaScriptErrorListener;
import org.htmlunit.util.WebConnectionWrapper;

/** A browser without a window, on the server's page. Closing it fails if a script had an error. */
final class Browser implements AutoCloseable {
  /** Held, since loggers that nobody holds forget their level. */
  private static final Logger LOGGER = Logger.getLogger("org.htmlunit");

  private static final int LOOK_MILLIS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final WebClient client = new WebClient(BrowserVersion.CHROME);
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final List<String> sent = new CopyOnWriteArrayList<>();
  private final HtmlPage page;

  private Browser(TestServer server) throws IOException {
    LOGGER.setLevel(Level.OFF);
    client.getOptions().setFetchPolyfillEnabled(true);
    client.getOptions().setDownloadImages(true);
    client.getOptions().setThrowExceptionOnScriptError(false);
    client.setJavaScriptErrorListener(
        new DefaultJavaScriptErrorListener() {
          @Override
          public void scriptException(HtmlPage where, ScriptException failure) {
            errors.add(String.valueOf(failure.getMessage()));
          }
        });
    var _ =
        new WebConnectionWrapper(client) {
          @Override
          public WebResponse getResponse(WebRequest request) throws IOException {
            if (request.getHttpMethod() == HttpMethod.POST) {
              sent.add(request.getRequestBody());
            }
            return super.getResponse(request);
          }
        };
    page = client.getPage("http://127.0.0.1:" + server.server().port() + "/");
  }

  static Browser open(TestServer server) throws IOException {
    return new Browser(server);
  }

  /** Waits until an element shows these words, in this order. */
  void awaitText(String id, String... words) throws InterruptedException {
    awaitText(() -> page.getElementById(id), words);
  }

  /** Waits until the answer to an image shows these words, in this order. */
  void awaitResult(String... words) throws InterruptedException {
    awaitText(() -> page.querySelector(".result"), words);
  }

  private void awaitText(Supplier<DomNode> where, String... words) throws InterruptedException {
    Pattern wanted =
        Pattern.compile(
            Stream.of(words).map(Pattern::quote).collect(Collectors.joining(".*")), Pattern.DOTALL);
    await(
        () -> wanted.matcher(where.get().asNormalizedText()).find(),
        () ->
            "%s is not in: %s; the page: %s; errors: %s"
                .formatted(
                    List.of(words),
                    where.get().asNormalizedText(),
                    page.asNormalizedText().replace('\n', '|'),
                    errors));
  }

  private void await(BooleanSupplier holds, Supplier<String> otherwise)
      throws InterruptedException {
    long start = System.nanoTime();
    while (!look(holds::getAsBoolean)) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError(look(otherwise::get));
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** The page's own scripts hold its lock while they change it. */
  private <T> T look(Supplier<T> question) {
    synchronized (page) {
      return question.get();
    }
  }

  /** Chooses the file of an image, as by the dialog. */
  void choose(Path file) {
    HtmlFileInput input = look(() -> page.querySelector("input[type=file]"));
    input.setFiles(file.toFile());
  }

  /** Ticks that light and dark are inverted. */
  void invert() throws IOException {
    HtmlCheckBoxInput box = look(() -> page.querySelector("input[type=checkbox]"));
    box.click();
  }

  boolean hasForm() {
    return look(() -> page.querySelector("input[type=file]") != null);
  }

  boolean isTokenAsked() {
    return look(() -> page.getElementById("access").isDisplayed());
  }

  /** Types a token into the form, which must be there. */
  void giveToken(String token) throws IOException {
    assertTrue(isTokenAsked());
    HtmlPasswordInput input = page.getHtmlElementById("token");
    input.setValue(token);
    HtmlButton button = look(() -> page.querySelector("#access button"));
    button.click();
  }

  /** Waits for a request for inference, and gives the elements of its input. */
  float[] awaitSent() throws InterruptedException {
    await(() -> !sent.isEmpty(), () -> "nothing was sent; errors: " + errors);
    JsonArray data =
        JsonParser.parseString(sent.getLast())
            .getAsJsonObject()
            .getAsJsonArray("inputs")
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("data");
    float[] elements = new float[data.size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = data.get(i).getAsFloat();
    }
    return elements;
  }

  @Override
  public void close() {
    client.close();
    assertEquals(List.of(), errors);
  }
}
