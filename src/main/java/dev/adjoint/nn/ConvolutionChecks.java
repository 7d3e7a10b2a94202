package dev.adjoint.nn;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Refuses operands that a convolution cannot take, in the words of whoever called it. The labels
 * are those of the constraints in {@link Convolutions}.
 *
 * @param function what was called, for messages
 * @param x the input
 * @param kernel the kernel
 * @param conv the settings
 * @param spatialRank how many spatial axes the function has
 */
record ConvolutionChecks(String function, Value x, Value kernel, Conv conv, int spatialRank) {
  private CorrelationLayout layout() {
    return conv.format().layout(spatialRank);
  }

  private Dim planes() {
    return x.dim(layout().input().indexOf('f'));
  }

  private Dim kernelDim(char axis) {
    return kernel.dim(layout().kernel().indexOf(axis));
  }

  /** (C1), (C2) and the dtype. */
  void requireForm() {
    int rank = spatialRank + 2;
    if (x.rank() != rank || kernel.rank() != rank) {
      throw wrong(
          "C1",
          "input and kernel must have %d axes, they have %d and %d."
              .formatted(rank, x.rank(), kernel.rank()),
          "Pass an input of %s and a kernel of %s."
              .formatted(letters(layout().input()), letters(layout().kernel())));
    }
    boolean numbersFit =
        conv.strides().fits(spatialRank)
            && conv.dilations().fits(spatialRank)
            && conv.padding().fits(spatialRank);
    if (!numbersFit) {
      throw wrong(
          "C2",
          "strides, dilations and padding are for 1 or %d spatial axes, given %s, %s and %s."
              .formatted(spatialRank, conv.strides(), conv.dilations(), conv.padding()),
          "Give one number for all spatial axes, or one for each of the %d."
              .formatted(spatialRank));
    }
    if (x.dtype() != kernel.dtype()) {
      throw wrong(
          "dtype",
          "the input is %s, the kernel is %s.".formatted(x.dtype(), kernel.dtype()),
          "Cast one of them.");
    }
  }

  /** (C4) and (C5) of a convolution. */
  void requirePlanes() {
    Dim each = kernelDim('i');
    Dim read = each.times(conv.groups());
    if (!planes().equals(read)) {
      Dim wanted = planes().floorDiv(conv.groups());
      throw wrong(
          "C4",
          "the kernel reads %s planes%s, the input has %s."
              .formatted(
                  read, conv.groups() == 1 ? "" : ", %s in each group".formatted(each), planes()),
          wanted.times(conv.groups()).equals(planes())
              ? "Pass a kernel of %s, or an input of %s planes."
                  .formatted(kernelType(layout().kernel().indexOf('i'), wanted), read)
              : "Pass an input of %s planes; %s do not divide into %d groups."
                  .formatted(read, planes(), conv.groups()));
    }
    requireGroups();
  }

  /** (C4) and (C5) of a transposed convolution: its input are the planes that the kernel makes. */
  void requireTransposedPlanes() {
    Dim made = kernelDim('o');
    if (!planes().equals(made)) {
      throw wrong(
          "C4",
          "the kernel belongs to a convolution that makes %s planes, the input has %s."
              .formatted(made, planes()),
          "Pass a kernel of %s, or an input of %s planes."
              .formatted(kernelType(layout().kernel().indexOf('o'), planes()), made));
    }
    requireGroups();
  }

  private void requireGroups() {
    Dim made = kernelDim('o');
    if (!made.floorDiv(conv.groups()).times(conv.groups()).equals(made)) {
      throw wrong(
          "C5",
          "the kernel's %s output planes do not divide into %d groups."
              .formatted(made, conv.groups()),
          "Pass a kernel with a multiple of %d output planes, or fewer groups."
              .formatted(conv.groups()));
    }
  }

  /** (C7): the size that a spatial axis gets is one. */
  void requireSize(int spatialAxis, Dim size, WindowAxis axis) {
    Dim input = x.dim(layout().input().indexOf('0' + spatialAxis));
    Dim tap = kernelDim((char) ('0' + spatialAxis));
    boolean empty = size.is(0) && input.is(0);
    if (size.isConstant() && size.value() <= 0 && !empty) {
      throw wrong(
          "C7",
          ("spatial axis %d would get size %s: a kernel of %s (dilation %d) does not fit an input"
                  + " of %s with padding %s before and %s behind.")
              .formatted(spatialAxis, size, tap, axis.dilation(), input, axis.low(), axis.high()),
          "Pass a smaller kernel or a larger input, or pad with Padding.same().");
    }
  }

  /** (C8): the extra size of a transposed convolution is one that its stride leaves open. */
  void requireOutputPadding(PerAxis outputPadding) {
    if (!outputPadding.fits(spatialRank)) {
      throw wrong(
          "C8",
          "output padding is for 1 or %d spatial axes, given %s."
              .formatted(spatialRank, outputPadding),
          "Give one number for all spatial axes, or one for each of the %d."
              .formatted(spatialRank));
    }
    boolean same = conv.padding() instanceof Padding.Same;
    for (int axis = 0; axis < spatialRank; axis++) {
      long extra = outputPadding.at(axis);
      long below = same ? 1 : conv.strides().at(axis);
      if (extra < 0 || extra >= below) {
        throw wrong(
            "C8",
            "output padding %d of spatial axis %d with stride %d and %s."
                .formatted(extra, axis, conv.strides().at(axis), conv.padding()),
            same
                ? "With Padding.same() the result has the input's size times the stride; pass 0."
                : "Pass 0 or more, and less than the stride.");
      }
    }
  }

  private GraphException wrong(String constraint, String what, String remedy) {
    String layouts = conv.groups() == 1 ? "1 group" : conv.groups() + " groups";
    return new GraphException(
        kernel.name(),
        constraint,
        """
        %s of '%s' with '%s' (%s): %s
          input  '%s'  %s   %s
          kernel '%s'  %s   %s, %s
        %s\
        """
            .formatted(
                function,
                x.name(),
                kernel.name(),
                constraint,
                what,
                x.name(),
                x.type(),
                letters(layout().input()),
                kernel.name(),
                kernel.type(),
                letters(layout().kernel()),
                layouts,
                remedy));
  }

  private String kernelType(int axis, Dim size) {
    Shape shape = kernel.shape().withDim(axis, size);
    return kernel.type().withShape(shape).toString();
  }

  /** The usual letters of a layout: NHWC for {@code b01f}, HWIO for {@code 01io}. */
  private String letters(String layout) {
    String spatial = "DHW".substring(3 - spatialRank);
    return layout
        .chars()
        .mapToObj(c ->
            switch (c) {
              case 'b' -> "N";
              case 'f' -> "C";
              case '0', '1', '2' -> spatial.substring(c - '0', c - '0' + 1);
              default -> Character.toString(c).toUpperCase(Locale.ROOT);
            })
        .collect(Collectors.joining());
  }
}
