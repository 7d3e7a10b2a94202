package dev.adjoint.saved;

import dev.adjoint.graph.Graph;
import java.util.List;

/** The names of a classifier's classes, as they stand in the metadata of its graph. */
public final class ClassNames {
  /** The key in the metadata; its value is the names, separated by commas. */
  public static final String KEY = "classes";

  private ClassNames() {}

  /** The names in the order of the last axis of an output; none if the graph does not say them. */
  public static List<String> of(Graph graph) {
    String names = graph.metadata().getOrDefault(KEY, "");
    return names.isEmpty() ? List.of() : List.of(names.split(",", -1));
  }
}
