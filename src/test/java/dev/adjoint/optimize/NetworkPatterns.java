package dev.adjoint.optimize;

import dev.adjoint.check.generate.Choices;
import dev.adjoint.check.generate.Domain;
import dev.adjoint.check.generate.Operand;
import dev.adjoint.check.generate.OperatorSample;
import dev.adjoint.check.generate.OperatorSampler;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Permutation;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** Products, correlations, poolings and reductions, amid what stands around them in a network. */
final class NetworkPatterns {
  private NetworkPatterns() {}

  static List<OperatorSampler> all() {
    List<OperatorSampler> all = new ArrayList<>(smooth());
    all.add(Patterns.of(NetworkPatterns::maskedGradientOfPooling));
    all.add(Patterns.of(NetworkPatterns::maskedGradientOfPooling));
    all.add(Patterns.of(NetworkPatterns::summedGradientOfPooling));
    all.add(Patterns.of(NetworkPatterns::summedGradientOfPooling));
    OperatorSampler reductions = Patterns.of(choices -> reductions(choices, choices.dtype()));
    all.addAll(Collections.nCopies(5, reductions));
    return all;
  }

  static List<OperatorSampler> smooth() {
    return List.of(
        Patterns.of(NetworkPatterns::transposedProduct),
        Patterns.of(NetworkPatterns::transposedCorrelation),
        Patterns.of(NetworkPatterns::planesFirstBlock),
        Patterns.of(NetworkPatterns::reversedCorrelation),
        Patterns.of(NetworkPatterns::reversedCorrelation),
        Patterns.of(NetworkPatterns::scaledCorrelation),
        Patterns.of(NetworkPatterns::scaledProduct),
        Patterns.of(NetworkPatterns::transposedPooling),
        Patterns.of(NetworkPatterns::summedGradientOfPooling),
        Patterns.of(NetworkPatterns::sums),
        Patterns.of(NetworkPatterns::sums));
  }

  // Products.

  /** A batch of matrix products, or one, with transposes before and behind it. */
  private static OperatorSample transposedProduct(Choices choices) {
    int rank = choices.between(2, 3);
    List<Dim> batch = choices.several(rank - 2, rank - 2, () -> Dim.of(2));
    Shape left = with(batch, choices.positiveSize(), 3);
    Shape right = with(batch, 3, choices.positiveSize());
    Permutation swap = Permutation.of(batch.isEmpty() ? new Integer[] {1, 0} : SWAPPED);
    DType dtype = choices.floating();
    boolean first = choices.chance(50);
    boolean second = choices.chance(50);
    boolean after = choices.chance(50);
    return Patterns.binary(
        new TensorType(dtype, first ? swap.apply(left) : left),
        new TensorType(dtype, second ? swap.apply(right) : right),
        (x, z) -> {
          Value a = first ? x.transpose(swap) : x;
          Value b = second ? z.transpose(swap) : z;
          Value product = a.matmul(b);
          return after ? product.transpose(swap) : product;
        });
  }

  private static final Integer[] SWAPPED = {0, 2, 1};

  private static Shape with(List<Dim> batch, long rows, long columns) {
    return Shape.of(batch).append(Dim.of(rows)).append(Dim.of(columns));
  }

  /** Feature counts, sizes and a window that fit. */
  private record Layer(int batch, int size, int taps, int from, int to, WindowAxis along) {
    static Layer draw(Choices choices) {
      int taps = choices.between(1, 3);
      int pad = choices.between(0, 1);
      int stride = choices.between(1, 2);
      return new Layer(
          choices.between(1, 2),
          choices.between(3, 4),
          taps,
          choices.between(1, 3),
          choices.between(1, 3),
          WindowAxis.of(stride, Dim.of(pad), Dim.of(pad)));
    }

    Value apply(Value x, Value w, CorrelationLayout layout) {
      return x.correlate(w, List.of(along, along), layout, 1);
    }

    Shape shape(String axes) {
      return Shape.of(
          axes.chars()
              .mapToObj(axis ->
                  Dim.of(
                      switch (axis) {
                        case 'b' -> batch;
                        case 'f', 'i' -> from;
                        case 'o' -> to;
                        default -> axes.contains("i") ? taps : size;
                      }))
              .toList());
    }
  }

  /** From any order of axes and into any other. */
  private static OperatorSample transposedCorrelation(Choices choices) {
    Layer layer = Layer.draw(choices);
    CorrelationLayout layout = CorrelationLayout.featuresLast(2);
    if (choices.chance(30)) {
      layout = new CorrelationLayout("b0f1", "0oi1", "fb01");
    }
    CorrelationLayout used = layout;
    Permutation p = order(choices);
    Permutation q = order(choices);
    Permutation r = order(choices);
    DType dtype = choices.floating();
    return Patterns.binary(
        new TensorType(dtype, p.inverse().apply(layer.shape(used.input()))),
        new TensorType(dtype, q.inverse().apply(layer.shape(used.kernel()))),
        (x, w) -> layer.apply(x.transpose(p), w.transpose(q), used).transpose(r));
  }

  /** Of reversed arrays, or reversed itself: then mostly with as many taps as places. */
  private static OperatorSample reversedCorrelation(Choices choices) {
    int size = choices.between(1, 4);
    int taps = choices.chance(70) ? choices.between(size, 4) : choices.between(1, size);
    List<WindowAxis> window = choices.several(2, 2, () -> covering(choices, size, taps));
    boolean planesFirst = choices.chance(50);
    CorrelationLayout layout =
        planesFirst ? CorrelationLayout.featuresFirst(2) : CorrelationLayout.featuresLast(2);
    DType dtype = choices.floating();
    boolean result = choices.chance(60);
    Axes spatial = planesFirst ? Axes.of(2, 3) : Axes.of(1, 2);
    Axes some = choices.chance(70) ? spatial : Axes.of(spatial.indices().getFirst());
    Axes ofKernel = layout.kernelSpatialAxes();
    Axes ofSome = some.equals(spatial) ? ofKernel : Axes.of(ofKernel.indices().getFirst());
    Shape kernel = planesFirst ? Shape.of(3, 2, taps, taps) : Shape.of(taps, taps, 2, 3);
    return Patterns.binary(
        new TensorType(
            dtype, planesFirst ? Shape.of(2, 2, size, size) : Shape.of(2, size, size, 2)),
        new TensorType(dtype, kernel),
        (x, w) ->
            result
                ? x.correlate(w, window, layout, 1).reverse(some)
                : x.reverse(some).correlate(w.reverse(ofSome), window, layout, 1));
  }

  /** Padded so that the window fits. */
  private static WindowAxis covering(Choices choices, int size, int taps) {
    int inputDilation = choices.between(1, 2);
    int dilation = choices.between(1, 2);
    int missing = (taps - 1) * dilation - (size - 1) * inputDilation;
    int low = choices.between(-1, 2);
    int high = Math.max(0, missing - low) + choices.between(0, 2);
    return new WindowAxis(
        choices.between(1, 2), Dim.of(low), Dim.of(high), inputDilation, dilation);
  }

  private static Permutation order(Choices choices) {
    return choices.among(
        choices.permutation(4),
        Permutation.of(0, 2, 3, 1),
        Permutation.of(0, 3, 1, 2),
        Permutation.of(2, 3, 1, 0));
  }

  /** Two planes-first correlations with something elementwise between them. */
  private static OperatorSample planesFirstBlock(Choices choices) {
    Layer layer = Layer.draw(choices);
    CorrelationLayout layout = CorrelationLayout.featuresFirst(2);
    DType dtype = choices.floating();
    Tensor mix = numbers(dtype, Shape.of(layer.to(), layer.to(), 1, 1));
    return Patterns.binary(
        new TensorType(dtype, layer.shape(layout.input())),
        new TensorType(dtype, layer.shape(layout.kernel())),
        (x, w) -> {
          Value h = layer.apply(x, w, layout).tanh();
          List<WindowAxis> still = List.of(WindowAxis.UNIT, WindowAxis.UNIT);
          return h.correlate(h.builder().constant(mix), still, layout, 1).add(h);
        });
  }

  /** What differs between ways to normalise: which side, which operator, how often. */
  private enum Scaling {
    FACTOR {
      @Override
      Value apply(Value z, Value s, Value t) {
        return z.mul(s);
      }
    },
    DIVISOR {
      @Override
      Value apply(Value z, Value s, Value t) {
        return z.add(t).div(s);
      }
    },
    NORMALISATION {
      @Override
      Value apply(Value z, Value s, Value t) {
        return z.sub(t).mul(s).add(t);
      }
    },
    OTHER_SIDE {
      @Override
      Value apply(Value z, Value s, Value t) {
        return s.mul(t.add(z)).sub(t);
      }
    },
    OFFSETS {
      @Override
      Value apply(Value z, Value s, Value t) {
        return z.sub(t).sub(s).add(t);
      }
    };

    abstract Value apply(Value z, Value s, Value t);
  }

  private static OperatorSample scaledCorrelation(Choices choices) {
    Layer layer = Layer.draw(choices);
    Scaling scaling = choices.among(Scaling.values());
    CorrelationLayout layout =
        choices.among(CorrelationLayout.featuresFirst(2), CorrelationLayout.featuresLast(2));
    boolean last = layout.equals(CorrelationLayout.featuresLast(2));
    DType dtype = choices.floating();
    Shape features = last ? Shape.of(layer.to()) : Shape.of(layer.to(), 1, 1);
    return Patterns.unary(
        new TensorType(dtype, layer.shape(layout.input())),
        x -> {
          Value w = x.builder().constant(numbers(dtype, layer.shape(layout.kernel())));
          Value s = x.builder().constant(numbers(dtype, features));
          return scaling.apply(layer.apply(x, w, layout), s, s.mul(0.25).add(1));
        });
  }

  private static OperatorSample scaledProduct(Choices choices) {
    Scaling scaling = choices.among(Scaling.values());
    DType dtype = choices.floating();
    long columns = choices.positiveSize();
    return Patterns.unary(
        new TensorType(dtype, Shape.of(choices.positiveSize(), 3)),
        x -> {
          Value w = x.builder().constant(numbers(dtype, Shape.of(3, columns)));
          Value s = x.builder().constant(numbers(dtype, Shape.of(columns)));
          return scaling.apply(x.matmul(w), s, s.neg());
        });
  }

  /** Different ones, of moderate size, none of them zero. */
  private static Tensor numbers(DType dtype, Shape shape) {
    double[] numbers =
        LongStream.range(0, shape.elementCount()).mapToDouble(i -> 0.5 + i % 7 * 0.25).toArray();
    return Tensor.of(numbers, shape.sizes()).cast(dtype);
  }

  // Poolings.

  /** Windows along the second of three axes; with most padding, some hold nothing else. */
  private record Pooled(List<Long> sizes, List<WindowAxis> window) {
    static Pooled draw(Choices choices) {
      int stride = choices.between(1, 2);
      int pad = choices.among(0, 0, 1, 2, 2);
      WindowAxis along = WindowAxis.of(stride, Dim.of(pad), Dim.of(pad));
      return new Pooled(List.of(1L, 2L, 1L), List.of(WindowAxis.UNIT, along, WindowAxis.UNIT));
    }

    Value scatter(Value x, UnaryOperator<Value> gradient) {
      Value v = gradient.apply(x.maxPool(sizes, window));
      return x.builder().add(new Pooling.MaxPoolScatter(sizes, window), x, v);
    }
  }

  private static TensorType threeAxes(Choices choices) {
    return new TensorType(choices.floating(), Shape.of(2, choices.between(3, 5), 3));
  }

  private static OperatorSample transposedPooling(Choices choices) {
    Pooled pooled = Pooled.draw(choices);
    Permutation p = choices.permutation(3);
    int kind = choices.between(0, 3);
    TensorType type = new TensorType(choices.floating(), Shape.of(3, 3, 3));
    return new OperatorSample(
        List.of(new Operand(type, Domain.separated())),
        (g, values) -> {
          Value x = values.getFirst().transpose(p);
          return switch (kind) {
            case 0 -> x.maxPool(pooled.sizes, pooled.window).tanh();
            case 1 -> x.sumPool(pooled.sizes, pooled.window);
            case 2 -> pooled.scatter(x, v -> v.mul(2));
            default -> g.add(new Pooling.MaxPoolGather(pooled.sizes, pooled.window), x, x.mul(2));
          };
        });
  }

  private static OperatorSample maskedGradientOfPooling(Choices choices) {
    Pooled pooled = Pooled.draw(choices);
    double number = choices.among(0.0, 0.0, 0.5, -1.0);
    boolean zeroFirst = choices.chance(50);
    BiFunction<Value, Value, Value> comparison =
        choices.among(Value::lt, Value::le, Value::gt, Value::ge, Value::eq, Value::ne);
    boolean numberFirst = choices.chance(50);
    return Patterns.unary(
        threeAxes(choices),
        x -> {
          Value c = x.like(number);
          Value mask = numberFirst ? comparison.apply(c, x) : comparison.apply(x, c);
          Value dx = pooled.scatter(x, v -> v.add(1));
          Value zero = x.like(0);
          return zeroFirst ? Logic.select(mask, zero, dx) : Logic.select(mask, dx, zero);
        });
  }

  private static OperatorSample summedGradientOfPooling(Choices choices) {
    Pooled pooled = Pooled.draw(choices);
    int axis = choices.between(0, 2);
    boolean two = choices.chance(50);
    return new OperatorSample(
        List.of(new Operand(threeAxes(choices), Domain.separated())),
        (_, values) -> {
          Value dx = pooled.scatter(values.getFirst(), v -> v.add(1));
          return two && axis > 0 ? dx.sum(0, axis) : dx.sum(axis);
        });
  }

  // Reductions.

  private static OperatorSample sums(Choices choices) {
    boolean means = choices.chance(50);
    return around(
        choices,
        choices.floating(),
        (axes, keepDims) ->
            means
                ? new Reduction.ReduceMean(axes, keepDims)
                : new Reduction.ReduceSum(axes, keepDims));
  }

  private static OperatorSample reductions(Choices choices, DType dtype) {
    boolean greatest = choices.chance(50);
    BiFunction<Axes, Boolean, Op> logical =
        greatest ? Reduction.ReduceAny::new : Reduction.ReduceAll::new;
    BiFunction<Axes, Boolean, Op> extreme =
        greatest ? Reduction.ReduceMax::new : Reduction.ReduceMin::new;
    BiFunction<Axes, Boolean, Op> sum =
        greatest ? Reduction.ReduceSum::new : Reduction.ReduceProd::new;
    BiFunction<Axes, Boolean, Op> kind =
        dtype == DType.BOOL ? logical : choices.chance(50) ? extreme : sum;
    return around(choices, dtype, kind);
  }

  /** A reduction, and before or behind it what it is merged with. */
  private static OperatorSample around(
      Choices choices, DType dtype, BiFunction<Axes, Boolean, Op> kind) {
    Shape shape = Patterns.knownShape(choices, 2, 3);
    int rank = shape.rank();
    int unit = choices.between(0, rank);
    Axes axes = choices.axes(rank);
    Axes withUnit = choices.axes(rank + 1);
    Axes reversed = choices.axes(rank);
    boolean keepDims = choices.chance(50);
    Permutation p = choices.permutation(rank);
    int pattern = choices.among(0, 1, 2, 3, 4, 4, 5, 6, 7, 7);
    TensorType type = new TensorType(dtype, shape);
    return new OperatorSample(
        List.of(Operand.of(type)),
        (g, values) -> {
          Value x = values.getFirst();
          return switch (pattern) {
            case 0 -> g.add(kind.apply(axes, keepDims), x).reshape(axes.reduce(shape, !keepDims));
            case 1 -> g.add(kind.apply(axes, keepDims), x.transpose(p));
            case 2 -> g.add(kind.apply(Axes.of(), keepDims), x);
            case 3 -> g.add(kind.apply(Axes.of(unit), keepDims), x.expandDims(unit));
            case 4 -> {
              Value inner = g.add(kind.apply(axes, keepDims), x);
              yield g.add(kind.apply(Axes.all(inner.rank()), keepDims), inner);
            }
            case 5 -> {
              Value repeated = x.expandDims(unit).broadcast(shape.insert(unit, Dim.of(3)));
              yield g.add(kind.apply(Axes.of(unit), keepDims), repeated);
            }
            case 6 -> g.add(kind.apply(withUnit, keepDims), x.expandDims(unit));
            default -> g.add(kind.apply(axes, keepDims), x.reverse(reversed));
          };
        });
  }
}
