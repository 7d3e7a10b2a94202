package dev.adjoint.nn;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;

/** What layers ask of their input before they make a parameter; errors carry the labels. */
final class LayerChecks {
  private LayerChecks() {}

  /** The features that each group reads; (C4) they divide into the groups. */
  static long groupFeatures(String function, Value x, Conv conv) {
    long features = features(function, x, conv.format());
    if (features % conv.groups() != 0) {
      throw new GraphException(
          x.name(),
          "C4",
          "%s of '%s' %s (C4): its %d planes do not divide into %d groups."
              .formatted(function, x.name(), x.type(), features, conv.groups()));
    }
    return features / conv.groups();
  }

  /** The number of features of a value of this format; (features) it is a number. */
  static long features(String function, Value x, DataFormat format) {
    return features(function, x, x.rank() < 2 ? -1 : format.featureAxis(x.rank()));
  }

  /** The size of the axis along which the features stand; (features) it is a number. */
  static long features(String function, Value x, int axis) {
    if (axis < 0 || axis >= x.rank() || !x.dim(axis).isConstant()) {
      throw new GraphException(
          x.name(),
          "features",
          "%s of '%s' %s: the layer's parameters need the number of features, which must stand along axis %d as a number."
              .formatted(function, x.name(), x.type(), axis));
    }
    return x.dim(axis).value();
  }

  /** (features) A layer reads and makes one feature or more. */
  static void requireCounts(Value x, long inputs, long outputs) {
    if (inputs < 1 || outputs < 1) {
      throw new GraphException(
          x.name(),
          "features",
          "a layer on '%s' %s must read and make 1 feature or more, not %d and %d."
              .formatted(x.name(), x.type(), inputs, outputs));
    }
  }

  /** (C1) The value has this many spatial axes, and the kernel a size for each. */
  static void requireSpatialRank(String function, Value x, int spatialRank, PerAxis size) {
    size.requireAtLeast(1, "A kernel's size");
    if (x.rank() != spatialRank + 2 || !size.fits(spatialRank)) {
      throw new GraphException(
          x.name(),
          "C1",
          "%s of '%s' %s (C1): it has a batch, features and %d spatial axes, for which a kernel of %s is given."
              .formatted(function, x.name(), x.type(), spatialRank, size));
    }
  }
}
