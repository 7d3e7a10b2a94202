package dev.adjoint.cli.example;

import dev.adjoint.graph.Value;
import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.Tensor;
import java.util.Map;

/** The numbers of values. */
final class Computed {
  private Computed() {}

  /** Computes a value that depends on no input. */
  static Tensor of(Value value) {
    String signature = "value of " + value.name();
    value.builder().signature(signature).output("value", value);
    try (Session session = Session.open(value.builder().build())) {
      return named(session.run(signature, Map.of()), "value");
    }
  }

  /** The tensor of a name, of those that a run gave or a batch has. */
  static Tensor named(Map<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "There is no '%s' among %s.".formatted(name, tensors.keySet()));
    }
    return tensor;
  }
}
