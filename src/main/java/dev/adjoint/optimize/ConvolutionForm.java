package dev.adjoint.optimize;

import dev.adjoint.graph.Node;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Movement;
import dev.adjoint.op.WindowAxis;
import java.util.Locale;
import java.util.Optional;

/**
 * What a correlation is used as, for whoever explains a graph or chooses a kernel. All forms are
 * one operator; which it is follows from its attributes and from where its kernel comes from. The
 * first that fits, in the order of this enum.
 */
public enum ConvolutionForm {
  /**
   * Sums over the batch: the features stand where a convolution has its batch, first in the input's
   * layout ({@code f01b}, {@code fb01}), as in the gradient with respect to a kernel.
   */
  KERNEL_GRADIENT,
  /**
   * The input's elements stand apart: a transposed convolution, or the gradient with respect to the
   * input of a convolution with a stride.
   */
  TRANSPOSED,
  /** Each input feature on its own: as many feature groups. */
  DEPTHWISE,
  /** The features in several groups. */
  GROUPED,
  /** One tap, nothing padded, a matrix product at each place. */
  POINTWISE,
  /** The kernel is reversed: the gradient with respect to the input, at a stride of 1. */
  INPUT_GRADIENT,
  /** Any other. */
  FORWARD;

  /** The form of {@code node}; empty if it is no correlation. */
  public static Optional<ConvolutionForm> of(Node node) {
    return node.op() instanceof Convolution.Correlation op
        ? Optional.of(of(op, node))
        : Optional.empty();
  }

  private static ConvolutionForm of(Convolution.Correlation op, Node node) {
    CorrelationLayout layout = op.layout();
    if (layout.input().charAt(0) == 'f') {
      return KERNEL_GRADIENT;
    }
    if (op.window().stream().anyMatch(axis -> axis.inputDilation() > 1)) {
      return TRANSPOSED;
    }
    if (op.featureGroups() > 1) {
      int features = layout.input().indexOf('f');
      boolean each = node.operand(0).type().dim(features).is(op.featureGroups());
      return each ? DEPTHWISE : GROUPED;
    }
    if (isPointwise(op, node.operand(1))) {
      return POINTWISE;
    }
    return isReversed(node.operand(1)) ? INPUT_GRADIENT : FORWARD;
  }

  private static boolean isPointwise(Convolution.Correlation op, Node kernel) {
    return op.window().stream().allMatch(ConvolutionForm::isUnpadded)
        && op.layout().kernelSpatialAxes().indices().stream()
            .allMatch(axis -> kernel.type().dim(axis).is(1));
  }

  private static boolean isUnpadded(WindowAxis axis) {
    return axis.low().is(0) && axis.high().is(0);
  }

  private static boolean isReversed(Node kernel) {
    Node source = kernel;
    while (source.op() instanceof Movement.Transpose || source.op() instanceof Movement.Reshape) {
      source = source.operand(0);
    }
    return source.op() instanceof Movement.Reverse;
  }

  /** In words, as in "kernel gradient". */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
