package dev.adjoint.nn;

import static dev.adjoint.nn.Evaluation.evaluate;
import static dev.adjoint.nn.Evaluation.pattern;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Pooling against loops over PyTorch's definition of windows, on one spatial axis. */
class PoolingsProperties {
  /** A pooling of {@code size} elements that leaves no window without one. */
  record Case(int size, int window, int stride, int dilation, int low, int high, boolean ceiling) {
    Pool pool() {
      Padding padding = Padding.of(Padding.Edges.of(low, high));
      Pool pool = Pool.of(window).strides(stride).dilations(dilation).padding(padding);
      return ceiling ? pool.ceilMode() : pool;
    }

    Tensor x() {
      return pattern(size, 1, size, 1);
    }

    int places() {
      int room = size + low + high - (window - 1) * dilation - 1;
      if (!ceiling) {
        return room / stride + 1;
      }
      int places = (room + stride - 1) / stride + 1;
      return (places - 1) * stride >= size + low ? places - 1 : places;
    }

    /** What each window covers: the elements that are there. */
    List<List<Double>> windows() {
      List<List<Double>> windows = new ArrayList<>();
      for (int place = 0; place < places(); place++) {
        List<Double> covered = new ArrayList<>();
        for (int tap = 0; tap < window; tap++) {
          int index = place * stride + tap * dilation - low;
          if (index >= 0 && index < size) {
            covered.add(x().getDouble(index));
          }
        }
        windows.add(covered);
      }
      return windows;
    }

    boolean fits() {
      int extent = (window - 1) * dilation + 1;
      return size + low + high >= extent && windows().stream().noneMatch(List::isEmpty);
    }
  }

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<Integer> small = Arbitraries.integers().between(1, 4);
    Arbitrary<Integer> padding = Arbitraries.integers().between(0, 2);
    return Combinators.combine(
            Arbitraries.integers().between(1, 12),
            small,
            small,
            Arbitraries.integers().between(1, 2),
            padding,
            padding,
            Arbitraries.of(true, false))
        .as(Case::new)
        .filter(Case::fits);
  }

  private static List<Double> values(Tensor pooled) {
    return Arrays.stream(pooled.toDoubles()).boxed().collect(Collectors.toList());
  }

  @Property(tries = 150)
  void theMaximumOfEachWindow(@ForAll("cases") Case c) {
    List<Double> expected =
        c.windows().stream().map(w -> w.stream().max(Double::compare).orElseThrow()).toList();
    Tensor pooled = evaluate(g -> Poolings.maxPool(g.constant(c.x()), c.pool()));
    assertEquals(expected, values(pooled));
  }

  @Property(tries = 150)
  void theMeanOfWhatEachWindowCovers(@ForAll("cases") Case c) {
    List<Double> expected =
        c.windows().stream().map(w -> w.stream().mapToDouble(v -> v).sum() / w.size()).toList();
    Tensor pooled = evaluate(g -> Poolings.averagePool(g.constant(c.x()), c.pool()));
    assertEquals(expected, values(pooled));
  }

  @Property(tries = 150)
  void theMeanThatCountsPaddingDividesByWhatLiesWithinIt(@ForAll("cases") Case c) {
    List<Double> expected = new ArrayList<>();
    for (int place = 0; place < c.places(); place++) {
      int within = 0;
      for (int tap = 0; tap < c.window(); tap++) {
        int index = place * c.stride() + tap * c.dilation() - c.low();
        within += index < c.size() + c.high() ? 1 : 0;
      }
      double sum = c.windows().get(place).stream().mapToDouble(v -> v).sum();
      expected.add(sum / within);
    }
    Tensor pooled = evaluate(g -> Poolings.averagePoolCountingPadding(g.constant(c.x()), c.pool()));
    assertEquals(expected, values(pooled));
  }

  @Property(tries = 60)
  void aSumIsADepthwiseConvolutionWithOnes(@ForAll("cases") Case c) {
    Case floor = new Case(c.size(), c.window(), c.stride(), c.dilation(), c.low(), c.high(), false);
    Conv conv =
        Conv.valid()
            .strides(c.stride())
            .dilations(c.dilation())
            .padding(Padding.of(Padding.Edges.of(c.low(), c.high())));
    Tensor x = pattern(1, 2, c.size(), 3);
    Tensor sums = evaluate(g -> Poolings.sumPool(g.constant(x), floor.pool()));
    Tensor convolved =
        evaluate(g ->
            FactoredConvolutions.depthwise(
                g.constant(x),
                g.constant(
                    Tensor.fill(x.dtype(), dev.adjoint.tensor.Shape.of(c.window(), 3, 1), 1)),
                conv));
    assertEquals(convolved, sums);
  }
}
