package dev.adjoint.draw;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import java.util.Optional;

/**
 * A picture of a graph, or of the part of it that one signature needs.
 *
 * <p>
 *
 * {@snippet :
 * Files.writeString(file, Drawing.of(graph).signature("train").toSvg());
 * }
 *
 * <p>Data flows downwards. What stands at the start of an arrow is the type of what it carries.
 * Scopes are frames; inputs, parameters, forward, gradient and optimiser nodes have colours of
 * their own. Constants, and what only spreads or converts them, are written into the label of their
 * readers: {@code mul(·, 0.1)}. What only makes first values of parameters is left out. A graph of
 * more boxes than the limit is drawn with its innermost scopes closed, each one box, as far out as
 * needed.
 *
 * <p>Deterministic: equal graphs give equal texts.
 *
 * @param graph what to draw
 * @param signature the only signature to draw; all of them if empty
 * @param limit how many boxes the picture may have
 */
public record Drawing(Graph graph, Optional<String> signature, int limit) {
  private static final int READABLE = 150;

  /** Checks the limit and the signature. */
  public Drawing {
    if (limit < 1) {
      throw new IllegalArgumentException(
          "A drawing has 1 box or more, given a limit of %d.".formatted(limit));
    }
    signature.ifPresent(graph::signature);
  }

  /** All signatures of a graph, in at most 150 boxes. */
  public static Drawing of(Graph graph) {
    return new Drawing(graph, Optional.empty(), READABLE);
  }

  /**
   * Only what a signature needs.
   *
   * @throws GraphException if there is none of that name
   */
  public Drawing signature(String name) {
    return new Drawing(graph, Optional.of(name), limit);
  }

  /** With another bound of how many boxes there may be. */
  public Drawing limit(int boxes) {
    return new Drawing(graph, signature, boxes);
  }

  /**
   * The picture as an SVG document, complete in itself: it can be a file, or stand within HTML.
   *
   * @throws GraphException if there are more boxes than the limit with all scopes closed
   */
  public String toSvg() {
    Outline outline = new Outliner(this).outline();
    return SvgWriter.write(graph.name(), Layout.of(outline));
  }
}
