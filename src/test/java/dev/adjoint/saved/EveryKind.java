package dev.adjoint.saved;

import dev.adjoint.graph.Default;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.math.RoundingMode;
import java.util.List;

/** A user's operator that has every kind of attribute. */
record EveryKind(
    int narrow,
    long wide,
    double real,
    boolean flag,
    String text,
    RoundingMode choice,
    DType dtype,
    Dim dim,
    Shape shape,
    TensorType type,
    Tensor tensor,
    List<Integer> integers,
    List<List<Dim>> nested,
    Inner inner,
    List<Inner> inners,
    @Default("\"none\"") String optional)
    implements NotDifferentiable {

  /** A record within a record. */
  record Inner(Wrapped wrapped, @Default("3") long size) {}

  /** A record of one component. */
  record Wrapped(List<String> words) {}

  static List<EveryKind> samples() {
    Inner inner = new Inner(new Wrapped(List.of("", "\u0000 \"\ud83d\ude00")), Long.MIN_VALUE);
    EveryKind usual =
        new EveryKind(
            -7,
            1L << 40,
            0.1,
            true,
            "x\ny",
            RoundingMode.HALF_EVEN,
            DType.INT32,
            Dim.parse("(H + 1)//2 - 3"),
            Shape.parse("[N, 7]"),
            TensorType.parse("bool[2*N]"),
            Tensor.nested(new double[][] {{1, -0.0}, {Double.NaN, 4}, {5, 6}}),
            List.of(3, -1),
            List.of(List.of(), List.of(Dim.of(-5), Dim.named("K"))),
            inner,
            List.of(inner, new Inner(new Wrapped(List.of()), 3)),
            "some");
    EveryKind empty =
        new EveryKind(
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            -0.0,
            false,
            "",
            RoundingMode.UP,
            DType.BOOL,
            Dim.of(Long.MIN_VALUE),
            Shape.scalar(),
            TensorType.of(DType.FLOAT64),
            Tensor.zeros(DType.FLOAT32, 0, 3),
            List.of(),
            List.of(),
            new Inner(new Wrapped(List.of()), 0),
            List.of(),
            "none");
    return List.of(usual, empty);
  }

  EveryKind withReal(double other) {
    return new EveryKind(
        narrow, wide, other, flag, text, choice, dtype, dim, shape, type, tensor, integers, nested,
        inner, inners, optional);
  }

  EveryKind withText(String other) {
    return new EveryKind(
        narrow, wide, real, flag, other, choice, dtype, dim, shape, type, tensor, integers, nested,
        inner, inners, optional);
  }

  @Override
  public TensorType infer(Operands in) {
    in.none();
    return type;
  }

  @Override
  public String reasonNotDifferentiable() {
    return "it has no operands";
  }
}
