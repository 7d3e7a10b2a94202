package dev.adjoint.draw;

import dev.adjoint.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A picture of a tensor as planes side by side: images, filters, feature maps. Two axes are rows
 * and columns; each index of the other axes is a plane of its own. Numbers from 0 on are shades of
 * grey, black for 0; where some are negative, blue is below 0 and red above. All planes share one
 * scale.
 *
 * <p>
 *
 * {@snippet :
 * Planes.of(kernel, 0, 1).toSvg();  // kernel [5, 5, 1, 32]: 32 filters
 * }
 *
 * @param tensor what to show
 * @param rows the axis that goes downwards
 * @param columns the axis that goes to the right
 * @param pixel the side of an element, in pixels
 */
public record Planes(Tensor tensor, int rows, int columns, int pixel) {
  private static final int MOST_ELEMENTS = 200_000;
  private static final int SHADES = 32;
  private static final int ACROSS = 640;
  private static final int GAP = 6;
  private static final int SIDE = 64;

  /** Checks the axes and the size. */
  public Planes {
    if (rows == columns
        || Math.min(rows, columns) < 0
        || Math.max(rows, columns) >= tensor.rank()) {
      throw new IllegalArgumentException(
          "Rows and columns are two axes of %s, given %d and %d."
              .formatted(tensor.type(), rows, columns));
    }
    if (tensor.size() > MOST_ELEMENTS) {
      throw new IllegalArgumentException(
          "%s has more than the %,d elements that a picture may have. Show a part of it."
              .formatted(tensor.type(), MOST_ELEMENTS));
    }
    if (pixel < 1) {
      throw new IllegalArgumentException("A pixel is 1 or more, given %d.".formatted(pixel));
    }
  }

  /** With elements large enough that a plane is easy to see. */
  public static Planes of(Tensor tensor, int rows, int columns) {
    long longest =
        rows >= 0 && columns >= 0 && Math.max(rows, columns) < tensor.rank()
            ? Math.max(tensor.dim(rows), tensor.dim(columns))
            : SIDE;
    return new Planes(tensor, rows, columns, (int) Math.max(2, SIDE / Math.max(1, longest)));
  }

  /** The picture as an SVG document, complete in itself. */
  public String toSvg() {
    int height = (int) tensor.dim(rows) * pixel;
    int width = (int) tensor.dim(columns) * pixel;
    int planes =
        tensor.size() == 0 ? 0 : (int) (tensor.size() / tensor.dim(rows) / tensor.dim(columns));
    int inARow = Math.clamp(ACROSS / (width + GAP), 1, Math.max(1, planes));
    int lines = Math.ceilDiv(Math.max(1, planes), inARow);
    StringBuilder svg = new StringBuilder();
    int wide = inARow * (width + GAP) + GAP;
    int high = lines * (height + GAP) + GAP;
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">%n"
            .formatted(wide, high, wide, high));
    svg.append("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n".formatted(wide, high));
    shades(inARow, width, height)
        .forEach(
            (shade, cells) -> svg.append("<path fill=\"%s\" d=\"%s\"/>\n".formatted(shade, cells)));
    return svg.append("</svg>\n").toString();
  }

  /** The elements of each shade, one path a shade. */
  private Map<String, String> shades(int inARow, int width, int height) {
    Map<String, StringBuilder> cells = new TreeMap<>();
    double[] values = tensor.asDoubles();
    double most = Arrays.stream(values).filter(Double::isFinite).map(Math::abs).max().orElse(1);
    boolean signed = Arrays.stream(values).anyMatch(value -> value < 0);
    long[] sizes = tensor.shape().sizes();
    for (int flat = 0; flat < values.length; flat++) {
      int plane = 0;
      int row = 0;
      int column = 0;
      int rest = values.length;
      for (int axis = 0; axis < sizes.length; axis++) {
        rest /= (int) sizes[axis];
        int index = flat / rest % (int) sizes[axis];
        row = axis == rows ? index : row;
        column = axis == columns ? index : column;
        plane = axis == rows || axis == columns ? plane : plane * (int) sizes[axis] + index;
      }
      int x = GAP + plane % inARow * (width + GAP) + column * pixel;
      int y = GAP + plane / inARow * (height + GAP) + row * pixel;
      cells
          .computeIfAbsent(shade(values[flat], most, signed), _ -> new StringBuilder())
          .append("M%d %dh%dv%dh-%dz".formatted(x, y, pixel, pixel, pixel));
    }
    return cells.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, e -> e.getValue().toString(), (a, _) -> a, TreeMap::new));
  }

  private static String shade(double value, double most, boolean signed) {
    if (!Double.isFinite(value)) {
      return "#ff00ff";
    }
    double part = most == 0 ? 0 : Math.round(value / most * SHADES) / (double) SHADES;
    int strength = (int) Math.round(255 * Math.abs(part));
    int faded = 255 - strength;
    if (!signed) {
      return colour(strength, strength, strength);
    }
    return part < 0 ? colour(faded, faded, 255) : colour(255, faded, faded);
  }

  private static String colour(int red, int green, int blue) {
    return String.format(Locale.ROOT, "#%02x%02x%02x", red, green, blue);
  }
}
