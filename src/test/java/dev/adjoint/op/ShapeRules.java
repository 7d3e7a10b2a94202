package dev.adjoint.op;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** Asks an operator's shape rule through a builder, with inputs of given types. */
final class ShapeRules {
  private ShapeRules() {}

  /** An input of a type such as {@code f32[N, 3]}, in a builder of its own. */
  static Value input(String type) {
    return GraphBuilder.create("test").input("x", TensorType.parse(type));
  }

  private static Value apply(Op op, String... operands) {
    GraphBuilder g = GraphBuilder.create("test");
    List<Value> values = new ArrayList<>();
    for (String type : operands) {
      values.add(g.input("in" + values.size(), TensorType.parse(type)));
    }
    return g.add("scope/node", op, values);
  }

  /** The type that the rule gives, as text. */
  static String type(Op op, String... operands) {
    return apply(op, operands).type().toString();
  }

  /** Checks that the rule refuses the operands by this constraint, and says these words. */
  static void breaks(String constraint, String words, Op op, String... operands) {
    GraphException e = assertThrows(GraphException.class, () -> apply(op, operands));
    assertEquals(constraint, e.constraint().orElse(""), e.getMessage());
    assertEquals("scope/node", e.node().orElse(""));
    assertTrue(e.getMessage().contains(words), () -> words + " is not in: " + e.getMessage());
    assertTrue(e.getMessage().startsWith(op.operatorName() + " 'scope/node'"), e.getMessage());
    for (String operand : operands) {
      assertTrue(e.getMessage().contains(TensorType.parse(operand).toString()), e.getMessage());
    }
  }

  /** Checks that a call is refused with these words. */
  static GraphException refused(Executable call, String... words) {
    return assertRefused(GraphException.class, call, words);
  }

  /** What the gradient rule of a value answers for one operand, given a new input as cotangent. */
  static Value cotangent(Value y, int operand) {
    boolean[] wanted = new boolean[y.operands().size()];
    wanted[operand] = true;
    try (var _ = y.builder().freshScope("gradient")) {
      Value dy = y.builder().input("dy", y.type());
      List<Cotangent> all = ((Differentiable) y.op()).vjp(new Vjp(y.operands(), y, dy, wanted));
      return ((Cotangent.Of) all.get(operand)).value();
    }
  }

  /** The text forms of the types of values. */
  static String types(Value... values) {
    return String.join(" ", List.of(values).stream().map(v -> v.type().toString()).toList());
  }
}
