package dev.adjoint.train.data;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;

import org.junit.jupiter.api.Test;

/** What every data set refuses. */
class DatasetTest {
  @Test
  void examplesThatAreNotThereAreRefusedInWords() {
    Dataset digits = StrokeDigits.of(1, 10);
    assertRefused(
        IndexOutOfBoundsException.class,
        () -> digits.slice(5, 1000),
        "from 5 to 1000 does not lie in a data set of 10");
    assertRefused(
        IndexOutOfBoundsException.class, () -> digits.slice(5, 3), "from 5 to 3 does not lie");
    assertRefused(
        IndexOutOfBoundsException.class,
        () -> digits.examples(10_000),
        "no example 10000 in a data set of 10");
    assertRefused(
        IndexOutOfBoundsException.class,
        () -> digits.slice(5, 7).examples(3),
        "no example 3 in a data set of 2");
  }
}
