package dev.adjoint.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.Map;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static void assertRates(Schedule schedule, long last, LongToDoubleFunction expected) {
    GraphBuilder g = GraphBuilder.create("schedule");
    Value step = g.input("step", DType.INT64);
    g.signature("rate").input("step", step).output("rate", schedule.at(step));
    Graph graph = g.build();
    for (long i = 0; i <= last; i++) {
      Tensor rate =
          Interpreter.create().run(graph, "rate", Map.of("step", Tensor.scalar(i))).output("rate");
      assertEquals(expected.applyAsDouble(i), rate.getDouble(0), 1e-15, "step " + i);
    }
  }

  @Test
  void constantStays() {
    assertRates(Schedule.constant(0.1), 3, _ -> 0.1);
  }

  @Test
  void byEpochAsInTheNotes() {
    assertRates(Schedule.steps(0.01, 0.6, 4), 17, step -> 0.01 * Math.pow(0.6, step / 4));
  }

  @Test
  void exponentialFallsSmoothly() {
    assertRates(Schedule.exponential(0.01, 0.6, 4), 9, step -> 0.01 * Math.pow(0.6, step / 4.0));
  }

  @Test
  void cosineEndsAtItsLastRate() {
    assertRates(
        Schedule.cosine(0.1, 0.02, 5),
        8,
        step -> 0.02 + 0.08 * (1 + Math.cos(Math.PI * Math.min(step, 5) / 5.0)) / 2);
  }

  @Test
  void warmUpRisesAndThenFollows() {
    assertRates(
        Schedule.steps(0.1, 0.5, 2).afterWarmUp(3),
        9,
        step -> step < 3 ? 0.1 * (step + 1) / 4.0 : 0.1 * Math.pow(0.5, (step - 3) / 2));
  }
}
