package dev.adjoint.notebook;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rapaio.jupyter.kernel.display.DisplayData;
import org.rapaio.jupyter.kernel.display.DisplayRenderer;
import org.rapaio.jupyter.kernel.display.MimeType;

/**
 * Shows values of a type as HTML, unless the notebook asks for something else.
 *
 * @param type what it shows
 * @param html makes a piece of HTML of a value
 */
record HtmlRenderer<T>(Class<T> type, Function<T, String> html) implements DisplayRenderer {
  @Override
  public Class<?> rendererClass() {
    return type;
  }

  /** The kernel passes null where the notebook asks for nothing in particular. */
  @Override
  public boolean canRender(@Nullable String mime) {
    return mime == null || MimeType.HTML.equals(MimeType.from(mime, mime));
  }

  @Override
  public DisplayData render(@Nullable String mime, Object value) {
    return DisplayData.fromHtml(html.apply(type.cast(value)));
  }
}
