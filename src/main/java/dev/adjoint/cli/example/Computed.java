package dev.adjoint.cli.example;

import dev.adjoint.graph.Value;
import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.Tensor;
import java.util.Map;

/** The numbers of a value. */
final class Computed {
  private Computed() {}

  /** Computes a value that depends on no input. */
  static Tensor of(Value value) {
    String signature = "value of " + value.name();
    value.builder().signature(signature).output("value", value);
    try (Session session = Session.open(value.builder().build())) {
      return session.run(signature, Map.of()).get("value");
    }
  }
}
