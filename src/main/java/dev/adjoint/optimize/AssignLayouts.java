package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;

/**
 * Computes correlations of planes-first arrays (NCHW) on features-last ones (NHWC), which kernels
 * read along the features:
 *
 * <pre>
 *   correlation(x, w) bf01 oi01 -&gt; bf01
 *   =&gt;  transpose(correlation(transpose(x), transpose(w)) b01f 01io -&gt; b01f)
 * </pre>
 *
 * and so where only some of the three arrays are planes-first. A gradient's arrays come into the
 * same order as the forward ones they belong to. Rules for movements then cancel the transposes,
 * and {@link PlaceTransposes} places what is left, so that a whole network has them at its ends and
 * at its kernels. Bits: unchanged. Idempotent.
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
    if (!(y.op() instanceof Convolution.Correlation op)) {
      return y;
    }
    CorrelationLayout old = op.layout();
    CorrelationLayout layout = Layouts.preferred(old);
    if (layout.equals(old)) {
      return y;
    }
    Convolution.Correlation faster =
        new Convolution.Correlation(op.window(), layout, op.featureGroups(), op.batchGroups());
    Value x = y.operand(0).transpose(Layouts.order(old.input(), layout.input()));
    Value w = y.operand(1).transpose(Layouts.order(old.kernel(), layout.kernel()));
    return y.builder().add(faster, x, w).transpose(Layouts.order(layout.output(), old.output()));
  }
}
