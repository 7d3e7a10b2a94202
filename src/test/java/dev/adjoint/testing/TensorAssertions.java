package dev.adjoint.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.tensor.Tensor;

/** Comparison of tensors of one type up to rounding; what fails is shown whole. */
public final class TensorAssertions {
  private TensorAssertions() {}

  /** Each element is off by at most {@code absolute + relative * |expected|}. */
  public static void assertClose(Tensor expected, Tensor actual, double relative, double absolute) {
    assertClose(expected, actual, relative, absolute, "tensor");
  }

  /** As above, of a tensor that has a name. */
  public static void assertClose(
      Tensor expected, Tensor actual, double relative, double absolute, String name) {
    assertTrue(
        actual.closeTo(expected, relative, absolute),
        () -> "%s: expected%n%s%nbut was%n%s".formatted(name, expected, actual));
  }

  /** The elements are these numbers, in row-major order, up to {@code absolute}. */
  public static void assertElements(double[] expected, Tensor actual, double absolute) {
    assertClose(Tensor.of(expected, actual.shape().sizes()), actual, 0, absolute);
  }
}
