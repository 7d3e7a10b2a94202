package dev.adjoint.saved;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The law of reading: bytes are a graph that can be written and read again, or are refused. */
final class Refusal {
  private Refusal() {}

  /** Whether the file is refused; an error if it is neither that nor a graph. */
  static boolean isRefusedOrAGraph(GraphReader reader, byte[] file) throws SavedGraphException {
    Graph graph;
    try {
      graph = reader.fromBytes(file);
    } catch (SavedGraphException e) {
      if (!isMeant(e.getCause())) {
        throw new AssertionError("a rule falls over its own feet", e);
      }
      return true;
    }
    if (!graph.equals(reader.fromBytes(GraphFile.toBytes(graph)))) {
      throw new AssertionError("written and read again, this graph is another:\n" + graph);
    }
    return false;
  }

  /** Whether somebody said no, rather than failing in the middle of something. */
  private static boolean isMeant(@Nullable Throwable cause) {
    return cause == null
        || cause instanceof IOException
        || cause instanceof GraphException
        || cause instanceof ArithmeticException
        || cause.getClass() == IllegalArgumentException.class;
  }
}
