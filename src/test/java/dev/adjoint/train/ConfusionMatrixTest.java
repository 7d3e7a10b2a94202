package dev.adjoint.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
  private static final ConfusionMatrix MATRIX =
      new ConfusionMatrix(new long[][] {{8, 2, 0}, {1, 5, 0}, {0, 0, 0}});

  @Test
  void itsNumbersAreThoseOfTheCounts() {
    assertEquals(16, MATRIX.total());
    assertEquals(13 / 16.0, MATRIX.accuracy());
    assertEquals(0.8, MATRIX.recall(0));
    assertEquals(5 / 7.0, MATRIX.precision(1));
    assertEquals(Double.NaN, MATRIX.recall(2));
    assertEquals(2, MATRIX.count(0, 1));
    assertEquals(4, MATRIX.toString().lines().count());
  }

  @Test
  void aStateIsReadBackToTheSameBits() {
    EpochResult epoch = new EpochResult(1, 4, 0.1, 1 / 3.0, Double.NaN, Double.NaN);
    TrainingState state = new TrainingState("abc", 7, 1, 3, 300, 0.1 + 0.2, 250, List.of(epoch));
    assertEquals(state, TrainingState.parse(state.toText()));
    for (String text :
        List.of(
            "",
            "settings abc\n",
            state.toText().replace("at", "to"),
            state.toText().replace("sums 300", "sums x"),
            state.toText() + "epoch 2\n")) {
      assertThrows(IllegalArgumentException.class, () -> TrainingState.parse(text));
    }
  }
}
