package dev.adjoint.op;

import static dev.adjoint.op.CorrelationLayout.named;
import static dev.adjoint.op.CorrelationLayout.relabel;
import static dev.adjoint.op.CorrelationLayout.spatial;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Default;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolution, forward and backward, is one operator: a correlation that is general enough to be
 * its own gradient.
 */
public sealed interface Convolution extends Primitive, Differentiable {
  /**
   * The correlation of an input with a kernel, over 1 to 3 spatial axes:
   *
   * <pre>
   * y[b, s, o] = sum over taps k and features c of x[b, s * stride + k * dilation - low, c] * w[k, c, o]
   * </pre>
   *
   * where x stands for the input with its elements {@code inputDilation} apart and zeros elsewhere
   * (see {@link WindowAxis}). Operands: {@code x}, {@code w} of one numeric dtype, axes as the
   * {@link CorrelationLayout} says; the result has that dtype. Integers wrap around. A transposed
   * convolution is the one with an input dilation; a true convolution is the one with a {@code
   * reverse}d kernel.
   *
   * <p>Feature groups: the input's and the output's features are cut into as many groups, and group
   * g of the output reads group g of the input. Batch groups: the input's batch is cut instead, and
   * group g of the output's features reads batch group g.
   *
   * <p>(C1) Both operands have the layout's rank. (C2) There is one window entry a spatial axis.
   * (C3) Groups are 1 or more, not both above 1. (C4) The input has as many features as the kernel
   * reads, times the feature groups. (C5) The kernel's output features divide into the groups. (C6)
   * The batch divides into the batch groups. (C7) No size becomes negative.
   *
   * <p>Gradient, in letters without the spatial axes {@code [b, c] [c, o] -> [b, o]}: dw is the
   * correlation of x with dy, {@code [c, b] [b, o] -> [c, o]}, where the stride becomes the
   * dilation and the dilation the stride; dx is the padded correlation of dy with the reversed
   * kernel, {@code [b, o] [o, c] -> [b, c]}, where the stride becomes the input dilation and the
   * input dilation the stride. Feature groups become batch groups for dw, and stay for dx with the
   * kernel's features exchanged inside each group; batch groups become feature groups for both.
   * What a stride leaves over shows in the high padding, which may turn negative. (Dumoulin and
   * Visin, "A guide to convolution arithmetic for deep learning", 2016.)
   */
  record Correlation(
      List<WindowAxis> window,
      CorrelationLayout layout,
      @Default("1") long featureGroups,
      @Default("1") long batchGroups)
      implements Convolution {
    /** Copies the list. */
    public Correlation {
      window = List.copyOf(window);
    }

    @Override
    public TensorType infer(Operands in) {
      in.count(2);
      in.numeric(0);
      TensorType x = in.get(0);
      TensorType w = in.get(1);
      in.require(
          "dtype",
          x.dtype() == w.dtype(),
          "input and kernel must have one dtype, given %s and %s. Cast one of them.",
          x.dtype(),
          w.dtype());
      int rank = layout.spatialRank() + 2;
      in.require(
          "C1",
          x.rank() == rank && w.rank() == rank,
          "the layout has %s axes, the operands have %s and %s.",
          rank,
          x.rank(),
          w.rank());
      in.require(
          "C2",
          window.size() == layout.spatialRank(),
          "the window moves along %s axes, the layout has %s spatial ones.",
          window.size(),
          layout.spatialRank());
      in.require(
          "C3",
          featureGroups >= 1 && batchGroups >= 1 && (featureGroups == 1 || batchGroups == 1),
          "groups must be 1 or more and not of both kinds, given %s feature and %s batch groups.",
          featureGroups,
          batchGroups);
      requirePlanes(in);
      return x.withShape(
          layout.outputShape(
              named(x.shape(), layout.input(), 'b').floorDiv(batchGroups),
              named(w.shape(), layout.kernel(), 'o'),
              outputSizes(in)));
    }

    private void requirePlanes(Operands in) {
      Shape x = in.get(0).shape();
      Shape w = in.get(1).shape();
      Dim planes = named(x, layout.input(), 'f');
      Dim read = named(w, layout.kernel(), 'i').times(featureGroups);
      in.require(
          "C4",
          planes.equals(read),
          "the kernel reads %s planes (%s a group, %s groups), the input has %s. Input layout %s,"
              + " kernel layout %s. Pass a kernel of %s planes a group, or an input of %s planes.",
          read,
          named(w, layout.kernel(), 'i'),
          featureGroups,
          planes,
          layout.input(),
          layout.kernel(),
          planes.floorDiv(featureGroups),
          read);
      Dim output = named(w, layout.kernel(), 'o');
      in.require(
          "C5",
          divides(featureGroups * batchGroups, output),
          "%s output planes do not divide into %s groups.",
          output,
          featureGroups * batchGroups);
      Dim batch = named(x, layout.input(), 'b');
      in.require(
          "C6",
          divides(batchGroups, batch),
          "a batch of %s does not divide into %s groups.",
          batch,
          batchGroups);
    }

    private static boolean divides(long groups, Dim size) {
      return size.floorDiv(groups).times(groups).equals(size);
    }

    private List<Dim> outputSizes(Operands in) {
      List<Dim> sizes = new ArrayList<>();
      for (int axis = 0; axis < window.size(); axis++) {
        Dim input = spatial(in.get(0).shape(), layout.input(), axis);
        Dim kernel = spatial(in.get(1).shape(), layout.kernel(), axis);
        Dim size = window.get(axis).outputSize(input, kernel);
        in.require(
            "C7",
            !size.isConstant() || size.value() >= 0,
            "spatial axis %s becomes %s: a kernel of %s does not fit an input of %s with %s. Pad"
                + " more, or use a smaller kernel.",
            axis,
            size,
            kernel,
            input,
            window.get(axis));
        sizes.add(size);
      }
      return sizes;
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> inputGradient(at), () -> kernelGradient(at));
    }

    private interface AxisGradient {
      WindowAxis of(WindowAxis axis, Dim input, Dim kernel, Dim output);
    }

    private List<WindowAxis> gradientWindow(
        Shape input, Shape kernel, Shape output, AxisGradient gradient) {
      List<WindowAxis> axes = new ArrayList<>();
      for (int axis = 0; axis < window.size(); axis++) {
        axes.add(
            gradient.of(
                window.get(axis),
                spatial(input, layout.input(), axis),
                spatial(kernel, layout.kernel(), axis),
                spatial(output, layout.output(), axis)));
      }
      return axes;
    }

    private Value kernelGradient(Vjp at) {
      CorrelationLayout swapped =
          new CorrelationLayout(
              relabel(layout.input(), 'b', 'f', 'f', 'b'),
              relabel(layout.output(), 'b', 'i', 'f', 'o'),
              relabel(layout.kernel(), 'i', 'b', 'o', 'f'));
      Correlation op =
          new Correlation(
              gradientWindow(
                  at.operand(0).shape(),
                  at.operand(1).shape(),
                  at.y().shape(),
                  WindowAxis::windowGradient),
              swapped,
              /* featureGroups= */ batchGroups,
              /* batchGroups= */ featureGroups);
      return at.dy().builder().add(op, at.operand(0), at.dy());
    }

    private Value inputGradient(Vjp at) {
      return transposed(at.dy(), at.operand(1), at.operand(0).shape());
    }

    /**
     * Adds the transposed of the linear map {@code x -> y} that this correlation is for a fixed
     * kernel: the padded correlation of {@code y} with the reversed kernel. It is the gradient with
     * respect to the input, and all there is to a transposed convolution.
     *
     * @param y of the type of this correlation's result
     * @param kernel as this correlation takes it, not yet reversed
     * @param input the shape of this correlation's input, and so of what is returned
     */
    public Value transposed(Value y, Value kernel, Shape input) {
      long groups = featureGroups * batchGroups;
      Value flipped = kernel.reverse(layout.kernelSpatialAxes());
      int in = layout.kernel().indexOf('i');
      int out = layout.kernel().indexOf('o');
      Value exchanged = exchangeInGroups(flipped, in, out, groups);
      CorrelationLayout swapped =
          new CorrelationLayout(
              /* input= */ layout.output(),
              groups == 1 ? relabel(layout.kernel(), 'i', 'o', 'o', 'i') : layout.kernel(),
              /* output= */ layout.input());
      List<WindowAxis> axes =
          gradientWindow(input, kernel.shape(), y.shape(), WindowAxis::inputGradient);
      Value x = y.builder().add(new Correlation(axes, swapped, groups, 1), y, exchanged);
      return batchGroups == 1 ? x : featuresToBatch(x);
    }

    /**
     * From {@code [c, g o]} to {@code [o, g c]} at the places of the kernel's input and output
     * features. A single group needs no node: the layout is read the other way round.
     */
    private static Value exchangeInGroups(Value kernel, int in, int out, long groups) {
      if (groups == 1) {
        return kernel;
      }
      Value split = splitAxis(kernel, out, groups);
      int splitIn = in < out ? in : in + 1;
      int splitOut = out + 1;
      List<Integer> order = new ArrayList<>();
      for (int axis = 0; axis < split.rank(); axis++) {
        order.add(axis == splitIn ? splitOut : axis == splitOut ? splitIn : axis);
      }
      return mergeAxes(split.transpose(new Permutation(order)), out);
    }

    /**
     * From batch {@code c} and features {@code g n} to batch {@code g c} and features {@code n}.
     */
    private Value featuresToBatch(Value dx) {
      int batch = layout.input().indexOf('b');
      int feature = layout.input().indexOf('f');
      Value split = splitAxis(dx, feature, batchGroups);
      int splitBatch = batch < feature ? batch : batch + 1;
      List<Integer> order = new ArrayList<>();
      for (int axis = 0; axis < split.rank(); axis++) {
        if (axis == splitBatch) {
          order.add(feature);
        }
        if (axis != feature) {
          order.add(axis);
        }
      }
      return mergeAxes(split.transpose(new Permutation(order)), batch);
    }

    /** From an axis of size {@code g n} to two of sizes g and n. */
    private static Value splitAxis(Value x, int axis, long groups) {
      Dim each = x.dim(axis).floorDiv(groups);
      return x.reshape(x.shape().withDim(axis, each).insert(axis, Dim.of(groups)));
    }

    /** From two neighbouring axes to one. */
    private static Value mergeAxes(Value x, int axis) {
      Dim both = x.dim(axis).times(x.dim(axis + 1));
      return x.reshape(x.shape().remove(axis).withDim(axis, both));
    }

    @Override
    public Linearity linearity() {
      return Linearity.MULTILINEAR;
    }

    @Override
    public Dim multiplyAdds(Operands in) {
      Shape w = in.get(1).shape();
      Dim count = infer(in).shape().elements().times(named(w, layout.kernel(), 'i'));
      for (int axis = 0; axis < window.size(); axis++) {
        count = count.times(spatial(w, layout.kernel(), axis));
      }
      return count;
    }
  }

  /** The family's methods on values. */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** {@link Correlation} of this input with a kernel. */
    default Value correlate(
        Value kernel, List<WindowAxis> window, CorrelationLayout layout, long featureGroups) {
      return self()
          .builder()
          .add(new Correlation(window, layout, featureGroups, 1), self(), kernel);
    }
  }
}
