package dev.adjoint.saved;

import com.google.common.base.Splitter;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the samples of an image become the elements of a model's input, as the metadata of its graph
 * says it under {@code preprocessing}: {@code key=value} between spaces, in any order.
 *
 * <pre>
 * range=0..255 mean=103.53,116.28,123.675 deviation=57.375,57.12,58.395 channels=bgr size=224x224
 * </pre>
 *
 * <p>A sample s, 0 for dark to 1 for light, becomes {@code (low + s (high - low) - mean) /
 * deviation}, computed in double and rounded once. What is not said stays as in {@link #STANDARD}:
 * the elements are the samples, from 0 to 1.
 *
 * @param low what dark becomes before mean and deviation; {@code range=low..high}
 * @param high what light becomes
 * @param mean is subtracted, one for all channels or one for each in the order of the input
 * @param deviation divides, not 0; as many as of {@code mean}, or one
 * @param channels grey or colour; empty if the input's shape says it
 * @param size the height and width of the image, {@code size=HEIGHTxWIDTH}; empty if the input's
 *     shape says it
 * @param inverted whether the model takes negatives: s becomes {@code 1 - s} before all else
 */
public record Preprocessing(
    double low,
    double high,
    List<Double> mean,
    List<Double> deviation,
    Optional<Channels> channels,
    Optional<Size> size,
    boolean inverted) {
  /** The key in the metadata. */
  public static final String KEY = "preprocessing";

  /** Samples from 0 to 1. */
  public static final Preprocessing STANDARD =
      new Preprocessing(
          0, 1, List.of(0.0), List.of(1.0), Optional.empty(), Optional.empty(), false);

  private static final Pattern RANGE = Pattern.compile("(.+)\\.\\.(.+)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,6})x([0-9]{1,6})");

  /** What an image has at each place. */
  public enum Channels {
    /** Luminance by ITU-R BT.601. */
    GRAY,
    /** Red, green, blue. */
    RGB,
    /** Blue, green, red. */
    BGR;

    /** How many there are. */
    public int count() {
      return this == GRAY ? 1 : 3;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The size of an image.
   *
   * @param height in pixels
   * @param width in pixels
   */
  public record Size(int height, int width) {
    /** Checks that there is a pixel. */
    public Size {
      if (height < 1 || width < 1) {
        throw new GraphException(
            "In 'preprocessing', size is 1x1 or more, given %dx%d.".formatted(height, width));
      }
    }

    @Override
    public String toString() {
      return height + "x" + width;
    }
  }

  /** Checks the numbers. */
  public Preprocessing {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    require(
        low != high && Double.isFinite(high - low),
        "range has two numbers, whose difference is finite and not 0");
    require(mean.stream().allMatch(Double::isFinite), "mean is finite");
    require(
        deviation.stream().allMatch(d -> Double.isFinite(d) && d != 0),
        "deviation is finite and not 0");
    require(isPerChannel(mean) && isPerChannel(deviation), "there is one number, or 3 for colours");
  }

  private static boolean isPerChannel(List<Double> numbers) {
    return numbers.size() == 1 || numbers.size() == 3;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new GraphException("In 'preprocessing', " + rule + ".");
    }
  }

  /**
   * What a graph says.
   *
   * @throws GraphException if it says something that is not understood
   */
  public static Preprocessing of(Graph graph) {
    return parse(graph.metadata().getOrDefault(KEY, ""));
  }

  /**
   * Reads the text form.
   *
   * @throws GraphException if a key or a value is not understood: to go on without it would give
   *     wrong numbers
   */
  public static Preprocessing parse(String text) {
    Map<String, String> said = new HashMap<>();
    for (String word : Splitter.onPattern("\\s+").omitEmptyStrings().split(text)) {
      int sign = word.indexOf('=');
      if (sign < 1 || said.put(word.substring(0, sign), word.substring(sign + 1)) != null) {
        throw notUnderstood(word);
      }
    }
    Optional<double[]> range = take(said, "range", Preprocessing::range);
    Preprocessing read =
        new Preprocessing(
            range.map(ends -> ends[0]).orElse(STANDARD.low),
            range.map(ends -> ends[1]).orElse(STANDARD.high),
            take(said, "mean", Preprocessing::numbers).orElse(STANDARD.mean),
            take(said, "deviation", Preprocessing::numbers).orElse(STANDARD.deviation),
            take(said, "channels", name -> Channels.valueOf(name.toUpperCase(Locale.ROOT))),
            take(said, "size", Preprocessing::size),
            take(said, "inverted", Preprocessing::flag).orElse(STANDARD.inverted));
    if (!said.isEmpty()) {
      throw notUnderstood(String.join(" ", said.keySet()));
    }
    return read;
  }

  private static <T> Optional<T> take(
      Map<String, String> said, String key, Function<String, T> reader) {
    String value = said.remove(key);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(reader.apply(value));
    } catch (GraphException e) {
      throw e;
    } catch (IllegalArgumentException _) {
      throw notUnderstood(key + "=" + value);
    }
  }

  private static GraphException notUnderstood(String words) {
    return new GraphException(
        "The model's 'preprocessing' has '%s'; understood are range=0..1, mean=, deviation=,"
                .formatted(Excerpts.of(words))
            + " channels=gray, rgb or bgr, size=HEIGHTxWIDTH and inverted=true, each once.");
  }

  private static double[] range(String text) {
    Matcher ends = matching(RANGE, text);
    return new double[] {Double.parseDouble(ends.group(1)), Double.parseDouble(ends.group(2))};
  }

  private static Size size(String text) {
    Matcher sizes = matching(SIZE, text);
    return new Size(Integer.parseInt(sizes.group(1)), Integer.parseInt(sizes.group(2)));
  }

  private static Matcher matching(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    return matcher;
  }

  private static List<Double> numbers(String text) {
    List<Double> numbers = new ArrayList<>();
    Splitter.on(',').split(text).forEach(number -> numbers.add(Double.parseDouble(number)));
    return numbers;
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  /** The text form, which {@link #parse} reads. */
  @Override
  public String toString() {
    return "range=%s..%s mean=%s deviation=%s%s%s inverted=%s"
        .formatted(
            low,
            high,
            text(mean),
            text(deviation),
            channels.map(value -> " channels=" + value).orElse(""),
            size.map(value -> " size=" + value).orElse(""),
            inverted);
  }

  private static String text(List<Double> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
