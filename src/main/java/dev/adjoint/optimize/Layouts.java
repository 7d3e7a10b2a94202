package dev.adjoint.optimize;

import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Permutation;

/**
 * Orders of a correlation's axes. Preferred are those of the features-last convolution {@code b01f
 * 01io -> b01f} and of its gradients: with respect to the input {@code b01f 01oi -> b01f}, with
 * respect to the kernel {@code f01b i01o -> 01bf}, written here for two spatial axes.
 */
final class Layouts {
  private Layouts() {}

  /** Whether both other axes come before the spatial ones, which stand in order. */
  static boolean isPlanesFirst(String layout) {
    return spatial(layout).equals(layout.substring(2));
  }

  private static String spatial(String layout) {
    return "012".substring(0, layout.length() - 2);
  }

  /** The features-last layout whose arrays are those of a planes-first one, reordered. */
  static CorrelationLayout preferred(CorrelationLayout old) {
    boolean ofKernelGradient = old.input().charAt(0) == 'f';
    return ofKernelGradient
        ? new CorrelationLayout(
            activations(old.input()), activations(old.kernel()), kernel(old.output()))
        : new CorrelationLayout(
            activations(old.input()), kernel(old.kernel()), activations(old.output()));
  }

  /** From bf01 to b01f: the second axis goes last. */
  private static String activations(String planesFirst) {
    return planesFirst.charAt(0) + spatial(planesFirst) + planesFirst.charAt(1);
  }

  /** From oi01 to 01io: the second axis and then the first go last. */
  private static String kernel(String planesFirst) {
    return spatial(planesFirst) + planesFirst.charAt(1) + planesFirst.charAt(0);
  }

  static boolean isPreferredInput(String layout) {
    String s = spatial(layout);
    return layout.equals("b" + s + "f") || layout.equals("f" + s + "b");
  }

  static boolean isPreferredKernel(String layout) {
    String s = spatial(layout);
    return layout.equals(s + "io") || layout.equals(s + "oi") || layout.equals("i" + s + "o");
  }

  static boolean isPreferredOutput(String layout) {
    String s = spatial(layout);
    return layout.equals("b" + s + "f") || layout.equals(s + "bf");
  }

  /** The layout of x, where {@code layout} is that of transpose(x, p). */
  static String before(String layout, Permutation p) {
    return after(layout, p.inverse());
  }

  /** The layout of transpose(x, p), where {@code layout} is that of x. */
  static String after(String layout, Permutation p) {
    StringBuilder axes = new StringBuilder();
    p.order().forEach(axis -> axes.append(layout.charAt(axis)));
    return axes.toString();
  }
}
