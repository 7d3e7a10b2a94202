package dev.adjoint.cli.example;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.tensor.Tensor;
import java.io.PrintWriter;

/** The lecture notes' filter of 7 x 7 that answers to a curve, over its match and over none. */
public record CurveDetector() implements Example {
  private static final int SIDE = 7;
  private static final int[][] CURVE = {{1, 5}, {2, 4}, {3, 3}, {4, 3}, {5, 3}};
  private static final float[] BRIGHTNESS = {50, 50, 50, 20, 50};
  private static final float WEIGHT = 30;

  @Override
  public String name() {
    return "curve-detector";
  }

  @Override
  public String description() {
    return "A filter that answers to a curve: 6600 where it finds one, little where it does not.";
  }

  @Override
  public void run(ExampleSettings settings) {
    PrintWriter out = settings.out();
    float[] filter = new float[SIDE * SIDE];
    float[] match = new float[SIDE * SIDE];
    float[] mirrored = new float[SIDE * SIDE];
    for (int k = 0; k < CURVE.length; k++) {
      int row = CURVE[k][0];
      int column = CURVE[k][1];
      filter[row * SIDE + column] = WEIGHT;
      match[row * SIDE + column] = BRIGHTNESS[k];
      mirrored[row * SIDE + SIDE - 1 - column] = BRIGHTNESS[k];
    }
    out.println("The filter, and a piece of an image that it matches:\n");
    out.println(TextImage.shades(Tensor.of(filter, SIDE, SIDE), SIDE, SIDE));
    out.println(TextImage.shades(Tensor.of(match, SIDE, SIDE), SIDE, SIDE));
    out.printf("(50*30)*4 + 20*30 = %.0f%n%n", answer(filter, match));
    out.println("The same curve the other way round:\n");
    out.println(TextImage.shades(Tensor.of(mirrored, SIDE, SIDE), SIDE, SIDE));
    out.printf("answer %.0f%n", answer(filter, mirrored));
  }

  private static double answer(float[] filter, float[] image) {
    GraphBuilder g = GraphBuilder.create("curve-detector");
    return Computed.of(
            Convolutions.conv2d(
                g.constant(Tensor.of(image, 1, SIDE, SIDE, 1)),
                g.constant(Tensor.of(filter, SIDE, SIDE, 1, 1))))
        .getDouble(0);
  }
}
