package dev.adjoint.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Curves over the epochs as SVG, with axes, a grid and a legend. */
final class LineChart {
  private static final int WIDTH = 520;
  private static final int HEIGHT = 280;
  private static final int LEFT = 62;
  private static final int RIGHT = 14;
  private static final int TOP = 34;
  private static final int BOTTOM = 34;
  private static final int TICKS = 5;
  private static final List<String> COLOURS = List.of("#2066a8", "#c2571a", "#3a8a4d");

  /** A curve; NaN is a gap in it. */
  record Series(String name, List<Double> values) {
    Series {
      values = List.copyOf(values);
    }

    boolean isMeasured() {
      return values.stream().anyMatch(Double::isFinite);
    }
  }

  private final String title;
  private final List<Series> series;
  private final int epochs;
  private final double low;
  private final double high;
  private final double tick;

  LineChart(String title, List<Series> all) {
    this.title = title;
    this.series = all.stream().filter(Series::isMeasured).toList();
    this.epochs = series.stream().mapToInt(s -> s.values().size()).max().orElse(0);
    double least = measured().min().orElse(0);
    double greatest = measured().max().orElse(1);
    this.tick = tick(greatest - least);
    this.low = Math.floor(least / tick) * tick;
    this.high = Math.max(low + tick, Math.ceil(greatest / tick) * tick);
  }

  private DoubleStream measured() {
    return series.stream()
        .flatMap(s -> s.values().stream())
        .mapToDouble(Double::doubleValue)
        .filter(Double::isFinite);
  }

  /** The distance of grid lines: 1, 2 or 5 times a power of ten, for about so many lines. */
  private static double tick(double range) {
    if (!(range > 0)) {
      return 0.1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(range / TICKS)));
    double digits = range / TICKS / power;
    return power * (digits <= 1 ? 1 : digits <= 2 ? 2 : digits <= 5 ? 5 : 10);
  }

  String svg() {
    StringBuilder out = new StringBuilder();
    out.append(
        "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" aria-label=\"%s\">"
            .formatted(WIDTH, HEIGHT, WIDTH, Html.escape(title)));
    text(out, LEFT, 16, "start", "title", title);
    grid(out);
    for (int i = 0; i < series.size(); i++) {
      curve(out, series.get(i), COLOURS.get(i % COLOURS.size()));
      legend(out, i);
    }
    return out.append("</svg>").toString();
  }

  private void grid(StringBuilder out) {
    long lines = Math.round((high - low) / tick);
    for (int i = 0; i <= lines; i++) {
      double value = low + i * tick;
      out.append(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>"
              .formatted(LEFT, WIDTH - RIGHT, number(y(value)), number(y(value))));
      text(out, LEFT - 6, y(value) + 4, "end", "tick", label(value));
    }
    int step = Math.max(1, Math.ceilDiv(epochs, 10));
    for (int epoch = 1; epoch <= epochs; epoch += step) {
      text(out, x(epoch), HEIGHT - BOTTOM + 18, "middle", "tick", Integer.toString(epoch));
    }
  }

  private String label(double value) {
    int decimals = Math.max(0, (int) Math.ceil(-Math.log10(tick) - 1e-9));
    String format = "%." + Math.min(decimals, 8) + "f";
    return String.format(Locale.ROOT, format, value);
  }

  private void curve(StringBuilder out, Series curve, String colour) {
    List<String> points = new ArrayList<>();
    for (int i = 0; i < curve.values().size(); i++) {
      double value = curve.values().get(i);
      if (Double.isFinite(value)) {
        points.add(number(x(i + 1)) + "," + number(y(value)));
      }
    }
    out.append(
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>"
            .formatted(colour, String.join(" ", points)));
    out.append(
        points.stream()
            .map(point -> point.split(",", 2))
            .map(p ->
                "<circle cx=\"%s\" cy=\"%s\" r=\"3\" fill=\"%s\"/>".formatted(p[0], p[1], colour))
            .collect(Collectors.joining()));
  }

  private void legend(StringBuilder out, int i) {
    int x = WIDTH - RIGHT - 110 * (series.size() - i);
    out.append(
        "<line x1=\"%d\" x2=\"%d\" y1=\"12\" y2=\"12\" stroke=\"%s\" stroke-width=\"3\"/>"
            .formatted(x, x + 16, COLOURS.get(i % COLOURS.size())));
    text(out, x + 22, 16, "start", "tick", series.get(i).name());
  }

  private static void text(
      StringBuilder out, double x, double y, String anchor, String style, String words) {
    out.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" class=\"%s\">%s</text>"
            .formatted(number(x), number(y), anchor, style, Html.escape(words)));
  }

  private double x(int epoch) {
    double across = epochs < 2 ? 0.5 : (epoch - 1.0) / (epochs - 1);
    return LEFT + 10 + across * (WIDTH - RIGHT - LEFT - 20);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
