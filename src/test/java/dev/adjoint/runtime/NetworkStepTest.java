package dev.adjoint.runtime;

import dev.adjoint.tensor.DType;
import dev.adjoint.testing.SmallNetworks;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole steps of training, through every pass, fusion, kernel choice and memory plan, give the loss
 * and the parameters that the reference gives.
 */
@Timeout(60)
class NetworkStepTest {
  @ParameterizedTest
  @CsvSource({
    "DIGITS, FLOAT32, 0",
    "DIGITS, FLOAT32, 1",
    "DIGITS, FLOAT32, 3",
    "DIGITS, FLOAT64, 3",
    "VGG, FLOAT32, 0",
    "VGG, FLOAT32, 1",
    "VGG, FLOAT32, 3",
    "VGG, FLOAT64, 2"
  })
  void aStepIsThatOfTheReference(SmallNetworks network, DType dtype, int batch) {
    network.assertTrains(dtype, batch);
  }
}
