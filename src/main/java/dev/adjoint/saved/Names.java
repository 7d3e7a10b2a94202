package dev.adjoint.saved;

import dev.adjoint.graph.GraphException;

/** Names in a file, which go into messages and keys and so have a bounded length. */
final class Names {
  private Names() {}

  /**
   * The name itself.
   *
   * @throws GraphException if it is longer than the limits say
   */
  static String require(String what, String name, ReadLimits limits) {
    if (name.length() > limits.nameLength()) {
      throw new GraphException(
          "the name of %s, '%s', has %d characters, more than %d, the limit 'nameLength' of the reader."
              .formatted(what, Excerpts.of(name), name.length(), limits.nameLength()));
    }
    return name;
  }
}
