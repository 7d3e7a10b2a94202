package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Permutation;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes correlations of planes-first arrays (NCHW) on features-last ones (NHWC), which kernels
 * read along the features:
 *
 * <pre>
 *   correlation(x, w) bf01 oi01 -&gt; bf01
 *   =&gt;  transpose(correlation(transpose(x), transpose(w)) b01f 01io -&gt; b01f)
 * </pre>
 *
 * A gradient's arrays come into the same order as the forward ones they belong to. Rules for
 * movements then cancel the transposes, so that a whole network has them at its ends and at its
 * kernels. Bits: unchanged. Idempotent.
 */
record AssignLayouts() implements Pass {
  @Override
  public String name() {
    return "assign-layouts";
  }

  @Override
  public String description() {
    return "Computes planes-first correlations features-last.";
  }

  @Override
  public Exactness exactness() {
    return Exactness.BITS;
  }

  @Override
  public Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, (y, _) -> featuresLast(y));
  }

  private static Value featuresLast(Value y) {
    if (!(y.op() instanceof Convolution.Correlation op) || !isPlanesFirst(op.layout())) {
      return y;
    }
    CorrelationLayout old = op.layout();
    CorrelationLayout layout = Layouts.preferred(old);
    Convolution.Correlation faster =
        new Convolution.Correlation(op.window(), layout, op.featureGroups(), op.batchGroups());
    Value x = y.operand(0).transpose(order(old.input(), layout.input()));
    Value w = y.operand(1).transpose(order(old.kernel(), layout.kernel()));
    return y.builder().add(faster, x, w).transpose(order(layout.output(), old.output()));
  }

  private static boolean isPlanesFirst(CorrelationLayout layout) {
    return Layouts.isPlanesFirst(layout.input())
        && Layouts.isPlanesFirst(layout.kernel())
        && Layouts.isPlanesFirst(layout.output());
  }

  private static Permutation order(String from, String to) {
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < to.length(); axis++) {
      order.add(from.indexOf(to.charAt(axis)));
    }
    return new Permutation(order);
  }
}
