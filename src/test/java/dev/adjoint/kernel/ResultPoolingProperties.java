package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.op.Convolution;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A correlation that pools gives the bits of one that is pooled afterwards. */
class ResultPoolingProperties {
  private static final WindowAxis SAME_OF_3 = WindowAxis.of(1, Dim.of(1), Dim.of(1));
  private static final WindowAxis SAME_OF_5 = WindowAxis.of(1, Dim.of(2), Dim.of(2));

  /**
   * A correlation with features last and a pooling of its result.
   *
   * @param window of the correlation
   * @param sizes of the pooling's window, along the spatial axes
   * @param strides of the pooling's window
   */
  private record Case(
      List<WindowAxis> window,
      int groups,
      TensorType x,
      TensorType w,
      List<Integer> sizes,
      List<Integer> strides) {
    Convolution.Correlation correlation() {
      CorrelationLayout layout = CorrelationLayout.featuresLast(window.size());
      return new Convolution.Correlation(window, layout, groups, 1);
    }

    TensorType result() {
      return Expected.type(correlation(), x, w);
    }

    Pooling.MaxPool pool() {
      List<Long> all = new ArrayList<>(Collections.nCopies(x.rank(), 1L));
      List<WindowAxis> axes = new ArrayList<>(Collections.nCopies(x.rank(), WindowAxis.UNIT));
      for (int axis = 0; axis < window.size(); axis++) {
        all.set(axis + 1, (long) sizes.get(axis));
        axes.set(axis + 1, WindowAxis.of(strides.get(axis), Dim.of(0), Dim.of(0)));
      }
      return new Pooling.MaxPool(all, axes);
    }

    TensorType pooled() {
      return KernelCase.of(pool(), Expected.random(result(), 1)).type();
    }

    Optional<ResultPooling> pooling(KernelOptions options) {
      return Correlations.pooling(correlation(), x, w, pool(), result(), pooled(), options);
    }

    /** Whether the kernel can pool. If so, it is held to the separate kernels. */
    boolean check(KernelOptions options, long seed) {
      Optional<ResultPooling> pooling = pooling(options);
      if (pooling.isEmpty()) {
        return false;
      }
      Epilogue steps = Epilogue.NONE.times(0.3).addBias().addResidual().thenRelu();
      Epilogue tailed =
          steps.thenTail((arguments, from, to) -> tail(steps, arguments, from, to), 0, 0);
      Epilogue pooled = tailed.thenPool(pooling.get(), tailed.result());
      Tensor[] operands = {
        Expected.random(x, 1),
        Expected.random(w, 2),
        Expected.random(TensorType.of(x.dtype(), result().shape().size(x.rank() - 1)), 3),
        Expected.random(result(), 4)
      };
      Tensor whole = KernelRun.run(kernel(tailed, options), result(), seed, operands);
      KernelCase afterwards = KernelCase.of(pool(), whole);
      Tensor expected =
          afterwards.run(Poolings.kernel(pool(), List.of(result()), pooled(), options), seed);
      assertEquals(expected, KernelRun.run(kernel(pooled, options), pooled(), seed, operands));
      Optional<Packing> packing = Correlations.packing(correlation(), x, w, pooled, options);
      if (packing.isPresent()) {
        TensorType packedType = TensorType.of(x.dtype(), packing.get().length());
        operands[1] = KernelRun.run(packing.get().pack(), packedType, seed, operands[1]);
        assertEquals(
            expected, KernelRun.run(packing.get().main(), pooled(), seed, operands), "packed");
      }
      return true;
    }

    private Kernel kernel(Epilogue epilogue, KernelOptions options) {
      return Correlations.kernel(correlation(), x, w, epilogue, options);
    }

    private void tail(Epilogue epilogue, Arguments arguments, int from, int to) {
      int at = arguments.offset(epilogue.result());
      switch (x.dtype()) {
        case FLOAT32 -> {
          float[] y = arguments.floats(epilogue.result());
          for (int i = from; i < to; i++) {
            y[at + i] = i % 3 - y[at + i];
          }
        }
        default -> {
          double[] y = arguments.doubles(epilogue.result());
          for (int i = from; i < to; i++) {
            y[at + i] = i % 3 - y[at + i];
          }
        }
      }
    }
  }

  private static TensorType f32(long... sizes) {
    return TensorType.of(DType.FLOAT32, sizes);
  }

  private static void requirePooled(Case given) {
    assertTrue(given.check(KernelOptions.FASTEST, 0), given.toString());
    assertTrue(given.check(KernelOptions.FASTEST.withoutVectors(), 1), given.toString());
    assertTrue(given.check(KernelOptions.FASTEST.withoutWinograd(), 2), given.toString());
  }

  private static void requireNotPooled(Case given) {
    assertTrue(given.pooling(KernelOptions.FASTEST).isEmpty(), given.toString());
  }

  @Test
  void bandsArePooled() {
    List<WindowAxis> same = List.of(SAME_OF_5, SAME_OF_5);
    List<Integer> two = List.of(2, 2);
    requirePooled(new Case(same, 1, f32(2, 28, 28, 1), f32(5, 5, 1, 32), two, two));
    for (int height : List.of(101, 106, 131)) {
      TensorType x = f32(1, height, 83, 3);
      requirePooled(new Case(same, 1, x, f32(5, 5, 3, 19), two, List.of(4, 2)));
    }
  }

  @Test
  void tilesArePooled() {
    List<Integer> two = List.of(2, 2);
    List<WindowAxis> three = List.of(SAME_OF_3, SAME_OF_3);
    List<WindowAxis> five = List.of(SAME_OF_5, SAME_OF_5);
    requirePooled(new Case(five, 1, f32(5, 16, 16, 16), f32(5, 5, 16, 33), two, two));
    requirePooled(new Case(five, 1, f32(2, 15, 11, 17), f32(5, 5, 17, 16), List.of(1, 2), two));
    requirePooled(new Case(three, 1, f32(2, 17, 9, 16), f32(3, 3, 16, 20), two, two));
    requirePooled(new Case(three, 1, f32(2, 24, 24, 16), f32(3, 3, 16, 16), two, two));
  }

  @Test
  void featuresOfTheirOwnArePooled() {
    List<WindowAxis> same = List.of(SAME_OF_3, SAME_OF_3);
    requirePooled(
        new Case(same, 37, f32(2, 9, 11, 37), f32(3, 3, 1, 37), List.of(2, 3), List.of(2, 3)));
  }

  @Test
  void oneAndThreeAxesArePooled() {
    requirePooled(
        new Case(List.of(SAME_OF_3), 1, f32(3, 19, 5), f32(3, 5, 20), List.of(2), List.of(2)));
    requirePooled(
        new Case(
            List.of(SAME_OF_3, SAME_OF_3, SAME_OF_3),
            1,
            f32(2, 3, 7, 9, 4),
            f32(3, 3, 3, 4, 18),
            List.of(1, 2, 2),
            List.of(1, 2, 2)));
  }

  @Test
  void emptyBatchesArePooled() {
    List<WindowAxis> same = List.of(SAME_OF_3, SAME_OF_3);
    List<Integer> two = List.of(2, 2);
    requirePooled(new Case(same, 1, f32(0, 8, 8, 16), f32(3, 3, 16, 16), two, two));
  }

  @Test
  void windowsThatOverlapAreNotPooled() {
    List<WindowAxis> same = List.of(SAME_OF_3, SAME_OF_3);
    TensorType x = f32(2, 9, 9, 3);
    TensorType w = f32(3, 3, 3, 20);
    requirePooled(new Case(same, 1, x, w, List.of(3, 2), List.of(3, 2)));
    requireNotPooled(new Case(same, 1, x, w, List.of(3, 2), List.of(2, 2)));
    requireNotPooled(new Case(same, 1, x, w, List.of(3, 2), List.of(3, 1)));
  }

  @Test
  void windowsThatTilesCutAreNotPooled() {
    List<WindowAxis> same = List.of(SAME_OF_5, SAME_OF_5);
    List<Integer> three = List.of(3, 3);
    Case given = new Case(same, 1, f32(2, 16, 16, 16), f32(5, 5, 16, 16), three, three);
    requireNotPooled(given);
    assertTrue(given.check(KernelOptions.FASTEST.withoutWinograd(), 0));
    List<Integer> two = List.of(2, 2);
    requireNotPooled(new Case(same, 1, f32(2, 14, 14, 16), f32(5, 5, 16, 16), two, two));
  }

  @Test
  void axesBeforeTheRowsAreNotPooled() {
    List<WindowAxis> same = List.of(SAME_OF_3, SAME_OF_3, SAME_OF_3);
    List<Integer> two = List.of(2, 2, 2);
    requireNotPooled(new Case(same, 1, f32(2, 4, 6, 6, 3), f32(3, 3, 3, 3, 5), two, two));
  }

  @Property(tries = 80)
  void poolsLikeSeparateKernels(
      @ForAll @IntRange(max = 3) int batch,
      @ForAll @IntRange(min = 3, max = 20) int height,
      @ForAll @IntRange(min = 3, max = 20) int width,
      @ForAll @IntRange(min = 1, max = 20) int depth,
      @ForAll @IntRange(min = 1, max = 40) int features,
      @ForAll boolean five,
      @ForAll boolean wide,
      @ForAll Random random) {
    int taps = five ? 5 : 3;
    List<WindowAxis> window = List.of(axis(random, taps), axis(random, taps));
    DType dtype = wide ? DType.FLOAT64 : DType.FLOAT32;
    List<Integer> sizes = List.of(random.nextInt(1, 4), random.nextInt(1, 4));
    List<Integer> strides = sizes.stream().map(size -> size + random.nextInt(2)).toList();
    TensorType x = TensorType.of(dtype, batch, height, width, depth);
    TensorType w = TensorType.of(dtype, taps, taps, depth, features);
    Case given = new Case(window, 1, x, w, sizes, strides);
    long least = Arrays.stream(given.result().shape().sizes()).skip(1).limit(2).min().orElseThrow();
    if (least >= 4) {
      given.check(KernelOptions.FASTEST, random.nextLong());
      given.check(KernelOptions.FASTEST.withoutVectors(), random.nextLong());
    }
  }

  /** Mostly as it keeps the size; else strided, or of a dilated input. */
  private static WindowAxis axis(Random random, int taps) {
    Dim pad = Dim.of(taps / 2);
    return switch (random.nextInt(4)) {
      case 0 -> new WindowAxis(2, pad, pad, 1, 1);
      case 1 -> new WindowAxis(1, pad, pad.plus(1), 2, 1);
      default -> WindowAxis.of(1, pad, pad);
    };
  }
}
