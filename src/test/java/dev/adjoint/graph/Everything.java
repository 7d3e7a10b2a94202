package dev.adjoint.graph;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/** A user's operator with an attribute of every kind. */
record Everything(
    int small,
    long large,
    Integer boxed,
    double real,
    boolean flag,
    String words,
    Mode mode,
    DType dtype,
    Dim size,
    Shape shape,
    TensorType type,
    Tensor tensor,
    List<Long> numbers,
    List<List<String>> nested,
    List<Pair> pairs,
    Pair pair,
    Alone alone,
    @Default("{first=1, second=3}") Pair spare)
    implements NotDifferentiable {
  enum Mode {
    NEAREST,
    UP_AND_DOWN
  }

  record Pair(int first, @Default("2") int second) {
    Pair {
      if (first < 0) {
        throw new IllegalArgumentException("first is negative: " + first);
      }
    }
  }

  record Alone(List<Dim> sizes) {}

  static final Everything EXAMPLE =
      new Everything(
          -5,
          Long.MIN_VALUE,
          7,
          -0.0,
          true,
          "a \"quoted\" \\ line\n\ttab é \u0001",
          Mode.UP_AND_DOWN,
          DType.BOOL,
          Dim.parse("(N + 1)//2"),
          Shape.parse("[2*N, 3]"),
          TensorType.parse("i64[N, (H + 1)//2]"),
          Tensor.of(new float[] {1.5f, Float.NaN}, 2, 1),
          List.of(1L, -2L),
          List.of(List.of("a", ","), List.of()),
          List.of(new Pair(1, 2), new Pair(3, 4)),
          new Pair(0, 2),
          new Alone(List.of(Dim.of(1), Dim.named("N"))),
          new Pair(1, 3));

  @Override
  public TensorType infer(Operands in) {
    in.none();
    return TensorType.of(DType.FLOAT32);
  }

  @Override
  public String reasonNotDifferentiable() {
    return "it is a test";
  }
}
