package dev.adjoint.kernel.f32;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How far values grow in {@link Winograd}'s transforms, as its documentation says. */
class WinogradGrowthTest {
  private static double rowSum(Winograd.Matrix matrix, int row) {
    double sum = 0;
    for (int column = 0; column < matrix.columns(); column++) {
      sum += Math.abs(matrix.entry(row, column));
    }
    return sum;
  }

  private static long inputs(Winograd winograd) {
    Winograd.Matrix input = winograd.input();
    double largest = 0;
    for (int point = 0; point < winograd.points(); point++) {
      largest = Math.max(largest, rowSum(input, point));
    }
    return (long) Math.ceil(largest * largest - 1e-3);
  }

  private static long results(Winograd winograd) {
    Winograd.Matrix result = winograd.result();
    double largest = 0;
    for (int row = 0; row < winograd.outputs(); row++) {
      double sum = 0;
      for (int point = 0; point < winograd.points(); point++) {
        double growth = rowSum(winograd.input(), point) * rowSum(winograd.filter(), point);
        sum += Math.abs(result.entry(row, point)) * growth;
      }
      largest = Math.max(largest, sum);
    }
    return (long) Math.ceil(largest * largest - 1e-3);
  }

  /** Over all sizes of images that make a difference, by points. */
  private static Map<Integer, Long> resultsByPoints(int taps) {
    Map<Integer, Long> growth = new HashMap<>();
    for (int size = 1; size < 64; size++) {
      for (int features : new int[] {1, 64}) {
        for (Winograd winograd :
            new Winograd[] {
              Winograd.of(taps, features, size, size),
              Winograd.ofGradient(taps, features, size, size)
            }) {
          growth.merge(winograd.points(), results(winograd), Math::max);
        }
      }
    }
    return growth;
  }

  @Test
  void inputsGrowAsIsSaid() {
    assertEquals(100, inputs(Winograd.of(3, 1, 4, 4)));
    assertEquals(225, inputs(Winograd.of(3, 1, 6, 6)));
    assertEquals(21_412, inputs(Winograd.of(5, 64, 5, 5)));
  }

  @Test
  void resultsGrowAsIsSaid() {
    assertEquals(Map.of(6, 2_845L, 8, 9_670L), resultsByPoints(3));
    assertEquals(Map.of(6, 3_326L, 8, 7_531L, 9, 27_222L), resultsByPoints(5));
  }
}
