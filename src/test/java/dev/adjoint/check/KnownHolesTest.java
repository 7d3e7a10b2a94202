package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.Finding.Verdict;
import dev.adjoint.check.GradientReport.Outcome;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Control;
import dev.adjoint.op.Logic;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** What other gradient checkers let through or report wrongly, one test each. */
class KnownHolesTest {
  private static Graph of(DType dtype, String shape, Function<Value, Value> function) {
    GraphBuilder g = GraphBuilder.create("function");
    Value x = g.input("x", dtype, Shape.parse(shape));
    g.signature("f").output("y", function.apply(x));
    return g.build();
  }

  private static GradientCheck check(String shape, Function<Value, Value> function) {
    return GradientCheck.of(of(DType.FLOAT32, shape, function), "f").seed(17);
  }

  /** A function whose gradient is another one's. */
  private static UnaryOperator<Value> ruled(
      UnaryOperator<Value> function, UnaryOperator<Value> gradient) {
    return x ->
        Control.customGradient(
            List.of(x),
            values -> function.apply(values.getFirst()),
            (_, dy) -> List.of(gradient.apply(dy)));
  }

  private static Outcome faultOutcome(String name) {
    GradientFault fault = GradientFault.named(name).orElseThrow();
    return fault.check(new FaultyOp(name), 4).run().outcome();
  }

  /** pytorch/pytorch#51430: the weight gradient was silently wrong for more than one group. */
  @Test
  void torch51430KernelGradientOfGroupedConvolution() {
    assertEquals(
        Outcome.FAILED,
        faultOutcome("grouped convolution's kernel gradient in the wrong group order"));
    assertEquals(
        Outcome.FAILED, faultOutcome("grouped convolution forgets every group but the first"));
  }

  /** pytorch/pytorch#77230: fast mode mixed up outputs when one has no derivative. */
  @Test
  void torch77230OutputsWithoutDerivative() {
    GraphBuilder g = GraphBuilder.create("outputs");
    Value x = g.input("x", DType.FLOAT32, 3);
    g.signature("f")
        .output("index", x.argMax(0))
        .output("y", x.exp())
        .output("positive", x.gt(x.like(0)))
        .output("z", x.sin());
    GradientCheck.of(g.build(), "f").seed(2).run().assertPassed();
  }

  /** pytorch/pytorch#190436: inputs without elements passed. */
  @Test
  void torch190436InputsWithoutElementsProveNothing() {
    GradientReport report = check("[0, 3]", Value::exp).run();
    assertEquals(Outcome.VACUOUS, report.outcome());
  }

  /** pytorch/pytorch#114234: relu at 0 was reported, though any subgradient will do there. */
  @Test
  void torch114234ReluAtZero() {
    GradientReport report =
        check("[3]", Value::relu)
            .value("x", Tensor.of(new double[] {0, 1.5, -2}, 3))
            .exhaustive()
            .run();
    assertEquals(Outcome.PASSED, report.outcome(), report::toString);
    assertEquals(3, report.count(Verdict.BETWEEN_SLOPES), report::toString);
  }

  /** pytorch/pytorch#195639: NaN outside the domain counted as a difference. */
  @Test
  void torch195639OutsideTheDomainIsDrawnAgain() {
    GradientReport report = check("[2]", Value::log).run();
    assertEquals(Outcome.PASSED, report.outcome(), report::toString);
    assertTrue(
        report.redrawn().stream().anyMatch(f -> f.verdict() == Verdict.UNDEFINED),
        report::toString);
    GradientReport never =
        check("[2]", Value::log).value("x", Tensor.of(new double[] {-1, -2}, 2)).run();
    assertEquals(Outcome.INCONCLUSIVE, never.outcome());
  }

  /** pytorch/pytorch#56279: the outcome depended on the seed where the condition is bad. */
  @Test
  void torch56279ConditionDoesNotDecide() {
    for (long seed = 0; seed < 30; seed++) {
      GradientReport report =
          check("[4]", x -> x.mul(1e8).add(1e8).log().mul(1e6).sin()).seed(seed).run();
      assertNotEquals(Outcome.FAILED, report.outcome(), report::toString);
    }
  }

  /** jax: a tolerance times the size lets 1000 elements be wrong by 2 each. */
  @Test
  void jaxSizeScaledTolerance() {
    UnaryOperator<Value> wrong = ruled(x -> x.mul(1), dy -> dy.mul(3));
    GradientReport report = check("[1000]", wrong).evaluator(Evaluator.inOwnPrecision()).run();
    assertEquals(Outcome.FAILED, report.outcome());
  }

  /** jax: one direction for all time; what is wrong across it is never seen. */
  @Test
  void jaxFixedDirectionHidesWhatIsOrthogonal() {
    Tensor across = Tensor.of(new double[] {1, 1, -1, -1}, 4).cast(DType.FLOAT32);
    UnaryOperator<Value> wrong =
        ruled(
            x -> x.sum(),
            dy ->
                dy.broadcast(Shape.of(4))
                    .add(dy.broadcast(Shape.of(4)).mul(dy.builder().constant(across))));
    for (long seed = 0; seed < 20; seed++) {
      assertEquals(Outcome.FAILED, check("[4]", wrong).seed(seed).run().outcome());
    }
  }

  /** Theano: differences of one side are wrong by the order of the step. */
  @Test
  void theanoOneSidedDifferences() {
    GradientReport report = check("[3]", x -> x.mul(x).mul(x)).run();
    assertEquals(Outcome.PASSED, report.outcome());
    report.findings().forEach(f -> assertTrue(f.bound() <= 1e-7 * Math.abs(f.analytic())));
    UnaryOperator<Value> slightly = ruled(x -> x.mul(2), dy -> dy.mul(2 + 0x1p-10));
    assertEquals(Outcome.FAILED, check("[3]", slightly).run().outcome());
  }

  /** TensorFlow: two arrays are returned and nothing is decided; DL4J: zeros pass. */
  @Test
  void tensorFlowAndDl4jThereIsAVerdictAndZerosAreNone() {
    assertEquals(Outcome.VACUOUS, check("[3]", x -> x.mul(0)).run().outcome());
    assertThrowsReport(check("[3]", x -> x.mul(0)).run());
  }

  private static void assertThrowsReport(GradientReport report) {
    AssertionError error = assertThrows(AssertionError.class, report::assertPassed);
    assertEquals(report.toString(), error.getMessage());
  }

  /** DL4J: double only, first order only. */
  @Test
  void dl4jOtherPrecisionsAndOrders() {
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      for (int order = 1; order <= 3; order++) {
        Graph graph = of(dtype, "[3]", x -> x.tanh().exp());
        GradientCheck.of(graph, "f").order(order).seed(6).run().assertPassed();
      }
      Graph graph = of(dtype, "[3]", x -> x.tanh().exp());
      GradientCheck.of(graph, "f")
          .evaluator(Evaluator.inOwnPrecision())
          .seed(6)
          .run()
          .assertPassed();
    }
  }

  /** pasteurlabs/tesseract-core#706: an absolute step on inputs of 2e4, 400 of 400 reported. */
  @Test
  void tesseract706LargeInputs() {
    int passed = 0;
    for (long seed = 0; seed < 400; seed++) {
      GradientReport report =
          check("[1]", x -> x.sqrt().mul(x).add(x.log()))
              .draw("x", random -> Tensor.of(new double[] {2e4 + random.nextGaussian() * 1e3}, 1))
              .tries(1)
              .seed(seed)
              .run();
      passed += report.passed() ? 1 : 0;
    }
    assertEquals(400, passed);
  }

  /** The same function at every scale of its argument. */
  @Test
  void anyScaleOfTheInput() {
    for (double scale : new double[] {1e-30, 1e-20, 1e-3, 1, 1e5, 1e20, 1e30}) {
      GradientReport report =
          GradientCheck.of(of(DType.FLOAT64, "[3]", x -> x.mul(1 / scale).tanh()), "f")
              .draw(
                  "x",
                  r ->
                      Tensor.of(
                          DoubleStream.generate(() -> r.nextGaussian() * scale).limit(3).toArray(),
                          3))
              .seed(8)
              .run();
      assertEquals(Outcome.PASSED, report.outcome(), () -> scale + "\n" + report);
    }
  }

  /** Elements of very different sizes in one tensor: each by itself is seen. */
  @Test
  void mixedScalesInOneTensor() {
    Tensor x = Tensor.of(new double[] {1e-20, 3, 1e20}, 3);
    Graph right = of(DType.FLOAT64, "[3]", v -> v.mul(v));
    GradientCheck.of(right, "f").value("x", x).exhaustive().seed(1).run().assertPassed();
    Tensor first = Tensor.of(new double[] {1.001, 1, 1}, 3);
    Graph wrong =
        of(
            DType.FLOAT64,
            "[3]",
            v -> ruled(y -> y.mul(1), dy -> dy.mul(dy.builder().constant(first))).apply(v.mul(v)));
    assertEquals(
        Outcome.FAILED,
        GradientCheck.of(wrong, "f").value("x", x).exhaustive().seed(1).run().outcome());
  }

  /** SauersML/gam#2461: a truncation error that looks like a wrong factor over many steps. */
  @Test
  void gam2461OscillationIsNoFault() {
    for (long seed = 0; seed < 30; seed++) {
      GradientReport report = check("[3]", x -> x.mul(1000).sin()).seed(seed).run();
      assertEquals(Outcome.PASSED, report.outcome(), report::toString);
    }
  }

  /** climate-analytics-lab/jax-gcm#813: a central difference across a kink is the mean slope. */
  @Test
  void jaxGcm813MeanOfTwoSlopesIsNotAccepted() {
    UnaryOperator<Value> mean = ruled(x -> x.relu().add(x.mul(3)), dy -> dy.mul(3.5));
    GradientReport report =
        check("[1]", mean).value("x", Tensor.of(new double[] {0}, 1)).exhaustive().run();
    assertNotEquals(Outcome.PASSED, report.outcome(), report::toString);
  }

  /** microsoft/skala#79: the extrapolation's own error estimate collapses; AMICI-dev/AMICI#3226. */
  @Test
  void skala79ErrorEstimateDoesNotCollapse() {
    for (double frequency : new double[] {8 * Math.PI, 16 * Math.PI, 64 * Math.PI}) {
      for (long seed = 0; seed < 10; seed++) {
        GradientReport report =
            check("[1]", x -> x.mul(frequency).cos())
                .value("x", Tensor.of(new double[] {1.01}, 1))
                .exhaustive()
                .seed(seed)
                .run();
        assertNotEquals(Outcome.FAILED, report.outcome(), report::toString);
      }
    }
  }

  /** BVLC/caffe#1334: at a kink the gradient must lie between the slopes of both sides. */
  @Test
  void caffe1334GradientBetweenTheSlopes() {
    Tensor zero = Tensor.of(new double[] {0, 0}, 2);
    UnaryOperator<Value> outside = ruled(Value::abs, dy -> dy.mul(1.5));
    GradientReport report = check("[2]", outside).value("x", zero).exhaustive().run();
    assertEquals(Outcome.FAILED, report.outcome(), report::toString);
    assertTrue(report.count(Verdict.OUTSIDE_SLOPES) > 0, report::toString);
    UnaryOperator<Value> inside = ruled(Value::abs, dy -> dy.mul(0.5));
    GradientReport allowed = check("[2]", inside).value("x", zero).exhaustive().run();
    assertEquals(Outcome.INCONCLUSIVE, allowed.outcome(), allowed::toString);
    assertEquals(6, allowed.count(Verdict.BETWEEN_SLOPES), allowed::toString);
  }

  /** The maximum of a value and itself has no kink, and a gradient that must not count twice. */
  @Test
  void tiesCountOnce() {
    FaultyOp toBoth = new FaultyOp("max to both operands");
    GradientReport report = check("[3]", x -> x.builder().add(toBoth, x, x)).run();
    assertEquals(Outcome.FAILED, report.outcome(), report::toString);
    assertEquals(Outcome.PASSED, check("[3]", x -> x.max(x)).run().outcome());
  }

  /** A saturated cross-entropy, whose second derivative is nearly all rounding. */
  @Test
  void saturatedCrossEntropyIsNoFault() {
    for (long seed = 0; seed < 40; seed++) {
      GraphBuilder g = GraphBuilder.create("saturated");
      Value x = g.input("x", DType.FLOAT32, 3, 4);
      Value labels = g.input("labels", DType.INT32, 3);
      g.signature("f").output("loss", x.mul(20).sparseSoftmaxCrossEntropy(labels).mean());
      GradientReport report =
          GradientCheck.of(g.build(), "f").order(1 + (int) (seed % 2)).seed(seed).run();
      assertNotEquals(Outcome.FAILED, report.outcome(), report::toString);
    }
  }

  /** Jumps near the point, absorption, and exponentials of large numbers. */
  @Test
  void hardFunctionsAreNoFaults() {
    List<UnaryOperator<Value>> functions =
        List.of(
            x -> x.add(x.mul(20).floor()),
            x -> x.mul(1e-20).add(1),
            x -> x.mul(-60).exp().add(1).log().mul(1e10),
            x -> x.mul(200).exp(),
            x -> x.add(1e10).sub(1e10).sin(),
            x -> x.add(1e4).exp().log(),
            x -> x.mul(x).mul(1e-12).add(x.abs()),
            x -> Logic.select(x.gt(x.like(0.01)), x.mul(x), x.sin()));
    for (UnaryOperator<Value> function : functions) {
      for (long seed = 0; seed < 10; seed++) {
        GradientReport report =
            GradientCheck.of(of(DType.FLOAT64, "[5]", function), "f").seed(seed).run();
        assertNotEquals(Outcome.FAILED, report.outcome(), report::toString);
      }
    }
  }

  /** A projection asks as often, whatever the size. */
  @Test
  void costOfAProjectionDoesNotGrowWithTheSize() {
    assertEquals(evaluations("[10]"), evaluations("[10000]"), 40);
  }

  private static int evaluations(String shape) {
    int[] count = {0};
    check(shape, x -> x.mul(3))
        .evaluator((graph, nodes, leaves) -> {
          count[0]++;
          return Evaluator.inOwnPrecision().evaluate(graph, nodes, leaves);
        })
        .run()
        .assertPassed();
    return count[0];
  }
}
