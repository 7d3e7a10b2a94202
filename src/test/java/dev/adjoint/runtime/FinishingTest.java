package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What follows a product is computed in its kernel, in whatever order factors, sums, differences
 * and clippings come. All numbers are small multiples of 1/4, so every order of a sum is exact.
 */
class FinishingTest {
  /** What follows a product p: v is a vector, w has the product's shape. */
  enum Following {
    STEP_DOWN {
      @Override
      Value apply(Value p, Value v, Value w) {
        return w.sub(p.mul(0.25));
      }
    },
    STEP_DOWN_OF_ONE {
      @Override
      Value apply(Value p, Value v, Value w) {
        return w.sub(p).relu();
      }
    },
    DIFFERENCE {
      @Override
      Value apply(Value p, Value v, Value w) {
        return p.mul(0.25).sub(w);
      }
    },
    TAKEN_FROM_A_VECTOR {
      @Override
      Value apply(Value p, Value v, Value w) {
        return v.sub(p.mul(0.5));
      }
    },
    TAKEN_AFTER_A_BIAS {
      @Override
      Value apply(Value p, Value v, Value w) {
        return w.sub(p.mul(0.5).add(v));
      }
    },
    TAKEN_AFTER_A_RELU {
      @Override
      Value apply(Value p, Value v, Value w) {
        return w.sub(p.relu());
      }
    },
    TAKEN_TWICE {
      @Override
      Value apply(Value p, Value v, Value w) {
        return w.sub(w.sub(p));
      }
    },
    EVERY_STEP {
      @Override
      Value apply(Value p, Value v, Value w) {
        return p.mul(0.5).add(v).add(w).relu();
      }
    };

    abstract Value apply(Value p, Value v, Value w);
  }

  @ParameterizedTest
  @EnumSource
  void isWhatTheInterpreterComputes(Following following) {
    GraphBuilder g = GraphBuilder.create("following");
    Value x = g.input("x", DType.FLOAT32, Shape.of(21, 5));
    Value y = g.input("y", DType.FLOAT32, Shape.of(5, 150));
    Value v = g.parameter("v", quarters(3, 150));
    Value w = g.parameter("w", quarters(4, 21, 150));
    g.signature("run").output("result", following.apply(x.matmul(y), v, w));
    Graph graph = g.build();
    Map<String, Tensor> inputs = Map.of("x", quarters(1, 21, 5), "y", quarters(2, 5, 150));
    Tensor expected = Interpreter.create().run(graph, "run", inputs).outputs().get("result");
    try (Session session = Session.open(graph)) {
      assertEquals(expected, session.run("run", inputs).get("result"));
    }
  }

  @Test
  void wholeNumbersAreTakenToo() {
    GraphBuilder g = GraphBuilder.create("following");
    Value x = g.input("x", DType.INT32, Shape.of(3, 2));
    Value w = g.parameter("w", Tensor.of(new int[] {9, 8, 7, 6, 5, 4, 3, 2, 1}, 3, 3));
    g.signature("run").output("result", w.sub(x.matmul(x.transpose())));
    try (Session session = Session.open(g.build())) {
      Tensor three = Tensor.of(new int[] {1, 2, 3, 4, 5, 6}, 3, 2);
      assertEquals(
          Tensor.of(new int[] {4, -3, -10, -5, -20, -35, -14, -37, -60}, 3, 3),
          session.run("run", Map.of("x", three)).get("result"));
    }
  }

  private static Tensor quarters(int seed, long... sizes) {
    float[] values = new float[(int) Shape.of(sizes).elementCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((i * 37 + seed * 11) % 23 - 11) * 0.25f;
    }
    return Tensor.of(values, sizes);
  }
}
