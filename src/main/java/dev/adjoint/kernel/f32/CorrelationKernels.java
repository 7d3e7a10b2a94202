package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.CorrelationShape;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.KernelOptions;
import dev.adjoint.kernel.Packing;
import dev.adjoint.kernel.PointwiseProducts;
import dev.adjoint.kernel.ProductShape;
import dev.adjoint.kernel.ResultPooling;
import java.util.Optional;

/** Chooses the kernel of a correlation. */
public final class CorrelationKernels {
  private CorrelationKernels() {}

  /** How a correlation is computed. */
  private enum Algorithm {
    PRODUCT,
    WINOGRAD_GRADIENT,
    CONTRACTED,
    NARROW,
    WINOGRAD,
    DIRECT;

    static Algorithm of(CorrelationShape shape, KernelOptions options) {
      if (PointwiseProducts.of(shape).isPresent()) {
        return PRODUCT;
      }
      if (options.winograd() && WinogradGradient.suits(shape)) {
        return WINOGRAD_GRADIENT;
      }
      if (contractsImages(shape)) {
        return CONTRACTED;
      }
      if (Narrow.suits(shape)) {
        return NARROW;
      }
      return options.winograd() && WinogradCorrelation.suits(shape) ? WINOGRAD : DIRECT;
    }

    /** Whether the window is placed less often than it has taps, as in a kernel's gradient. */
    private static boolean contractsImages(CorrelationShape shape) {
      return shape.taps() > shape.steps();
    }
  }

  /** The kernel of a correlation. */
  public static Kernel kernel(CorrelationShape shape, Epilogue epilogue, KernelOptions options) {
    Tiles tiles = Tiles.of(options);
    return switch (Algorithm.of(shape, options)) {
      case PRODUCT -> ProductKernels.kernel(product(shape), epilogue, options);
      case WINOGRAD_GRADIENT -> new WinogradGradient(tiles, shape, epilogue);
      case CONTRACTED -> new Contracted(tiles, shape, epilogue);
      case NARROW -> new Narrow(tiles, shape, epilogue, /* packed= */ false);
      case WINOGRAD -> new WinogradCorrelation(tiles, shape, epilogue, /* packed= */ false);
      case DIRECT -> new Direct(tiles, shape, epilogue, /* packed= */ false);
    };
  }

  /** The kernel of a correlation in two parts, where packing w pays. */
  public static Optional<Packing> packing(
      CorrelationShape shape, Epilogue epilogue, KernelOptions options) {
    Tiles tiles = Tiles.of(options);
    return switch (Algorithm.of(shape, options)) {
      case PRODUCT -> ProductKernels.packing(product(shape), epilogue, options);
      case WINOGRAD_GRADIENT, CONTRACTED -> Optional.empty();
      case NARROW -> {
        Narrow main = new Narrow(tiles, shape, epilogue, /* packed= */ true);
        yield Optional.of(new Packing(main.packing(), main.packedLength(), main));
      }
      case WINOGRAD -> {
        WinogradCorrelation main =
            new WinogradCorrelation(tiles, shape, epilogue, /* packed= */ true);
        yield Optional.of(new Packing(main.packing(), main.packedLength(), main));
      }
      case DIRECT -> {
        Direct main = new Direct(tiles, shape, epilogue, /* packed= */ true);
        yield Optional.of(new Packing(main.packing(), main.packedLength(), main));
      }
    };
  }

  /** Whether the kernel finishes its result in parts that hold whole windows of a pooling. */
  public static boolean pools(
      CorrelationShape shape, ResultPooling pooling, KernelOptions options) {
    return switch (Algorithm.of(shape, options)) {
      case PRODUCT, WINOGRAD_GRADIENT, CONTRACTED, NARROW -> false;
      case WINOGRAD ->
          WinogradCorrelation.pools(shape, pooling.rowStride(), pooling.columnStride());
      case DIRECT -> Direct.pools(shape, pooling.rowStride());
    };
  }

  private static ProductShape product(CorrelationShape shape) {
    return PointwiseProducts.of(shape).orElseThrow();
  }
}
