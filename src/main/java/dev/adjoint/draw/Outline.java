package dev.adjoint.draw;

import java.util.List;
import java.util.Set;

/**
 * What a picture shows, before anything has a place.
 *
 * @param boxes the boxes
 * @param arrows from box to box, by their positions in {@code boxes}
 */
record Outline(List<Box> boxes, Set<Arrow> arrows) {
  /** An arrow from a result to its reader. */
  record Arrow(int from, int to) {}
}
