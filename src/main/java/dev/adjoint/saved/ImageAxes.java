package dev.adjoint.saved;

import dev.adjoint.saved.Preprocessing.Size;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the rows, columns and channels of one image are in an input's shape.
 *
 * @param shape of one image, with a first size of 1
 * @param size of the image
 * @param channels how many, 1 or 3
 * @param channelsFirst whether they stand before rows and columns
 */
record ImageAxes(Shape shape, Size size, int channels, boolean channelsFirst) {
  /** A plane without channels and without a said size is taken for an image from here on. */
  private static final int LEAST_SIDE = 4;

  /** An order of axes; those of the shape without the batch. */
  private enum Order {
    PLANE(0, 1, Optional.empty()),
    CHANNELS_LAST(0, 1, Optional.of(2)),
    CHANNELS_FIRST(1, 2, Optional.of(0));

    private final int height;
    private final int width;
    private final Optional<Integer> channels;

    Order(int height, int width, Optional<Integer> channels) {
      this.height = height;
      this.width = width;
      this.channels = channels;
    }

    private int rank() {
      return channels.isPresent() ? 3 : 2;
    }
  }

  /** Those of an input; empty if it takes no image. */
  static Optional<ImageAxes> of(Shape input, Preprocessing how) {
    List<Dim> dims = input.dims();
    if (dims.isEmpty() || (dims.getFirst().isConstant() && !dims.getFirst().is(1))) {
      return Optional.empty();
    }
    List<Dim> one = dims.subList(1, dims.size());
    if (one.size() == 1) {
      return flat(one.getFirst(), how);
    }
    return Stream.of(Order.values())
        .filter(order -> order.rank() == one.size())
        .flatMap(order -> ordered(order, one, how).stream())
        .findFirst();
  }

  private static Optional<ImageAxes> flat(Dim pixels, Preprocessing how) {
    if (how.size().isEmpty() || !pixels.isConstant()) {
      return Optional.empty();
    }
    Size size = how.size().get();
    long area = (long) size.height() * size.width();
    long channels = pixels.value() / area;
    return pixels.value() % area == 0 && areChannels(channels, how)
        ? Optional.of(new ImageAxes(Shape.of(1, pixels.value()), size, (int) channels, false))
        : Optional.empty();
  }

  private static Optional<ImageAxes> ordered(Order order, List<Dim> one, Preprocessing how) {
    long channels = constant(order.channels.map(one::get).orElse(Dim.of(1)));
    long height = side(one.get(order.height), how.size().map(Size::height));
    long width = side(one.get(order.width), how.size().map(Size::width));
    int least = order == Order.PLANE && how.size().isEmpty() ? LEAST_SIDE : 1;
    if (!areChannels(channels, how)
        || Math.min(height, width) < least
        || Math.max(height, width) > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    Size size = new Size((int) height, (int) width);
    Shape shape =
        switch (order) {
          case PLANE -> Shape.of(1, height, width);
          case CHANNELS_LAST -> Shape.of(1, height, width, channels);
          case CHANNELS_FIRST -> Shape.of(1, channels, height, width);
        };
    return Optional.of(new ImageAxes(shape, size, (int) channels, order == Order.CHANNELS_FIRST));
  }

  private static boolean areChannels(long count, Preprocessing how) {
    return how.channels().isPresent()
        ? count == how.channels().get().count()
        : count == 1 || count == 3;
  }

  /** A size, 0 if it varies. */
  private static long constant(Dim dim) {
    return dim.isConstant() ? dim.value() : 0;
  }

  /** The length of a side; 0 if it is not known, or not what is said of it. */
  private static long side(Dim dim, Optional<Integer> said) {
    long known = dim.isConstant() ? dim.value() : said.orElse(0);
    return said.isPresent() && said.get() != known ? 0 : known;
  }
}
