package dev.adjoint.kernel;

import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Kernels of {@link Convolution.Correlation}: convolutions, their gradients and transposed ones.
 * Arguments: the input, the kernel, then those of the {@link Epilogue}.
 *
 * <p>Accuracy: a plain sum in an order that the sizes decide. Winograd's algorithms, where the
 * {@link KernelOptions} allow them, round more. In units in the last place of the largest sum of
 * the products' magnitudes, random operands err by up to 100 units, where a plain sum errs by up to
 * 40; where all features are alike no rounding evens out another, and both grow with their number:
 * 30 units a feature, and 4. A tap outside of the input is multiplied by a zero where the reference
 * adds nothing: this shows only if the kernel has NaN or infinite elements.
 *
 * <p>Range: a direct sum overflows only where its magnitudes add up to more than the largest number
 * M. Winograd's algorithms multiply sums of their operands, which are larger; and scale them, so
 * that small ones lose digits. With 5 x 5 taps their results are finite, and as accurate as said,
 * if
 *
 * <ul>
 *   <li>the first operand's largest magnitude x is below M / 21,500 (FLOAT32: 1.5e34),
 *   <li>the second's, w, is below M / 6.7 (5e37) and above 1e7 smallest normal numbers (1.2e-31),
 *   <li>x w is above 1e4 smallest normal numbers (1.2e-34), and n x w below M / 27,300 (1.2e34),
 *       where n is how many products a direct sum adds.
 * </ul>
 *
 * <p>With 3 x 3 taps, in place of 21,500 and 27,300: 226 (1.5e36) and 9,700 (3.5e34). Larger ones
 * may give NaN or infinities, smaller ones an error beyond what is said. An infinite or NaN element
 * of the first operand makes NaN of all results that share a tile with it: of those up to eight
 * pixels away, where a direct sum has it only in the windows that meet it.
 */
public final class Correlations {
  private Correlations() {}

  /** The kernel of a correlation with {@link KernelOptions#FASTEST}. */
  public static Kernel kernel(
      Convolution.Correlation op, TensorType x, TensorType w, Epilogue epilogue) {
    return kernel(op, x, w, epilogue, KernelOptions.FASTEST);
  }

  /**
   * The kernel of a correlation.
   *
   * @throws IllegalArgumentException if an operand has symbolic sizes or too many elements, or is
   *     of BOOL, or if integers come with an epilogue of other than a tail
   */
  public static Kernel kernel(
      Convolution.Correlation op,
      TensorType x,
      TensorType w,
      Epilogue epilogue,
      KernelOptions options) {
    CorrelationShape shape = shape(op, x, w);
    return switch (x.dtype()) {
      case FLOAT32 -> dev.adjoint.kernel.f32.CorrelationKernels.kernel(shape, epilogue, options);
      case FLOAT64 -> dev.adjoint.kernel.f64.CorrelationKernels.kernel(shape, epilogue, options);
      case INT32, INT64 -> new IntegerCorrelation(x.dtype(), shape, epilogue);
      case BOOL -> throw new IllegalArgumentException("There is no correlation of BOOL.");
    };
  }

  /** The kernel in two parts, for a w that seldom changes; empty where packing brings nothing. */
  public static Optional<Packing> packing(
      Convolution.Correlation op,
      TensorType x,
      TensorType w,
      Epilogue epilogue,
      KernelOptions options) {
    CorrelationShape shape = shape(op, x, w);
    return switch (x.dtype()) {
      case FLOAT32 -> dev.adjoint.kernel.f32.CorrelationKernels.packing(shape, epilogue, options);
      case FLOAT64 -> dev.adjoint.kernel.f64.CorrelationKernels.packing(shape, epilogue, options);
      case INT32, INT64, BOOL -> Optional.empty();
    };
  }

  /**
   * A pooling that the correlation's kernel can compute itself, see {@link Epilogue#thenPool}.
   * Empty if the windows overlap, are padded or dilated, or the kernel finishes its result in parts
   * that cut windows.
   */
  public static Optional<ResultPooling> pooling(
      Convolution.Correlation op,
      TensorType x,
      TensorType w,
      Pooling.MaxPool pool,
      TensorType result,
      TensorType pooled,
      KernelOptions options) {
    CorrelationLayout usual = CorrelationLayout.featuresLast(op.layout().spatialRank());
    if (!op.layout().output().equals(usual.output())) {
      return Optional.empty();
    }
    return ResultPooling.of(pool, result, pooled, options)
        .filter(pooling -> pools(shape(op, x, w), x.dtype(), pooling, options));
  }

  private static boolean pools(
      CorrelationShape shape, DType dtype, ResultPooling pooling, KernelOptions options) {
    return switch (dtype) {
      case FLOAT32 -> dev.adjoint.kernel.f32.CorrelationKernels.pools(shape, pooling, options);
      case FLOAT64 -> dev.adjoint.kernel.f64.CorrelationKernels.pools(shape, pooling, options);
      case INT32, INT64, BOOL -> false;
    };
  }

  static CorrelationShape shape(Convolution.Correlation op, TensorType x, TensorType w) {
    Sizes input = Sizes.of(x);
    Sizes kernel = Sizes.of(w);
    CorrelationLayout layout = op.layout();
    int groups = Math.toIntExact(op.featureGroups() * op.batchGroups());
    int batch = Math.toIntExact(named(input, layout.input(), 'b').size() / op.batchGroups());
    int features = named(kernel, layout.kernel(), 'o').size();
    int rank = layout.spatialRank();
    int[] outputs = new int[layout.output().length()];
    outputs[layout.output().indexOf('b')] = batch;
    outputs[layout.output().indexOf('f')] = features;
    for (int axis = 0; axis < rank; axis++) {
      char name = (char) ('0' + axis);
      outputs[layout.output().indexOf(name)] =
          outputSize(
              op.window().get(axis),
              named(input, layout.input(), name).size(),
              named(kernel, layout.kernel(), name).size());
    }
    Sizes output = Sizes.of(outputs);
    List<CorrelationShape.Axis> axes = new ArrayList<>();
    for (int axis = rank; axis < CorrelationShape.SPATIAL; axis++) {
      axes.add(CorrelationShape.Axis.NONE);
    }
    for (int axis = 0; axis < rank; axis++) {
      axes.add(axis(op, axis, input, kernel, output));
    }
    return new CorrelationShape(
        axes,
        batch,
        Math.toIntExact(op.featureGroups()),
        Math.toIntExact(op.batchGroups()),
        named(kernel, layout.kernel(), 'i').size(),
        features / groups,
        named(input, layout.input(), 'b').stride(),
        named(input, layout.input(), 'f').stride(),
        named(kernel, layout.kernel(), 'i').stride(),
        named(kernel, layout.kernel(), 'o').stride(),
        named(output, layout.output(), 'b').stride(),
        named(output, layout.output(), 'f').stride(),
        Math.max(1, outputs[outputs.length - 1]));
  }

  private static Offsets.Axis named(Sizes sizes, String layout, char name) {
    return sizes.axis(layout.indexOf(name));
  }

  private static int outputSize(WindowAxis window, int input, int taps) {
    long before = input == 0 ? 0 : (input - 1) * window.inputDilation() + 1;
    long reach = taps == 0 ? 0 : (taps - 1) * window.dilation() + 1;
    long padded = before + window.low().value() + window.high().value();
    return Math.toIntExact(Math.floorDiv(padded - reach, window.stride()) + 1);
  }

  private static CorrelationShape.Axis axis(
      Convolution.Correlation op, int axis, Sizes input, Sizes kernel, Sizes output) {
    CorrelationLayout layout = op.layout();
    WindowAxis window = op.window().get(axis);
    char name = (char) ('0' + axis);
    Offsets.Axis x = named(input, layout.input(), name);
    Offsets.Axis w = named(kernel, layout.kernel(), name);
    Offsets.Axis y = named(output, layout.output(), name);
    return new CorrelationShape.Axis(
        x.size(),
        w.size(),
        y.size(),
        Math.toIntExact(window.stride()),
        Math.toIntExact(window.low().value()),
        Math.toIntExact(window.inputDilation()),
        Math.toIntExact(window.dilation()),
        x.stride(),
        w.stride(),
        y.stride());
  }
}
