package dev.adjoint.tensor;

final class TensorPrinter {
  private TensorPrinter() {}

  static String print(Tensor tensor) {
    return tensor.toNested().toString();
  }
}
