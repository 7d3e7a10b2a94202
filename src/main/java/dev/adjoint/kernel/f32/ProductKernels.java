package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.KernelOptions;
import dev.adjoint.kernel.Packing;
import dev.adjoint.kernel.ProductShape;
import java.util.Optional;

/** Chooses the kernel of a matrix product. */
public final class ProductKernels {
  private ProductKernels() {}

  /** The kernel of a product. */
  public static Kernel kernel(ProductShape shape, Epilogue epilogue, KernelOptions options) {
    Tiles tiles = Tiles.of(options);
    return Streaming.suits(shape)
        ? Streaming.of(tiles, shape, epilogue)
        : new Product(tiles, shape, epilogue, /* packed= */ false);
  }

  /** The kernel of a product in two parts, where packing the right operand pays. */
  public static Optional<Packing> packing(
      ProductShape shape, Epilogue epilogue, KernelOptions options) {
    if (Streaming.suits(shape)) {
      return Optional.empty();
    }
    Tiles tiles = Tiles.of(options);
    return Optional.of(
        new Packing(
            new PackPanels(tiles, shape),
            Product.packedLength(tiles, shape),
            new Product(tiles, shape, epilogue, /* packed= */ true)));
  }
}
