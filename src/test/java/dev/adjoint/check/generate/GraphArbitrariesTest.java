package dev.adjoint.check.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.Pointwise;
import dev.adjoint.tensor.DType;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Shrinkable;
import org.junit.jupiter.api.Test;

/** How a failing example is made smaller, without the runner of properties. */
class GraphArbitrariesTest {
  private static <T> T smallest(Arbitrary<T> arbitrary, Predicate<T> fails) {
    Random random = new Random(42);
    Shrinkable<T> failing =
        Stream.generate(() -> arbitrary.generator(1000).next(random))
            .filter(drawn -> fails.test(drawn.value()))
            .findFirst()
            .orElseThrow();
    while (true) {
      Optional<Shrinkable<T>> simpler =
          failing.shrink().filter(drawn -> fails.test(drawn.value())).findFirst();
      if (simpler.isEmpty()) {
        return failing.value();
      }
      assertTrue(simpler.get().distance().compareTo(failing.distance()) < 0);
      failing = simpler.get();
    }
  }

  private static boolean hasErrorFunction(Graph graph) {
    return graph.nodes().stream().anyMatch(node -> node.op() instanceof Pointwise.Erf);
  }

  @Test
  void aWholeGraphShrinksToTheNodeAtFault() {
    GraphCase smallest =
        smallest(
            GraphArbitraries.graphs(),
            drawn -> hasErrorFunction(drawn.graph()) && drawn.graph().nodes().size() > 1);
    assertEquals(
        """
        graph "random"
        %leaf0 : f32[] = input()
        %erf : f32[] = erf(%leaf0)
        signature "run" ("leaf0" = %leaf0) -> ("y" = %erf)
        """,
        smallest.graph().toString());
    assertEquals("seed %d\n%s".formatted(smallest.seed(), smallest.graph()), smallest.toString());
  }

  @Test
  void aCorrelationShrinksToTheSettingAtFault() {
    GraphCase smallest =
        smallest(
            GraphArbitraries.operator(Convolution.Correlation.class),
            drawn -> Feature.of(drawn.graph()).contains(Feature.INPUT_DILATION));
    assertEquals(
        """
        graph "Correlation"
        %x0 : f32[1, 1, 1] = input()
        %x1 : f32[1, 1, 1] = input()
        %correlation : f32[1, 1, 1] = correlation(%x0, %x1) {window=[{inputDilation=2}], layout={input="b0f", kernel="0io", output="b0f"}}
        signature "run" ("x0" = %x0, "x1" = %x1) -> ("y" = %correlation)
        """,
        smallest.graph().toString());
  }

  @Test
  void aDTypeShrinksToTheFirst() {
    assertEquals(DType.FLOAT32, smallest(GraphArbitraries.dtypes(), _ -> true));
  }
}
