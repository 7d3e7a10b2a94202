package dev.adjoint.optimize;

import dev.adjoint.graph.Value;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Transposes and reverses around products and correlations. A product reads and writes its arrays
 * in any order of axes, and so the order of each sum stays. A reverse instead says that an array is
 * to be gone through from its end:
 *
 * <pre>
 *   y[k] = sum over s of x[k + s] * w[s]  =&gt;  y[-k] = sum over s of w[k + s] * x[s]
 * </pre>
 *
 * That is how kernels of transposed convolutions get their gradients, and kernels of all
 * convolutions those of a second order.
 */
final class ProductRules {
  static final List<Rule> TABLE =
      List.of(
          Rule.exact(
              "dot(transpose(x), y) => dot(x, y) over other axes, where the free axes stay in"
                  + " order",
              y -> transposedOperand(y, 0)),
          Rule.exact(
              "dot(x, transpose(y)) => dot(x, y) over other axes, where the free axes stay in"
                  + " order",
              y -> transposedOperand(y, 1)),
          new Rule(
              "transpose(dot(x, y)) => dot(y, x), where it exchanges their free axes",
              Exactness.BITS,
              ProductRules::exchanged),
          new Rule(
              "correlation(transpose(x), w) => correlation(x, w) in another layout, as for w and"
                  + " the result, where that is a preferred one or the old one was not: see"
                  + " Layouts",
              Exactness.BITS,
              ProductRules::relaidCorrelation),
          new Rule(
              "reverse(correlation(x, w)) => correlation(w, x), where all spatial axes are reversed"
                  + " and x has no more places than w",
              Exactness.ROUNDING,
              ProductRules::exchangedCorrelation),
          new Rule(
              "correlation(reverse(x), reverse(w)) => reverse(correlation(x, w)) along spatial"
                  + " axes",
              Exactness.ROUNDING,
              ProductRules::correlationOfReverses));

  private ProductRules() {}

  private static List<Integer> free(int rank, List<Integer> batch, List<Integer> contract) {
    return IntStream.range(0, rank)
        .filter(axis -> !batch.contains(axis) && !contract.contains(axis))
        .boxed()
        .toList();
  }

  private static Value transposedOperand(Value y, int side) {
    if (!(y.op() instanceof Contraction.Dot dot)
        || !(y.operand(side).op() instanceof Movement.Transpose(var p))) {
      return y;
    }
    List<Integer> batch = side == 0 ? dot.lhsBatch() : dot.rhsBatch();
    List<Integer> contract = side == 0 ? dot.lhsContract() : dot.rhsContract();
    if (!MovementRules.isAscending(through(p, free(p.size(), batch, contract)))) {
      return y;
    }
    List<Value> operands = new ArrayList<>(y.operands());
    operands.set(side, y.operand(side).operand(0));
    List<Integer> newBatch = through(p, batch);
    List<Integer> newContract = through(p, contract);
    Contraction.Dot direct =
        side == 0
            ? new Contraction.Dot(newContract, dot.rhsContract(), newBatch, dot.rhsBatch())
            : new Contraction.Dot(dot.lhsContract(), newContract, dot.lhsBatch(), newBatch);
    return y.builder().add(direct, operands);
  }

  private static List<Integer> through(Permutation p, List<Integer> axes) {
    return axes.stream().map(p.order()::get).toList();
  }

  private static Value exchanged(Value y, Readers readers) {
    if (!(y.op() instanceof Movement.Transpose(var p))
        || !(y.operand(0).op() instanceof Contraction.Dot dot)
        || !readers.isReadOnce(y.operand(0))) {
      return y;
    }
    Value product = y.operand(0);
    int batches = dot.lhsBatch().size();
    int left = free(product.operand(0).rank(), dot.lhsBatch(), dot.lhsContract()).size();
    int rank = product.rank();
    List<Integer> swap = new ArrayList<>();
    IntStream.range(0, batches).forEach(swap::add);
    IntStream.range(batches + left, rank).forEach(swap::add);
    IntStream.range(batches, batches + left).forEach(swap::add);
    if (!p.order().equals(swap)) {
      return y;
    }
    Contraction.Dot mirrored =
        new Contraction.Dot(dot.rhsContract(), dot.lhsContract(), dot.rhsBatch(), dot.lhsBatch());
    return y.builder().add(mirrored, product.operand(1), product.operand(0));
  }

  private static Value relaidCorrelation(Value y, Readers readers) {
    return switch (y.op()) {
      case Convolution.Correlation op -> relaidOperands(y, op);
      case Movement.Transpose(var p)
          when y.operand(0).op() instanceof Convolution.Correlation op
              && readers.isReadOnce(y.operand(0)) ->
          relaidResult(y, op, p);
      default -> y;
    };
  }

  private static Value relaidOperands(Value y, Convolution.Correlation op) {
    CorrelationLayout old = op.layout();
    if (y.operand(0).op() instanceof Movement.Transpose(var p)) {
      String input = Layouts.before(old.input(), p);
      if (Layouts.isPreferredInput(input) || !Layouts.isPreferredInput(old.input())) {
        CorrelationLayout layout = new CorrelationLayout(input, old.kernel(), old.output());
        return y.builder().add(with(op, layout), y.operand(0).operand(0), y.operand(1));
      }
    }
    if (y.operand(1).op() instanceof Movement.Transpose(var p)) {
      String kernel = Layouts.before(old.kernel(), p);
      if (Layouts.isPreferredKernel(kernel) || !Layouts.isPreferredKernel(old.kernel())) {
        CorrelationLayout layout = new CorrelationLayout(old.input(), kernel, old.output());
        return y.builder().add(with(op, layout), y.operand(0), y.operand(1).operand(0));
      }
    }
    return y;
  }

  private static Value relaidResult(Value y, Convolution.Correlation op, Permutation p) {
    CorrelationLayout old = op.layout();
    String output = Layouts.after(old.output(), p);
    return Layouts.isPreferredOutput(output) || !Layouts.isPreferredOutput(old.output())
        ? y.builder()
            .add(
                with(op, new CorrelationLayout(old.input(), old.kernel(), output)),
                y.operand(0).operands())
        : y;
  }

  /** The result may be transposed before it is reversed. */
  private static Value exchangedCorrelation(Value y, Readers readers) {
    if (!(y.op() instanceof Movement.Reverse(var axes)) || !readers.isReadOnce(y.operand(0))) {
      return y;
    }
    Value z = y.operand(0);
    if (z.op() instanceof Movement.Transpose(var p) && readers.isReadOnce(z.operand(0))) {
      return exchanged(z.operand(0), ReverseRules.through(p, axes))
          .map(exchanged -> exchanged.transpose(p))
          .orElse(y);
    }
    return exchanged(z, axes).orElse(y);
  }

  /** {@code reverse(z)} as the correlation of the kernel of z with the input of z. */
  private static Optional<Value> exchanged(Value z, Axes axes) {
    if (!(z.op() instanceof Convolution.Correlation op)
        || op.featureGroups() > 1
        || op.batchGroups() > 1) {
      return Optional.empty();
    }
    CorrelationLayout layout = op.layout();
    Value x = z.operand(0);
    Value w = z.operand(1);
    Dim places = Layouts.spatialAxes(layout.input()).elements(x.shape());
    Dim taps = Layouts.spatialAxes(layout.kernel()).elements(w.shape());
    if (!varying(z, Layouts.spatialAxes(layout.output())).equals(axes)
        || !MovementRules.isAtLeast(taps.minus(places), 0)) {
      return Optional.empty();
    }
    List<WindowAxis> window = new ArrayList<>();
    for (int axis = 0; axis < layout.spatialRank(); axis++) {
      window.add(along(axis, z, op, WindowAxis::exchanged));
    }
    CorrelationLayout wanted = Layouts.exchanged(layout);
    CorrelationLayout fast = Layouts.withPreferredOutput(wanted);
    Value result = z.builder().add(new Convolution.Correlation(window, fast, 1, 1), w, x);
    return ofType(z.type(), result.transpose(Layouts.order(fast.output(), wanted.output())));
  }

  private static Axes varying(Value x, Axes axes) {
    return new Axes(axes.indices().stream().filter(axis -> !x.dim(axis).is(1)).toList());
  }

  /** Of named sizes it may not be seen that two are equal. */
  private static Optional<Value> ofType(TensorType type, Value candidate) {
    return Optional.of(candidate).filter(value -> value.type().equals(type));
  }

  @FunctionalInterface
  private interface AxisChange {
    WindowAxis of(WindowAxis axis, Dim input, Dim kernel, Dim output);
  }

  private static WindowAxis along(
      int axis, Value z, Convolution.Correlation op, AxisChange change) {
    char letter = (char) ('0' + axis);
    CorrelationLayout layout = op.layout();
    return change.of(
        op.window().get(axis),
        z.operand(0).dim(layout.input().indexOf(letter)),
        z.operand(1).dim(layout.kernel().indexOf(letter)),
        z.dim(layout.output().indexOf(letter)));
  }

  private static Value correlationOfReverses(Value y, Readers readers) {
    if (!(y.op() instanceof Convolution.Correlation op)
        || !(y.operand(0).op() instanceof Movement.Reverse(var axes))
        || !readers.isReadOnce(y.operand(0))) {
      return y;
    }
    CorrelationLayout layout = op.layout();
    List<Character> spatial = Layouts.named(layout.input(), axes);
    if (!spatial.stream().allMatch(Character::isDigit)) {
      return y;
    }
    Value w = y.operand(1);
    Axes needed = varying(w, Layouts.axes(layout.kernel(), spatial));
    boolean both =
        needed.count() == 0 || (w.op() instanceof Movement.Reverse(var own) && own.equals(needed));
    if (!both) {
      return y;
    }
    List<WindowAxis> window = new ArrayList<>(op.window());
    for (char letter : spatial) {
      int axis = letter - '0';
      window.set(axis, along(axis, y, op, WindowAxis::reversed));
    }
    Convolution.Correlation forwards =
        new Convolution.Correlation(window, layout, op.featureGroups(), op.batchGroups());
    Value kernel = needed.count() == 0 ? w : w.operand(0);
    return ofType(y.type(), y.builder().add(forwards, y.operand(0).operand(0), kernel))
        .map(z -> z.reverse(Layouts.axes(layout.output(), spatial)))
        .orElse(y);
  }

  private static Convolution.Correlation with(
      Convolution.Correlation op, CorrelationLayout layout) {
    return new Convolution.Correlation(op.window(), layout, op.featureGroups(), op.batchGroups());
  }
}
