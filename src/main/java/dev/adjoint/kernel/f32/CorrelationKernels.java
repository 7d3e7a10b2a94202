package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.CorrelationShape;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.KernelOptions;
import dev.adjoint.kernel.Packing;
import dev.adjoint.kernel.PointwiseProducts;
import dev.adjoint.kernel.ProductShape;
import java.util.Optional;

/** Chooses the kernel of a correlation. */
public final class CorrelationKernels {
  private CorrelationKernels() {}

  /** The kernel of a correlation. */
  public static Kernel kernel(CorrelationShape shape, Epilogue epilogue, KernelOptions options) {
    Tiles tiles = Tiles.of(options);
    Optional<ProductShape> product = PointwiseProducts.of(shape);
    if (product.isPresent()) {
      return ProductKernels.kernel(product.get(), epilogue, options);
    }
    if (options.winograd() && WinogradGradient.suits(shape)) {
      return new WinogradGradient(tiles, shape, epilogue);
    }
    if (contractsImages(shape)) {
      return new Contracted(tiles, shape, epilogue);
    }
    if (Narrow.suits(shape)) {
      return new Narrow(tiles, shape, epilogue, /* packed= */ false);
    }
    if (options.winograd() && WinogradCorrelation.suits(shape)) {
      return new WinogradCorrelation(tiles, shape, epilogue, /* packed= */ false);
    }
    return new Direct(tiles, shape, epilogue, /* packed= */ false);
  }

  /** The kernel of a correlation in two parts, where packing w pays. */
  public static Optional<Packing> packing(
      CorrelationShape shape, Epilogue epilogue, KernelOptions options) {
    Optional<ProductShape> product = PointwiseProducts.of(shape);
    if (product.isPresent()) {
      return ProductKernels.packing(product.get(), epilogue, options);
    }
    boolean gradient = options.winograd() && WinogradGradient.suits(shape);
    if (gradient || contractsImages(shape)) {
      return Optional.empty();
    }
    Tiles tiles = Tiles.of(options);
    if (Narrow.suits(shape)) {
      Narrow main = new Narrow(tiles, shape, epilogue, /* packed= */ true);
      return Optional.of(new Packing(main.packing(), main.packedLength(), main));
    }
    if (options.winograd() && WinogradCorrelation.suits(shape)) {
      WinogradCorrelation main =
          new WinogradCorrelation(tiles, shape, epilogue, /* packed= */ true);
      return Optional.of(new Packing(main.packing(), main.packedLength(), main));
    }
    Direct main = new Direct(tiles, shape, epilogue, /* packed= */ true);
    return Optional.of(new Packing(main.packing(), main.packedLength(), main));
  }

  /** Whether the window is placed less often than it has taps, as in the gradient of a kernel. */
  private static boolean contractsImages(CorrelationShape shape) {
    return shape.taps() > shape.steps();
  }
}
