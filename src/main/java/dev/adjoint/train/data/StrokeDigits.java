package dev.adjoint.train.data;

import dev.adjoint.tensor.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Digits drawn by strokes, as many as wanted and without a download: {@code [28, 28, 1]} from 0 to
 * 1. Each is one of several ways to write it, bent, slanted, rotated, scaled, shifted, drawn with a
 * pen of some thickness and covered with noise; all are functions of the seed and the number of the
 * example, the same bits on every machine.
 */
public final class StrokeDigits {
  private static final int SIDE = 28;
  private static final int DIGITS = 10;
  private static final List<String> CLASSES =
      IntStream.range(0, DIGITS).mapToObj(Integer::toString).toList();
  private static final long TEST = 0x7e57;

  private StrokeDigits() {}

  /** Examples to learn from, and others to judge by. */
  public static TrainTest of(long seed, int train, int test) {
    return new TrainTest(of(seed, train), of(Seeds.mix(seed, TEST), test));
  }

  /** Some examples; the digits come in turn, so that all are as frequent. */
  public static ByteImages of(long seed, int count) {
    byte[] samples = new byte[Math.multiplyExact(count, SIDE * SIDE)];
    byte[] labels = new byte[count];
    IntStream.range(0, count)
        .parallel()
        .forEach(i -> {
          labels[i] = (byte) (i % DIGITS);
          SplittableRandom random = new SplittableRandom(Seeds.mix(seed, i));
          byte[] image = draw(i % DIGITS, random);
          System.arraycopy(image, 0, samples, i * SIDE * SIDE, image.length);
        });
    return new ByteImages(samples, labels, Shape.of(SIDE, SIDE, 1), CLASSES);
  }

  private static byte[] draw(int digit, SplittableRandom random) {
    List<List<Stroke>> ways = DigitStrokes.of(digit);
    List<Stroke> strokes = ways.get(random.nextInt(ways.size()));
    Pen pen = Pen.random(SIDE, random);
    StrokeCanvas canvas = new StrokeCanvas(SIDE);
    for (Stroke stroke : strokes) {
      canvas.draw(stroke.warped(pen), pen.radius(), pen.ink());
    }
    return canvas.withNoise(random.nextDouble(0.05, 0.25), random);
  }
}
