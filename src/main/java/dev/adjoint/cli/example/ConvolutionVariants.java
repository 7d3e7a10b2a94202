package dev.adjoint.cli.example;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.FactoredConvolutions;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The variants of convolution over a colour image, forward and backward: their kernels, their
 * results, how many weights they need, and of which operators their gradients are made.
 */
public record ConvolutionVariants() implements Example {
  /** Makes the result from an image and kernels. */
  @FunctionalInterface
  private interface Variant {
    Value apply(Value x, List<Value> kernels);
  }

  private static final String IMAGE = "[1, 32, 32, 6]";

  @Override
  public String name() {
    return "convolution-variants";
  }

  @Override
  public String description() {
    return "Compares strided, dilated, grouped, separable, flattened and other convolutions.";
  }

  @Override
  public void run(ExampleSettings settings) {
    PrintWriter out = settings.out();
    out.printf(
        "over an image of %s, with 12 filters of 5 x 5 or what stands in for them:%n%n", IMAGE);
    Conv same = Conv.same();
    print(out, "plain", (x, k) -> Convolutions.conv2d(x, k.get(0), same), "[5, 5, 6, 12]");
    print(
        out,
        "strided by 2",
        (x, k) -> Convolutions.conv2d(x, k.get(0), same.strides(2)),
        "[5, 5, 6, 12]");
    print(
        out,
        "dilated, 3 x 3 covers 5 x 5",
        (x, k) -> Convolutions.conv2d(x, k.get(0), same.dilations(2)),
        "[3, 3, 6, 12]");
    print(
        out,
        "transposed, stride 2",
        (x, k) -> Convolutions.convTranspose2d(x, k.get(0), same.strides(2)),
        "[5, 5, 12, 6]");
    print(out, "1 x 1", (x, k) -> FactoredConvolutions.pointwise(x, k.get(0), same), "[6, 12]");
    print(
        out,
        "3 groups",
        (x, k) -> Convolutions.conv2d(x, k.get(0), same.groups(3)),
        "[5, 5, 2, 12]");
    print(
        out,
        "depthwise",
        (x, k) -> FactoredConvolutions.depthwise(x, k.get(0), same),
        "[5, 5, 6, 2]");
    print(
        out,
        "depthwise separable",
        (x, k) -> FactoredConvolutions.separable(x, k.get(0), k.get(1), same),
        "[5, 5, 6, 1]",
        "[6, 12]");
    print(
        out,
        "spatially separable",
        (x, k) -> FactoredConvolutions.spatiallySeparable(x, k.get(0), k.get(1), same),
        "[5, 1, 6, 12]",
        "[1, 5, 12, 12]");
    print(
        out,
        "flattened",
        (x, k) -> FactoredConvolutions.flattened(x, k.get(0), k.get(1), k.get(2), same),
        "[6, 12]",
        "[5, 12]",
        "[5, 12]");
  }

  private static void print(PrintWriter out, String name, Variant variant, String... shapes) {
    GraphBuilder g = GraphBuilder.create("variant");
    Value x = g.input("x", DType.FLOAT32, Shape.parse(IMAGE));
    List<Value> kernels =
        Arrays.stream(shapes)
            .map(shape -> g.input("kernel" + g.values().size(), DType.FLOAT32, Shape.parse(shape)))
            .toList();
    Value y = variant.apply(x, kernels);
    int forward = g.values().size();
    Value upstream = g.input("upstream", y.type());
    Gradients.of(y).withCotangents(upstream).to(x);
    Gradients.of(y).withCotangents(upstream).to(kernels);
    String operators =
        g.values().subList(forward + 1, g.values().size()).stream()
            .collect(
                Collectors.groupingBy(
                    value -> value.op().operatorName(), TreeMap::new, Collectors.counting()))
            .entrySet()
            .stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    long weights = kernels.stream().mapToLong(k -> k.shape().elementCount()).sum();
    out.printf("%-28s %-18s %,6d weights; gradient of %s%n", name, y.shape(), weights, operators);
  }
}
