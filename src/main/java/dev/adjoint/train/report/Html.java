package dev.adjoint.train.report;

import com.google.common.html.HtmlEscapers;
import java.util.Locale;

/** Text for a page. */
final class Html {
  private Html() {}

  /** Words as they are, whatever they hold. */
  static String escape(String words) {
    return HtmlEscapers.htmlEscaper().escape(words);
  }

  /** A part as a percentage, or a dash where it was not measured. */
  static String percent(double part) {
    return Double.isNaN(part) ? "&ndash;" : String.format(Locale.ROOT, "%.2f %%", 100 * part);
  }

  /** A number of four decimals, or a dash where it was not measured. */
  static String number(double value) {
    return Double.isNaN(value) ? "&ndash;" : String.format(Locale.ROOT, "%.4f", value);
  }
}
