package dev.adjoint.runtime;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is blamed for a number that is none, and who is not. */
class NumberCheckTest {
  private static final SessionOptions CHECKING = SessionOptions.standard().checkingNumbers();
  private static final String RUN = "run";
  private static final long[] IMAGE = {1, 10, 10, 16};
  private static final long[] KERNEL = {5, 5, 16, 16};

  /** The logarithm may be written where its operand lay. */
  @Test
  void anOperandThatWasWrittenOverIsNotBlamed() {
    GraphBuilder g = GraphBuilder.create("in-place");
    Value x = g.input("x", DType.FLOAT32, 3);
    g.signature(RUN).output("y", x.mul(x.add(1)).as("operand").log().as("culprit").exp());
    try (Session session = Session.open(g.build(), CHECKING)) {
      RunException.NotFinite e =
          assertRefused(
              RunException.NotFinite.class,
              () -> session.run(RUN, Map.of("x", Tensor.vector(1f, -0.5f, 2f))),
              "'culprit' (log) gave NaN at element 1",
              "Its operand 'operand' is finite.");
      assertEquals("culprit", e.node());
    }
  }

  /** A convolution that sums sixteen features, by nine points, between two other nodes. */
  private static Graph convolution(boolean parameter, Tensor kernel) {
    GraphBuilder g = GraphBuilder.create("convolution");
    Value x = g.input("x", DType.FLOAT32, IMAGE);
    Value w = parameter ? g.parameter("w", kernel) : g.input("w", DType.FLOAT32, KERNEL);
    Value y = Convolutions.conv2d(x.neg().as("before"), w, Conv.same()).as("conv");
    g.signature(RUN).output("y", y.neg().as("after"));
    return g.build();
  }

  private static Tensor filled(double value, long... sizes) {
    return Tensor.fill(DType.FLOAT32, Shape.of(sizes), value);
  }

  private static RunException.NotFinite refused(
      boolean parameter, SessionOptions options, Tensor x, Tensor w, String... pieces) {
    try (Session session = Session.open(convolution(parameter, w), options)) {
      Map<String, Tensor> inputs = parameter ? Map.of("x", x) : Map.of("x", x, "w", w);
      return assertRefused(RunException.NotFinite.class, () -> session.run(RUN, inputs), pieces);
    }
  }

  private static void assertPasses(boolean parameter, Tensor x, Tensor w) {
    try (Session session = Session.open(convolution(parameter, w), CHECKING.direct())) {
      session.run(RUN, parameter ? Map.of("x", x) : Map.of("x", x, "w", w));
    }
  }

  /** The convolution is the first whose numbers are none; computed directly they are some. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aConvolutionThatOverflowsOnItsWayIsBlamed(boolean parameter) {
    Tensor x = filled(1e37, IMAGE);
    Tensor w = filled(1e-6, KERNEL);
    RunException.NotFinite e =
        refused(parameter, CHECKING, x, w, "Its operand 'before' is finite.");
    assertEquals("conv", e.node());
    assertPasses(parameter, x, w);
  }

  /** Packed weights are transformed ones; the weights are not to blame for what that does. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void weightsThatOverflowInTheirTransformAreNotBlamed(boolean parameter) {
    Tensor x = filled(1e-6, 1, 8, 8, 16);
    GraphBuilder g = GraphBuilder.create("weights");
    Value input = g.input("x", x.type());
    Tensor weights = filled(3.3e38, KERNEL);
    Value w = parameter ? g.parameter("w", weights) : g.input("w", DType.FLOAT32, KERNEL);
    g.signature(RUN).output("y", Convolutions.conv2d(input, w, Conv.same()).as("conv"));
    Map<String, Tensor> inputs = parameter ? Map.of("x", x) : Map.of("x", x, "w", weights);
    try (Session session = Session.open(g.build(), CHECKING)) {
      RunException.NotFinite e =
          assertRefused(RunException.NotFinite.class, () -> session.run(RUN, inputs));
      assertEquals("conv", e.node());
    }
    try (Session session = Session.open(g.build(), CHECKING.direct())) {
      session.run(RUN, inputs);
    }
  }

  /** It spreads to the tiles that the pixel is in, so the element is not always in its windows. */
  @Test
  void anInfinitePixelIsFoundBeforeTheConvolution() {
    double[] pixels = new double[1600];
    Arrays.fill(pixels, 0.5);
    pixels[877] = Double.POSITIVE_INFINITY;
    Tensor x = Tensor.of(pixels, IMAGE).cast(DType.FLOAT32);
    RunException.NotFinite e =
        refused(
            false,
            CHECKING,
            x,
            filled(1, KERNEL),
            "gave -Infinity at element 877",
            "Its operand 'x' has Infinity at element 877.");
    assertEquals("before", e.node());
  }

  @Test
  void anInfiniteInputOfAConvolutionIsTold() {
    double[] pixels = new double[1600];
    pixels[877] = Double.NEGATIVE_INFINITY;
    Tensor x = Tensor.of(pixels, IMAGE).cast(DType.FLOAT32);
    GraphBuilder g = GraphBuilder.create("first");
    Value input = g.input("x", DType.FLOAT32, IMAGE);
    Value w = g.parameter("w", filled(1, KERNEL));
    g.signature(RUN).output("y", Convolutions.conv2d(input, w, Conv.same()).as("conv"));
    for (SessionOptions options : new SessionOptions[] {CHECKING, CHECKING.direct()}) {
      try (Session session = Session.open(g.build(), options)) {
        RunException.NotFinite e =
            assertRefused(
                RunException.NotFinite.class,
                () -> session.run(RUN, Map.of("x", x)),
                "Its operand 'x' has -Infinity at element 877.");
        assertEquals("conv", e.node());
      }
    }
  }

  /** The parameter is no number before anything is computed. */
  @Test
  void aWeightThatIsNoneIsNamed() {
    double[] weights = new double[6400];
    weights[4321] = Double.NaN;
    Tensor w = Tensor.of(weights, KERNEL).cast(DType.FLOAT32);
    RunException.NotFinite e =
        refused(true, CHECKING, filled(1, IMAGE), w, "'w' has NaN at element 4321.");
    assertEquals("w", e.node());
  }
}
