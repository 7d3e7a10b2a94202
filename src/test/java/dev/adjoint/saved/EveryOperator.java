package dev.adjoint.saved;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OperatorCodec;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.op.BuiltInOperators;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Control;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Indexing;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Probability;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.Scan;
import dev.adjoint.op.Source;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A graph that applies every built-in operator at least once, with attributes off their defaults.
 */
final class EveryOperator {
  private final GraphBuilder g = GraphBuilder.create("every operator");
  private final Value x = g.input("x", TensorType.parse("f32[N, 4, 6, 2]"));
  private final Value rows = g.input("rows", TensorType.parse("i32[N, 4, 6]"));
  private final Value mask = g.input("mask", TensorType.parse("bool[N, 4, 6, 2]"));
  private final Value w = g.parameter("w", Tensor.zeros(DType.FLOAT32, 3, 2, 2, 5));
  private final Value key = g.state("key", Tensor.scalar(7L));

  private EveryOperator() {}

  static Graph graph() {
    return new EveryOperator().build();
  }

  /** A small graph that has a bit of everything but operators. */
  static Graph few() {
    GraphBuilder g = GraphBuilder.create("few");
    Value x = g.input("x", TensorType.parse("f32[N, 3]"));
    Value w = g.parameter("w", Tensor.vector(1f, 2f, 3f));
    g.metadata("k", "v");
    g.signature("s").output("y", x.mul(w).sum(1)).update(w, w.neg());
    return g.build();
  }

  private Graph build() {
    withAttributes();
    new BuiltInOperators().operators().forEach(this::withoutAttributes);
    g.metadata("classes", "cat\ndog\t\"wild\"");
    g.metadata("author", "\u00c5 \ud83d\ude00");
    g.signature("train")
        .input("image", x)
        .output("y", x.sum())
        .update(w, w.add(w))
        .update(key, key);
    g.signature("constant").output("z", w.sum());
    return g.build();
  }

  private void withAttributes() {
    Axes axes = new Axes(List.of(1, 3));
    List<WindowAxis> window =
        List.of(
            new WindowAxis(2, Dim.of(-1), Dim.of(3), 1, 2),
            new WindowAxis(1, Dim.of(1), Dim.parse("N//2"), 1, 1));
    g.add(new Convolution.Correlation(window, CorrelationLayout.featuresLast(2), 1, 1), x, w);
    pooling();
    g.add(new Contraction.Dot(List.of(3, 2), List.of(3, 2), List.of(0), List.of(0)), x, x);
    movement();
    indexing();
    Stream.of(
            new Reduction.ReduceSum(axes, true),
            new Reduction.ReduceMean(axes, false),
            new Reduction.ReduceProd(axes, true),
            new Reduction.ReduceMax(axes, false),
            new Reduction.ReduceMin(axes, true),
            new Reduction.ReduceLogSumExp(axes, false),
            new Reduction.ArgMax(2),
            new Reduction.ArgMin(1),
            new Probability.Softmax(axes),
            new Probability.LogSoftmax(axes),
            new Scan.CumulativeSum(2, true, true),
            new Control.Cast(DType.INT64))
        .forEach(op -> g.add((Op) op, x));
    g.add(new Scan.LinearRecurrence(1, true), x, x);
    g.add(new Reduction.ReduceAny(axes, true), mask);
    g.add(new Reduction.ReduceAll(axes, false), mask);
    g.add(new Probability.SoftmaxCrossEntropy(3), x, x);
    g.add(new Probability.SparseSoftmaxCrossEntropy(3), x, rows);
    sources();
  }

  private void pooling() {
    List<Long> sizes = List.of(1L, 2L, 3L, 1L);
    WindowAxis none = new WindowAxis(1, Dim.of(0), Dim.of(0), 1, 1);
    WindowAxis padded = new WindowAxis(2, Dim.of(1), Dim.of(2), 1, 2);
    List<WindowAxis> window = List.of(none, padded, none, none);
    Value pooled = g.add(new Pooling.MaxPool(sizes, window), x);
    g.add(new Pooling.MaxPoolScatter(sizes, window), x, pooled);
    g.add(new Pooling.MaxPoolGather(sizes, window), x, x);
    g.add(new Pooling.SumPool(sizes, window), x);
  }

  private void movement() {
    Dim n = Dim.named("N");
    g.add(new Movement.Reshape(Shape.parse("[12*N, 4]")), x);
    g.add(new Movement.Transpose(new Permutation(List.of(2, 0, 3, 1))), x);
    g.add(new Movement.Broadcast(Shape.parse("[3, N, 4, 6, 2]")), x);
    Movement.SliceAxis all = Movement.SliceAxis.all(n);
    Movement.SliceAxis part = new Movement.SliceAxis(Dim.of(1), Dim.of(4), 2);
    Movement.SliceAxis one = new Movement.SliceAxis(Dim.of(0), Dim.of(1), 1);
    g.add(new Movement.Slice(List.of(all, part, part, one)), x);
    Movement.PadAxis pad = new Movement.PadAxis(Dim.of(-2), Dim.parse("max(N, 3)"), 1);
    Movement.PadAxis none = Movement.PadAxis.NONE;
    g.add(new Movement.Pad(List.of(none, pad, none, pad)), x, x.scalar(Double.NaN));
    g.add(new Movement.Concat(0), x, x, x);
    g.add(new Movement.Reverse(new Axes(List.of(0, 2))), x);
  }

  private void indexing() {
    Value indices = g.constant(Tensor.vector(0, 3, 3));
    Value gathered = g.add(new Indexing.Gather(1), x, indices);
    g.add(new Indexing.ScatterAdd(1), x, indices, gathered);
    Value along = g.add(new Indexing.TopKIndices(1, 1), x);
    Value taken = g.add(new Indexing.TakeAlongAxis(1), x, along);
    g.add(new Indexing.ScatterAddAlongAxis(1), x, along, taken);
  }

  private void sources() {
    TensorType symbolic = TensorType.parse("f64[N, 3]");
    g.add(new Source.Constant(Tensor.vector(-0.0f, Float.NaN, Float.MIN_VALUE)));
    g.add(new Source.Constant(Tensor.nested(new boolean[][] {{true, false, true}})));
    g.add(new Source.Constant(Tensor.zeros(DType.INT64, 2, 0, 3)));
    g.add(new Source.Constant(Tensor.fill(DType.FLOAT64, Shape.of(50, 3), Math.PI)));
    g.add(new Source.Iota(symbolic, 1));
    g.add(new Source.Size(Dim.parse("(3*N + 1)//2")));
    g.add(new Source.RandomBits(TensorType.parse("i32[N]")), key, key);
    g.add(new Source.RandomUniform(symbolic), key, key);
    g.add(new Source.RandomNormal(symbolic), key, key);
    g.add(new Control.CotangentPlaceholder(symbolic));
  }

  /** Adds an operator without attributes to the first operands that it takes. */
  private void withoutAttributes(Class<? extends Op> type) {
    if (!OperatorCodec.codecOf(type).components().isEmpty()) {
      return;
    }
    Op op = (Op) OperatorCodec.codecOf(type).create(Map.of());
    List<List<Value>> choices =
        List.of(
            List.of(x),
            List.of(x, x),
            List.of(mask),
            List.of(mask, mask),
            List.of(x, x, x),
            List.of(mask, x, x));
    if (choices.stream().noneMatch(operands -> takes(op, operands))) {
      throw new AssertionError("no operands for %s, add some here".formatted(op));
    }
  }

  private boolean takes(Op op, List<Value> operands) {
    try {
      g.add(op, operands);
      return true;
    } catch (GraphException _) {
      return false;
    }
  }
}
