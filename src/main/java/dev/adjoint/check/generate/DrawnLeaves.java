package dev.adjoint.check.generate;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** The inputs, parameters and constants of a graph that is being drawn, and their domains. */
final class DrawnLeaves {
  private final GraphBuilder builder;
  private final Choices choices;
  private final Map<String, Domain> domains = new HashMap<>();

  DrawnLeaves(GraphBuilder builder, Choices choices) {
    this.builder = builder;
    this.choices = choices;
  }

  /** The domains of all leaves so far, by the names of their nodes. */
  Map<String, Domain> domains() {
    return ImmutableMap.copyOf(domains);
  }

  /** Whether {@code value} was drawn here. */
  boolean isDrawn(Value value) {
    return domains.containsKey(value.name());
  }

  /** Whether {@code value} was drawn here, and not with numbers that must stay as they are. */
  boolean isContinuous(Value value) {
    Domain domain = domains.get(value.name());
    return domain != null && !domain.isDiscrete();
  }

  /** A new leaf: an input; if its sizes are known, sometimes a parameter or a constant. */
  Value draw(Operand wanted) {
    String name = name();
    TensorType type = wanted.type();
    Value leaf =
        switch (type.isConstant() ? choices.between(0, 7) : 0) {
          case 3 -> builder.parameter(name, first(wanted));
          case 4 -> builder.parameter(name, type);
          case 5 -> builder.state(name, first(wanted));
          case 6 -> type.dtype().isFloating() ? random(name, wanted) : builder.input(name, type);
          case 7 -> builder.constant(first(wanted));
          default -> builder.input(name, type);
        };
    return noted(leaf, wanted);
  }

  /** A new input. */
  Value input(Operand wanted) {
    return noted(builder.input(name(), wanted.type()), wanted);
  }

  private String name() {
    return "leaf" + builder.values().size();
  }

  private Value noted(Value leaf, Operand wanted) {
    domains.put(leaf.name(), wanted.domain());
    return leaf;
  }

  private Tensor first(Operand wanted) {
    return wanted.domain().smooth(wanted.type(), new SplittableRandom(choices.between(0, 999)));
  }

  /** A parameter whose first value is drawn when the graph runs. */
  private Value random(String name, Operand wanted) {
    return builder.parameter(
        name,
        wanted.type(),
        (b, _, type) ->
            Source.normal(
                b.constant(DType.INT64, choices.between(0, 99)), b.constant(DType.INT64, 0), type));
  }
}
