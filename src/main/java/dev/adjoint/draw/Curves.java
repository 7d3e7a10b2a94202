package dev.adjoint.draw;

import com.google.common.collect.ImmutableMap;
import com.google.common.xml.XmlEscapers;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A picture of numbers over steps, such as a loss by epoch.
 *
 * @param lines the numbers of each line by its name; step 1 is the first; numbers that are not
 *     finite leave a gap
 */
public record Curves(Map<String, List<Double>> lines) {
  private static final List<String> COLOURS =
      List.of("#2563eb", "#c2410c", "#047857", "#6b46c1", "#b7791f", "#0e7490");
  private static final double WIDTH = 480;
  private static final double HEIGHT = 220;
  private static final double LEFT = 56;
  private static final double TOP = 14;
  private static final double BOTTOM = 40;
  private static final int TICKS = 4;
  private static final double WIDEST_NAME = 130;

  /** Copies the numbers. */
  public Curves {
    lines = ImmutableMap.copyOf(lines);
  }

  /** Where numbers are drawn. */
  private record Scale(double low, double high, int steps) {
    double x(int step) {
      return LEFT + (WIDTH - LEFT - TOP) * (steps < 2 ? 0.5 : step / (steps - 1.0));
    }

    double y(double value) {
      double part = high > low ? (value - low) / (high - low) : 0.5;
      return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * part;
    }
  }

  private Scale scale() {
    double[] finite =
        lines.values().stream()
            .flatMap(List::stream)
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    int steps = lines.values().stream().mapToInt(List::size).max().orElse(0);
    return finite.length == 0
        ? new Scale(0, 1, steps)
        : new Scale(Math.min(0, finite[0]), finite[finite.length - 1], steps);
  }

  /** The picture as an SVG document, complete in itself. */
  public String toSvg() {
    Scale scale = scale();
    StringBuilder svg = new StringBuilder();
    svg.append(
        text(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0"
                + " %.0f %.0f\" font-family=\"sans-serif\" font-size=\"11\">\n",
            WIDTH, HEIGHT, WIDTH, HEIGHT));
    svg.append(text("<rect width=\"%.0f\" height=\"%.0f\" fill=\"#ffffff\"/>\n", WIDTH, HEIGHT));
    for (int i = 0; i <= TICKS; i++) {
      double value = scale.low + (scale.high - scale.low) * i / TICKS;
      svg.append(
          text(
              "<path d=\"M%.1f %.1fH%.1f\" stroke=\"#e5e7eb\"/><text x=\"%.1f\" y=\"%.1f\""
                  + " text-anchor=\"end\" fill=\"#6b7280\">%.3g</text>\n",
              LEFT, scale.y(value), WIDTH - TOP, LEFT - 6, scale.y(value) + 4, value));
    }
    svg.append(
        text(
            "<text x=\"%.1f\" y=\"%.1f\" fill=\"#6b7280\">1</text><text x=\"%.1f\" y=\"%.1f\""
                + " text-anchor=\"end\" fill=\"#6b7280\">%d</text>\n",
            LEFT, HEIGHT - BOTTOM + 14, WIDTH - TOP, HEIGHT - BOTTOM + 14, scale.steps));
    double name = Math.min(WIDEST_NAME, (WIDTH - LEFT) / lines.size());
    int number = 0;
    for (Map.Entry<String, List<Double>> line : lines.entrySet()) {
      String colour = COLOURS.get(number % COLOURS.size());
      svg.append(
          text(
              "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"/><text x=\"%.1f\""
                  + " y=\"%.1f\" fill=\"%s\">%s</text>\n",
              path(line.getValue(), scale),
              colour,
              LEFT + number * name,
              HEIGHT - 8,
              colour,
              XmlEscapers.xmlContentEscaper().escape(line.getKey())));
      number++;
    }
    return svg.append("</svg>\n").toString();
  }

  private static String path(List<Double> values, Scale scale) {
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    for (int step = 0; step < values.size(); step++) {
      double value = values.get(step);
      boolean finite = Double.isFinite(value);
      if (finite) {
        path.append(text("%s%.1f %.1f", drawing ? "L" : "M", scale.x(step), scale.y(value)));
      }
      drawing = finite;
    }
    return path.toString();
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
