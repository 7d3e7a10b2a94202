package dev.adjoint.draw;

import com.google.common.base.Splitter;
import java.util.List;

/** The scopes in a node's full name. */
final class Scopes {
  private static final Splitter SLASHES = Splitter.on('/');

  private Scopes() {}

  /** The scopes around a node, from the outside in. */
  static List<String> of(String name) {
    List<String> parts = SLASHES.splitToList(name);
    return parts.subList(0, parts.size() - 1);
  }

  /** The node's own name. */
  static String own(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
