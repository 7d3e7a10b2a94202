package dev.adjoint.saved;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Signature;
import dev.adjoint.saved.Preprocessing.Channels;
import dev.adjoint.saved.Preprocessing.Size;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.Collections;
import java.util.List;

/**
 * The input of a signature that takes images, and how one image becomes its value. Whoever gives
 * images to models, the command line or the server's page, asks here.
 *
 * <p>An input takes images if it is the signature's only one, of a floating dtype, and its shape is
 * {@code [N, height, width]}, or that with 1 or 3 channels behind or before height and width. Sizes
 * that the shape leaves open, and those of flat inputs {@code [N, pixels]}, are said by {@link
 * Preprocessing#size}.
 *
 * @param name of the input
 * @param type of one image: its first size is 1
 * @param size of the image
 * @param channels what it has at each place
 * @param channelsFirst whether a whole plane of one channel stands before the next
 * @param preprocessing what becomes of the samples
 */
public record ImageInput(
    String name,
    TensorType type,
    Size size,
    Channels channels,
    boolean channelsFirst,
    Preprocessing preprocessing) {
  /** No image of a model is larger; 256 MB of FLOAT32. */
  private static final long MOST_ELEMENTS = 1 << 26;

  /**
   * The input of a signature.
   *
   * @throws GraphException if it takes no image, or the graph's metadata is not understood
   */
  public static ImageInput of(Graph graph, Signature signature) {
    if (signature.inputs().size() != 1) {
      throw new GraphException(
          "The signature '%s' takes no image alone, its inputs are %s."
              .formatted(signature.name(), signature.inputs().keySet()));
    }
    String name = signature.inputs().keySet().iterator().next();
    TensorType type = signature.input(name).type();
    Preprocessing how = Preprocessing.of(graph);
    ImageAxes axes = ImageAxes.of(type.shape(), how).orElseThrow(() -> noImage(name, type));
    if (!type.dtype().isFloating()) {
      throw noImage(name, type);
    }
    requireSensible(name, axes, how);
    return new ImageInput(
        name,
        type.withShape(axes.shape()),
        axes.size(),
        how.channels().orElse(axes.channels() == 1 ? Channels.GRAY : Channels.RGB),
        axes.channelsFirst(),
        how);
  }

  private static void requireSensible(String name, ImageAxes axes, Preprocessing how) {
    Size size = axes.size();
    if ((long) size.height() * size.width() > MOST_ELEMENTS / axes.channels()) {
      throw new GraphException(
          name,
          "The input '%s' takes images of %s, larger than the %d elements that an image may have."
              .formatted(name, size, MOST_ELEMENTS));
    }
    if (Math.max(how.mean().size(), how.deviation().size()) > axes.channels()) {
      throw new GraphException(
          name,
          "The model's 'preprocessing' has numbers for 3 channels, the input '%s' has %d."
              .formatted(name, axes.channels()));
    }
  }

  private static GraphException noImage(String name, TensorType type) {
    return new GraphException(
        name,
        "The input '%s' takes no image: it is %s. Images are f32[N, height, width], or that with"
                .formatted(name, type)
            + " 1 or 3 channels; other shapes need 'size=HEIGHTxWIDTH' in the model's"
            + " 'preprocessing'.");
  }

  /** The shape in which images are given: {@code [height, width, channels]}. */
  public Shape imageShape() {
    return Shape.of(size.height(), size.width(), channels.count());
  }

  /** The mean of each channel, in the order of the input. */
  public List<Double> means() {
    return ofEachChannel(preprocessing.mean());
  }

  /** The deviation of each channel, in the order of the input. */
  public List<Double> deviations() {
    return ofEachChannel(preprocessing.deviation());
  }

  private List<Double> ofEachChannel(List<Double> numbers) {
    return numbers.size() == channels.count()
        ? numbers
        : Collections.nCopies(channels.count(), numbers.getFirst());
  }

  /**
   * The negative of an image if one is wanted: by the model's preprocessing, or by whoever gives
   * the image, but not by both.
   *
   * @param image samples from 0 to 1
   */
  public Tensor seen(Tensor image, boolean inverted) {
    if (inverted == preprocessing.inverted()) {
      return image;
    }
    float[] samples = image.toFloats();
    for (int i = 0; i < samples.length; i++) {
      samples[i] = 1 - samples[i];
    }
    return Tensor.adopt(samples, image.shape());
  }

  /**
   * The value of the input for one image.
   *
   * @param seen FLOAT32 of {@link #imageShape}: samples from 0 to 1, grey or red, green, blue, as
   *     {@link #seen} gives them
   */
  public Tensor value(Tensor seen) {
    if (!seen.type().equals(new TensorType(DType.FLOAT32, imageShape()))) {
      throw new IllegalArgumentException(
          "The input '%s' takes images of f32%s, given %s."
              .formatted(name, imageShape(), seen.type()));
    }
    int count = channels.count();
    int area = size.height() * size.width();
    double[] elements = new double[area * count];
    for (int c = 0; c < count; c++) {
      int read = channels == Channels.BGR ? count - 1 - c : c;
      double mean = means().get(c);
      double deviation = deviations().get(c);
      for (int i = 0; i < area; i++) {
        double ranged =
            preprocessing.low()
                + seen.getDouble(i * count + read) * (preprocessing.high() - preprocessing.low());
        elements[channelsFirst ? c * area + i : i * count + c] = (ranged - mean) / deviation;
      }
    }
    return Tensor.adopt(elements, type.shape()).cast(type.dtype());
  }
}
