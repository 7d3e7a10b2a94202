package dev.adjoint.train;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Layers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Builds a network a second time, to be used, beside the one that is trained. It is built on its
 * own first; then its nodes are copied, where an input or a parameter stands for that of the same
 * name.
 */
final class InferenceGraft {
  private static final String SCOPE = "inference";

  private final GraphBuilder target;
  private final Value input;
  private final Map<String, Value> parameters;
  private final Map<Value, Value> copies = new HashMap<>();

  private InferenceGraft(Value input) {
    this.target = input.builder();
    this.input = input;
    this.parameters =
        target.parameters().stream().collect(Collectors.toMap(Value::name, parameter -> parameter));
  }

  /** The network's result for {@code input}, with the parameters that are there. */
  static Value build(Network network, Value input, Layers layers) {
    GraphBuilder alone = GraphBuilder.create(input.builder().name());
    Value result = network.build(alone.input(input.name(), input.type()), layers, new Mode(false));
    alone.requireOwn(result);
    return new InferenceGraft(input).copy(alone, result);
  }

  private Value copy(GraphBuilder alone, Value result) {
    Set<Value> needed = new HashSet<>(Set.of(result));
    for (Value value : alone.values().reversed()) {
      if (needed.contains(value)) {
        needed.addAll(value.operands());
      }
    }
    try (GraphBuilder.Scope _ = target.freshScope(SCOPE)) {
      alone.values().stream().filter(needed::contains).forEach(this::copy);
    }
    return copied(result);
  }

  private void copy(Value original) {
    copies.put(
        original,
        switch (original.op()) {
          case Input _ -> shared(original);
          case Parameter _ -> sharedParameter(original);
          default ->
              target.add(
                  target.openScope() + "/" + original.name(),
                  original.op(),
                  original.operands().stream().map(this::copied).toList());
        });
  }

  private Value copied(Value original) {
    return Objects.requireNonNull(copies.get(original), original.name());
  }

  private Value shared(Value original) {
    if (!original.name().equals(input.name())) {
      throw new GraphException(
          original.name(),
          "The network makes the input '%s' of its own. Use only the input that it is given."
              .formatted(original.name()));
    }
    return input;
  }

  private Value sharedParameter(Value original) {
    Value parameter = parameters.get(original.name());
    if (parameter == null || !parameter.op().equals(original.op())) {
      throw new GraphException(
          original.name(),
          "Built to be used, the network has the parameter '%s' %s, built to be trained it has %s. Make the same parameters in both modes."
              .formatted(
                  original.name(), original.type(), parameter == null ? "none" : parameter.type()));
    }
    return parameter;
  }
}
