package dev.adjoint.draw;

import java.util.List;

/**
 * A picture whose parts have places, in pixels from the upper left corner.
 *
 * @param width of the whole
 * @param height of the whole
 * @param frames the scopes, outer ones before inner ones
 * @param boxes the boxes
 * @param routes the arrows
 */
record Placement(
    double width, double height, List<Frame> frames, List<PlacedBox> boxes, List<Route> routes) {
  /** A point. */
  record Point(double x, double y) {}

  /** A rectangle by its upper left corner and its size. */
  record Rectangle(double x, double y, double width, double height) {}

  /** The frame of a scope. */
  record Frame(String name, Role role, Rectangle place) {}

  /** A box, and where the text about its result begins. */
  record PlacedBox(Box box, Rectangle place, Point result) {}

  /** An arrow through points. */
  record Route(Role role, List<Point> points) {}
}
