package dev.adjoint.runtime;

import com.google.common.math.LongMath;
import dev.adjoint.graph.Node;

/**
 * About how much work a step is, in operations: two a multiply-add, {@link CodeSize} a node and
 * element, and {@value #PER_BYTE} a byte read or written, which is about what a core computes while
 * memory delivers one. It ranks steps; no figure of time follows from it.
 */
final class Work {
  private static final int PER_BYTE = 16;

  private Work() {}

  static long of(Step step) {
    long work = 0;
    for (Node node : step.nodes()) {
      long elements = node.type().shape().elementCount();
      long ofNode = LongMath.saturatedMultiply(2, node.multiplyAdds());
      work = LongMath.saturatedAdd(work, ofNode);
      work = LongMath.saturatedAdd(work, CodeSize.of(node) * elements);
    }
    for (Buffer buffer : step.arguments()) {
      work = LongMath.saturatedAdd(work, PER_BYTE * buffer.bytes());
    }
    return work;
  }
}
