package dev.adjoint.optimize;

import dev.adjoint.op.Axes;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Permutation;
import java.util.List;

/**
 * Orders of a correlation's axes. Preferred are those of the features-last convolution {@code b01f
 * 01io -> b01f} and of its gradients: with respect to the input {@code b01f 01oi -> b01f}, with
 * respect to the kernel {@code f01b i01o -> 01bf}, written here for two spatial axes.
 */
final class Layouts {
  private Layouts() {}

  private static String spatial(String layout) {
    return "012".substring(0, layout.length() - 2);
  }

  /** Of arrays that are planes-first, the features-last ones; other arrays as they are. */
  static CorrelationLayout preferred(CorrelationLayout old) {
    boolean ofKernelGradient = old.input().charAt(0) == 'f';
    return ofKernelGradient
        ? new CorrelationLayout(
            activations(old.input()), activations(old.kernel()), kernel(old.output()))
        : new CorrelationLayout(
            activations(old.input()), kernel(old.kernel()), activations(old.output()));
  }

  /** From bf01 to b01f: the second axis goes last. */
  private static String activations(String layout) {
    return isPlanesFirst(layout) ? layout.charAt(0) + spatial(layout) + layout.charAt(1) : layout;
  }

  /** From oi01 to 01io: the second axis and then the first go last. */
  private static String kernel(String layout) {
    return isPlanesFirst(layout) ? spatial(layout) + layout.charAt(1) + layout.charAt(0) : layout;
  }

  /** Whether both other axes come before the spatial ones, which stand in order. */
  private static boolean isPlanesFirst(String layout) {
    return spatial(layout).equals(layout.substring(2));
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

  /** The order in which an array goes from one layout to another. */
  static Permutation order(String from, String to) {
    return new Permutation(to.chars().mapToObj(from::indexOf).toList());
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

  /** The layout in which the kernel is correlated with the input. */
  static CorrelationLayout exchanged(CorrelationLayout old) {
    return new CorrelationLayout(
        /* input= */ old.kernel().replace('o', 'b').replace('i', 'f'),
        /* kernel= */ old.input().replace('b', 'o').replace('f', 'i'),
        /* output= */ old.output().replace('b', 'o').replace('f', 'b').replace('o', 'f'));
  }

  /** The same operands' layouts, with a result that kernels write along the features. */
  static CorrelationLayout withPreferredOutput(CorrelationLayout layout) {
    String s = spatial(layout.output());
    boolean ofKernelGradient = layout.input().charAt(0) == 'f';
    String output =
        isPreferredOutput(layout.output())
            ? layout.output()
            : ofKernelGradient ? s + "bf" : "b" + s + "f";
    return new CorrelationLayout(layout.input(), layout.kernel(), output);
  }

  static Axes spatialAxes(String layout) {
    return axes(layout, spatial(layout).chars().mapToObj(axis -> (char) axis).toList());
  }

  static Axes axes(String layout, List<Character> named) {
    return new Axes(named.stream().map(layout::indexOf).sorted().toList());
  }

  static List<Character> named(String layout, Axes axes) {
    return axes.indices().stream().map(layout::charAt).toList();
  }
}
