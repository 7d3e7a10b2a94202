package dev.adjoint.check.generate;

import dev.adjoint.op.Contraction;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Dot products with any pairs of axes, and correlations of every kind. */
final class ProductSamplers {
  private ProductSamplers() {}

  static List<OperatorSampler> all() {
    return List.of(
        OperatorSampler.of(Contraction.Dot.class, ProductSamplers::dot),
        OperatorSampler.of(Convolution.Correlation.class, ProductSamplers::correlation));
  }

  private static OperatorSample dot(Choices choices) {
    DType dtype = choices.numeric();
    Supplier<Dim> size = choices::dim;
    List<Dim> batch = choices.several(0, 2, size);
    List<Dim> contracted = choices.several(0, 2, size);
    List<Dim> left = concat(batch, contracted, choices.several(0, 2, size));
    List<Dim> right = concat(batch, contracted, choices.several(0, 2, size));
    List<Integer> leftAxes = choices.permutation(left.size()).order();
    List<Integer> rightAxes = choices.permutation(right.size()).order();
    int paired = batch.size() + contracted.size();
    return OperatorSample.of(
        new Contraction.Dot(
            leftAxes.subList(batch.size(), paired),
            rightAxes.subList(batch.size(), paired),
            leftAxes.subList(0, batch.size()),
            rightAxes.subList(0, batch.size())),
        Operand.of(new TensorType(dtype, placed(left, leftAxes))),
        Operand.of(new TensorType(dtype, placed(right, rightAxes))));
  }

  private static List<Dim> concat(List<Dim> batch, List<Dim> contracted, List<Dim> free) {
    return Stream.of(batch, contracted, free).flatMap(List::stream).toList();
  }

  /** The shape whose axis {@code axes(i)} has size {@code dims(i)}. */
  private static Shape placed(List<Dim> dims, List<Integer> axes) {
    Dim[] placed = new Dim[dims.size()];
    IntStream.range(0, dims.size()).forEach(i -> placed[axes.get(i)] = dims.get(i));
    return Shape.of(placed);
  }

  private static OperatorSample correlation(Choices choices) {
    DType dtype = choices.numeric();
    int groups = oftenOne(choices);
    boolean batchGroups = choices.chance(50);
    long featureGroup = batchGroups ? 1 : groups;
    long batchGroup = batchGroups ? groups : 1;
    Dim planes = choices.dim();
    Map<Character, Dim> input = new HashMap<>();
    input.put('b', choices.dim().times(batchGroup));
    input.put('f', planes.times(featureGroup));
    Map<Character, Dim> kernel = new HashMap<>();
    kernel.put('i', planes);
    kernel.put('o', choices.dim().times(groups));
    List<WindowAxis> window = new ArrayList<>();
    choices.repeat(
        1,
        3,
        () -> {
          char axis = (char) ('0' + window.size());
          Dim size = choices.dim();
          Dim taps = Dim.of(Math.min(3, choices.size()));
          input.put(axis, size);
          kernel.put(axis, taps);
          window.add(windowAxis(choices, size, taps, /* dilatesInput= */ true));
        });
    CorrelationLayout layout = layout(choices, window.size());
    return OperatorSample.of(
        new Convolution.Correlation(window, layout, featureGroup, batchGroup),
        Operand.of(new TensorType(dtype, shape(layout.input(), input))),
        Operand.of(new TensorType(dtype, shape(layout.kernel(), kernel))));
  }

  private static Shape shape(String layout, Map<Character, Dim> sizes) {
    return Shape.of(layout.chars().mapToObj(c -> sizes.get((char) c)).toList());
  }

  /** Features last or first as usual, or every array's axes in an order of their own. */
  static CorrelationLayout layout(Choices choices, int spatialRank) {
    CorrelationLayout usual = CorrelationLayout.featuresLast(spatialRank);
    return switch (choices.between(0, 2)) {
      case 0 -> usual;
      case 1 -> CorrelationLayout.featuresFirst(spatialRank);
      default ->
          new CorrelationLayout(
              shuffled(choices, usual.input()),
              shuffled(choices, usual.kernel()),
              shuffled(choices, usual.output()));
    };
  }

  private static String shuffled(Choices choices, String letters) {
    return choices.permutation(letters.length()).order().stream()
        .map(letters::charAt)
        .map(String::valueOf)
        .collect(Collectors.joining());
  }

  /**
   * A way to move a window of {@code taps} over {@code size} elements at least so often that the
   * size of the result is not negative.
   */
  static WindowAxis windowAxis(Choices choices, Dim size, Dim taps, boolean dilatesInput) {
    int stride = oftenOne(choices);
    int dilation = oftenOne(choices);
    int inputDilation = dilatesInput ? oftenOne(choices) : 1;
    int low = choices.among(0, 1, 2, -1, -2);
    int high = choices.among(0, 1, 2, -1, -2);
    int steps = choices.chance(10) ? choices.leastSize(size) : 1;
    WindowAxis drawn = new WindowAxis(stride, Dim.of(low), Dim.of(high), inputDilation, dilation);
    Dim known = Dim.of(choices.valueOf(size));
    long missing = (steps - drawn.outputSize(known, taps).value()) * stride;
    return missing <= 0
        ? drawn
        : new WindowAxis(stride, Dim.of(low), Dim.of(high + missing), inputDilation, dilation);
  }

  /** 1, sometimes 2 or 3. */
  private static int oftenOne(Choices choices) {
    return choices.among(1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 3);
  }
}
