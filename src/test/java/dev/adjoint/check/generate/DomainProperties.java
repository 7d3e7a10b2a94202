package dev.adjoint.check.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What each domain promises of its values. */
class DomainProperties {
  private static final List<Domain> ALL =
      List.of(
          Domain.real(),
          Domain.positive(),
          Domain.probability(),
          Domain.separated(),
          Domain.indices(4),
          new Domain.NonZero(),
          new Domain.PowerOfTwo(),
          new Domain.OffLattice(0.5));

  @Provide
  Arbitrary<TensorType> types() {
    return GraphArbitraries.types();
  }

  @Property(tries = 200)
  void valuesAreOfTheTypeAndTheSameForASeed(@ForAll("types") TensorType type, @ForAll long seed) {
    for (Domain domain : ALL) {
      Tensor smooth = domain.smooth(type, new SplittableRandom(seed));
      Tensor anything = domain.anything(type, new SplittableRandom(seed));
      assertEquals(type, smooth.type());
      assertEquals(type, anything.type());
      assertEquals(smooth, domain.smooth(type, new SplittableRandom(seed)));
      assertEquals(anything, domain.anything(type, new SplittableRandom(seed)));
    }
  }

  private static double[] smooth(Domain domain, DType dtype, long seed) {
    return domain
        .smooth(TensorType.of(dtype, 5, 7), new SplittableRandom(seed))
        .cast(DType.FLOAT64)
        .toDoubles();
  }

  @Property(tries = 100)
  void comparedOperandsHaveNoValuesNearEachOtherOrZero(@ForAll long seed) {
    double[] all =
        Stream.of(0, 1, 2)
            .map(part -> smooth(new Domain.Separated(part, 3), DType.FLOAT32, seed + part))
            .flatMapToDouble(DoubleStream::of)
            .sorted()
            .toArray();
    for (int i = 0; i < all.length; i++) {
      assertTrue(Math.abs(all[i]) >= 1.0 / 32);
      assertTrue(i == 0 || all[i] - all[i - 1] >= 1.0 / 16);
    }
  }

  @Property(tries = 100)
  void separatedIntegersAreDifferent(@ForAll long seed) {
    assertEquals(
        35, DoubleStream.of(smooth(Domain.separated(), DType.INT32, seed)).distinct().count());
  }

  @Property(tries = 100)
  void valuesOffALatticeAreAQuarterOfItsSpacingAway(@ForAll long seed) {
    for (double value : smooth(new Domain.OffLattice(0.5), DType.FLOAT64, seed)) {
      assertTrue(Math.abs(value - 0.5 * Math.rint(value / 0.5)) >= 0.125, () -> "" + value);
    }
  }

  @Property(tries = 100)
  void boundsHold(@ForAll long seed) {
    for (double value : smooth(Domain.positive(), DType.FLOAT64, seed)) {
      assertTrue(value >= 0.25 && value <= 4);
    }
    for (double value : smooth(new Domain.NonZero(), DType.FLOAT64, seed)) {
      assertTrue(Math.abs(value) >= 0.5 && Math.abs(value) <= 2);
    }
  }

  @Property(tries = 100)
  void valuesThatWouldBeAnErrorAreNeverDrawn(@ForAll long seed) {
    TensorType type = TensorType.of(DType.INT64, 5, 7);
    SplittableRandom random = new SplittableRandom(seed);
    LongStream indices = LongStream.of(Domain.indices(3).anything(type, random).toLongs());
    assertTrue(indices.allMatch(index -> index >= 0 && index < 3));
    LongStream divisors = LongStream.of(new Domain.NonZero().anything(type, random).toLongs());
    assertTrue(divisors.allMatch(divisor -> divisor != 0));
  }

  @Example
  void anythingHoldsEveryKindOfNumber() {
    TensorType type = TensorType.of(DType.FLOAT32, 2000);
    float[] values = Domain.real().anything(type, new SplittableRandom(1)).toFloats();
    Set<Float> drawn =
        Stream.iterate(0, i -> i + 1).limit(2000).map(i -> values[i]).collect(Collectors.toSet());
    assertTrue(
        drawn.containsAll(
            Set.of(
                Float.NaN,
                Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY,
                0f,
                -0f,
                Float.MAX_VALUE,
                Float.MIN_VALUE,
                1f)));
  }
}
