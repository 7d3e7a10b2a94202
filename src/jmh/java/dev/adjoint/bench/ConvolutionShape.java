package dev.adjoint.bench;

import java.util.List;

/**
 * The sizes of a convolution with stride 1 whose result is as large as its input.
 *
 * @param batch how many images
 * @param size height and width
 * @param read planes of the input
 * @param made planes of the result
 * @param kernel height and width of the kernel
 * @param depthwise whether each plane has a kernel of its own; then as many are made as read
 */
record ConvolutionShape(int batch, int size, int read, int made, int kernel, boolean depthwise) {
  /** Those of the table. */
  static final List<ConvolutionShape> MEASURED =
      List.of(
          new ConvolutionShape(32, 28, 1, 32, 5, false),
          new ConvolutionShape(32, 14, 32, 64, 5, false),
          new ConvolutionShape(32, 56, 64, 64, 3, false),
          new ConvolutionShape(32, 28, 128, 128, 3, false),
          new ConvolutionShape(32, 14, 256, 1024, 1, false),
          new ConvolutionShape(32, 56, 128, 128, 3, true));

  /** As many operations as the direct algorithm makes, taps on the padding included. */
  double flops() {
    double taps = (double) kernel * kernel * (depthwise ? 1 : read);
    return 2.0 * outputs() * taps;
  }

  /** The sizes of the input, features last. */
  long[] inputSizes() {
    return new long[] {batch, size, size, read};
  }

  /** The sizes of the result, features last. */
  long[] outputSizes() {
    return new long[] {batch, size, size, made};
  }

  /** Height, width, planes read and made; of a depthwise one height, width, planes and 1. */
  long[] kernelSizes() {
    return new long[] {kernel, kernel, read, depthwise ? 1 : made};
  }

  /** How many elements the input has. */
  int inputs() {
    return batch * size * size * read;
  }

  /** How many elements the result has. */
  int outputs() {
    return batch * size * size * made;
  }

  /** How many elements the kernel has. */
  int weights() {
    return kernel * kernel * read * (depthwise ? 1 : made);
  }

  /** Feature groups. */
  int groups() {
    return depthwise ? read : 1;
  }

  /** How far the kernel hangs over each edge. */
  int padding() {
    return kernel / 2;
  }

  /** The values of the input. */
  float[] input() {
    return Values.uniform("input", inputs(), 1);
  }

  /** The values of the kernel. */
  float[] kernelValues() {
    return Values.uniform("kernel", weights(), 1);
  }

  /** The values of the gradient of the result. */
  float[] outputGradient() {
    return Values.uniform("upstream", outputs(), 1);
  }

  @Override
  public String toString() {
    return depthwise
        ? "%dx%dx%d depthwise %dx%d".formatted(size, size, read, kernel, kernel)
        : "%dx%dx%d->%d %dx%d".formatted(size, size, read, made, kernel, kernel);
  }
}
