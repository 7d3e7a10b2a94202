package dev.adjoint.check.generate;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Op;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Scan;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What a graph exercises that is easily forgotten. A report of a check can count them. */
public enum Feature {
  /** A value has an axis of size 0. */
  EMPTY_AXIS,
  /** A value has an axis of size 1. */
  UNIT_AXIS,
  /** A value has no axis. */
  SCALAR,
  /** A size is an expression of names. */
  SYMBOLIC_SIZE,
  /** An operand is repeated along an axis. */
  BROADCASTING,
  /** A window moves by more than 1. */
  STRIDE,
  /** An array is padded differently before and behind. */
  ASYMMETRIC_PADDING,
  /** Padding takes elements away. */
  NEGATIVE_PADDING,
  /** The elements of an array stand apart. */
  INPUT_DILATION,
  /** The taps of a window stand apart. */
  DILATION,
  /** Features are correlated in groups. */
  FEATURE_GROUPS,
  /** The batch is correlated in groups. */
  BATCH_GROUPS,
  /** A correlation's axes are neither in the order of features first nor of features last. */
  UNUSUAL_LAYOUT,
  /** A scan goes from the end. */
  REVERSE_SCAN;

  /** Those that a graph has. */
  public static Set<Feature> of(Graph graph) {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    for (Feature feature : values()) {
      if (graph.nodes().stream().anyMatch(feature::isExercisedBy)) {
        features.add(feature);
      }
    }
    return Set.copyOf(features);
  }

  private boolean isExercisedBy(Node node) {
    return switch (this) {
      case EMPTY_AXIS -> hasSize(node, 0);
      case UNIT_AXIS -> hasSize(node, 1);
      case SCALAR -> node.type().rank() == 0;
      case SYMBOLIC_SIZE -> !node.type().isConstant();
      case BROADCASTING -> node.op() instanceof Movement.Broadcast;
      case STRIDE -> hasAxis(node, axis -> axis.stride() > 1);
      case ASYMMETRIC_PADDING -> hasPadding(node, (low, high) -> !low.equals(high));
      case NEGATIVE_PADDING -> hasPadding(node, (low, high) -> isNegative(low) || isNegative(high));
      case INPUT_DILATION -> hasAxis(node, axis -> axis.inputDilation() > 1);
      case DILATION -> hasAxis(node, axis -> axis.dilation() > 1);
      case FEATURE_GROUPS ->
          node.op() instanceof Convolution.Correlation c && c.featureGroups() > 1;
      case BATCH_GROUPS -> node.op() instanceof Convolution.Correlation c && c.batchGroups() > 1;
      case UNUSUAL_LAYOUT -> node.op() instanceof Convolution.Correlation c && isUnusual(c);
      case REVERSE_SCAN ->
          switch (node.op()) {
            case Scan.CumulativeSum sum -> sum.reverse();
            case Scan.LinearRecurrence recurrence -> recurrence.reverse();
            default -> false;
          };
    };
  }

  private static boolean hasSize(Node node, long size) {
    return node.type().shape().dims().stream().anyMatch(dim -> dim.is(size));
  }

  private static List<WindowAxis> window(Op op) {
    return switch (op) {
      case Convolution.Correlation correlation -> correlation.window();
      case Pooling pooling -> pooling.window();
      default -> List.of();
    };
  }

  private static boolean hasAxis(Node node, Predicate<WindowAxis> predicate) {
    return window(node.op()).stream().anyMatch(predicate);
  }

  @FunctionalInterface
  private interface Padding {
    boolean is(Dim low, Dim high);
  }

  private static boolean hasPadding(Node node, Padding padding) {
    return switch (node.op()) {
      case Movement.Pad pad -> pad.axes().stream().anyMatch(a -> padding.is(a.low(), a.high()));
      default -> hasAxis(node, axis -> padding.is(axis.low(), axis.high()));
    };
  }

  private static boolean isNegative(Dim dim) {
    return dim.isConstant() && dim.value() < 0;
  }

  private static boolean isUnusual(Convolution.Correlation correlation) {
    return !correlation.layout().input().equals(correlation.layout().output());
  }
}
