package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Movement;
import dev.adjoint.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The last part of an explanation; {@link KernelGroupsTest} has more of its sentences. */
class ExplanationTest {
  private static String explain(SessionOptions options, Function<Value, List<Value>> outputs) {
    GraphBuilder g = GraphBuilder.create("explained");
    List<Value> values = outputs.apply(g.input("x", DType.FLOAT32, 24, 16));
    for (int i = 0; i < values.size(); i++) {
      g.signature("run").output("y" + i, values.get(i));
    }
    try (Session session = Session.open(g.build(), options.withThreads(1))) {
      return session
          .compile("run", Map.of())
          .explain()
          .lines()
          .dropWhile(line -> !line.equals("Not computed together"))
          .skip(2)
          .collect(Collectors.joining("\n"));
    }
  }

  @Test
  void aConcatenationIsNoLoop() {
    assertEquals(
        """
        'max' not with 'concat': 'concat' (concat) has a kernel of its own, which is no loop\
        """,
        explain(SessionOptions.standard(), x -> List.of(Movement.concat(0, List.of(x, x)).relu())));
  }

  @Test
  void aLoopFoldsOneSetOfAxes() {
    assertEquals(
        "'reduce_sum_1' not with 'exp': one loop folds axis [1], the other axis [0]",
        explain(
            SessionOptions.standard(),
            x -> {
              Value y = x.exp();
              return List.of(y.sum(0), y.sum(1));
            }));
  }

  @Test
  void whatChecksNumbersComputesNodeByNode() {
    assertEquals(
        "'sin' not with 'exp': the session gives every node a kernel of its own",
        explain(SessionOptions.standard().checkingNumbers(), x -> List.of(x.exp().sin())));
  }

  @Test
  void oneKernelIsTogetherWithAll() {
    assertEquals(
        "nothing: no kernel reads what another computes",
        explain(SessionOptions.standard(), x -> List.of(x.exp().sin())));
  }
}
