package dev.adjoint.draw;

import com.google.common.xml.XmlEscapers;
import dev.adjoint.draw.Placement.Frame;
import dev.adjoint.draw.Placement.PlacedBox;
import dev.adjoint.draw.Placement.Point;
import dev.adjoint.draw.Placement.Rectangle;
import dev.adjoint.draw.Placement.Route;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Writes a {@link Placement} as SVG 1.1. Every element carries its own attributes and none has an
 * id, so that several pictures can stand in one page.
 */
final class SvgWriter {
  private static final String FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace";
  private static final double LEGEND = 26;
  private static final double ROUNDING = 5;
  private static final double RESULT_ROUNDING = 18;
  private static final double HEAD = 6;
  private static final double HALF_HEAD = 3;

  private final StringBuilder svg = new StringBuilder();

  private SvgWriter() {}

  static String write(String title, Placement placement) {
    SvgWriter writer = new SvgWriter();
    writer.document(title, placement);
    return writer.svg.toString();
  }

  private void document(String title, Placement placement) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    placement.boxes().forEach(box -> roles.add(box.box().role()));
    double width = Math.ceil(Math.max(placement.width(), legendWidth(roles)));
    double height = Math.ceil(placement.height() + LEGEND);
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\""
            + " font-family=\"%s\" font-size=\"%s\">",
        width, height, width, height, FONT, Typeface.SIZE);
    line("<title>%s</title>", escape(title));
    line("<rect width=\"%s\" height=\"%s\" fill=\"#ffffff\"/>", width, height);
    legend(roles);
    line("<g transform=\"translate(0 %s)\">", LEGEND);
    placement.frames().forEach(this::frame);
    placement.routes().forEach(this::arrow);
    placement.boxes().forEach(this::box);
    line("</g>");
    line("</svg>");
  }

  private static String name(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  private static double legendWidth(Set<Role> roles) {
    return Typeface.MARGIN + roles.stream().mapToDouble(SvgWriter::legendWidth).sum();
  }

  private static double legendWidth(Role role) {
    return Typeface.width(name(role), Typeface.SMALL) + 3 * Typeface.MARGIN;
  }

  private void legend(Set<Role> roles) {
    double x = Typeface.MARGIN;
    for (Role role : roles) {
      line(
          "<rect x=\"%s\" y=\"8\" width=\"10\" height=\"10\" rx=\"2\" fill=\"%s\" stroke=\"%s\"/>",
          x, role.fill(), role.stroke());
      line(
          "<text x=\"%s\" y=\"17\" font-size=\"%s\" fill=\"#374151\">%s</text>",
          x + 14, Typeface.SMALL, name(role));
      x += legendWidth(role);
    }
  }

  private void frame(Frame frame) {
    Rectangle place = frame.place();
    line(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"8\" fill=\"%s\""
            + " fill-opacity=\"0.25\" stroke=\"%s\" stroke-opacity=\"0.6\" stroke-dasharray=\"4"
            + " 3\"/>",
        place.x(),
        place.y(),
        place.width(),
        place.height(),
        frame.role().fill(),
        frame.role().stroke());
    line(
        "<text x=\"%s\" y=\"%s\" fill=\"%s\">%s</text>",
        place.x() + Typeface.MARGIN,
        place.y() + Typeface.LINE,
        frame.role().stroke(),
        escape(frame.name()));
  }

  private void box(PlacedBox placed) {
    Box box = placed.box();
    Rectangle place = placed.place();
    double rounding = box.role() == Role.RESULT ? RESULT_ROUNDING : ROUNDING;
    line("<g>");
    line("<title>%s</title>", escape(box.detail()));
    line(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"%s\" fill=\"%s\" stroke=\"%s\"/>",
        place.x(),
        place.y(),
        place.width(),
        place.height(),
        rounding,
        box.role().fill(),
        box.role().stroke());
    double y = place.y() + (place.height() - box.lines().size() * Typeface.LINE) / 2 - 4;
    for (int i = 0; i < box.lines().size(); i++) {
      y += Typeface.LINE;
      line(
          "<text x=\"%s\" y=\"%s\" text-anchor=\"middle\" fill=\"%s\"%s>%s</text>",
          place.x() + place.width() / 2,
          y,
          i == 0 ? "#111827" : "#4b5563",
          i == 0 ? " font-weight=\"bold\"" : "",
          escape(box.lines().get(i)));
    }
    line("</g>");
    if (!box.result().isEmpty()) {
      line(
          "<text x=\"%s\" y=\"%s\" font-size=\"%s\" fill=\"#6b7280\">%s</text>",
          placed.result().x(),
          placed.result().y() + Typeface.SMALL,
          Typeface.SMALL,
          escape(box.result()));
    }
  }

  private void arrow(Route route) {
    List<Point> points = route.points();
    Point end = points.getLast();
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(path.isEmpty() ? "M" : "L")
          .append(number(point.x()))
          .append(' ')
          .append(number(point.y()));
    }
    line(
        "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-opacity=\"0.75\"/>",
        path, route.role().stroke());
    line(
        "<path d=\"M%s %sL%s %sL%s %sZ\" fill=\"%s\"/>",
        end.x(),
        end.y(),
        end.x() - HALF_HEAD,
        end.y() - HEAD,
        end.x() + HALF_HEAD,
        end.y() - HEAD,
        route.role().stroke());
  }

  private static String escape(String text) {
    return XmlEscapers.xmlAttributeEscaper().escape(text.replaceAll("[\\p{Cntrl}&&[^\\n]]", " "));
  }

  /** Numbers are written to a tenth of a pixel, without needless digits. */
  private static String number(double value) {
    long tenths = Math.round(value * 10);
    return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String format, Object... arguments) {
    Object[] written = new Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      written[i] = arguments[i] instanceof Double value ? number(value) : arguments[i];
    }
    svg.append(format.formatted(written)).append('\n');
  }
}
