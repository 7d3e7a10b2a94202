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
    boolean streams = Streaming.suits(shape);
    if (streams && !Streaming.suitsPacked(shape)) {
      return Optional.empty();
    }
    Tiles tiles = Tiles.of(options);
    Kernel main =
        streams
            ? new StreamingPanels(tiles, shape, epilogue)
            : new Product(tiles, shape, epilogue, /* packed= */ true);
    return Optional.of(
        new Packing(new PackPanels(tiles, shape), PackPanels.length(tiles, shape), main));
  }
}
