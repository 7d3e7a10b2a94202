package dev.adjoint.train;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/** The number of training steps taken: state of the graph, which schedules and dropout read. */
public final class StepCounter {
  /** The full name of the state. */
  public static final String NAME = "training/step";

  private StepCounter() {}

  /**
   * The counter of a graph, an INT64 scalar: 0 during the first step. It is made at the first call;
   * {@link Optimizer#minimize} counts it on.
   */
  public static Value of(GraphBuilder builder) {
    return builder.parameters().stream()
        .filter(parameter -> parameter.name().equals(NAME))
        .findFirst()
        .orElseGet(() -> create(builder));
  }

  private static Value create(GraphBuilder builder) {
    Value counter = builder.add(NAME, new Parameter(TensorType.of(DType.INT64), false), List.of());
    builder.initial(counter, builder.constant(Tensor.scalar(0L)));
    return counter;
  }
}
