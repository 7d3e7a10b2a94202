package dev.adjoint.serve;

import dev.adjoint.tensor.Tensor;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked of a model, whatever the protocol.
 *
 * @param model the model's name
 * @param version the version; absent for the newest
 * @param signature the signature; absent for the model's own choice
 * @param inputs tensors by name
 * @param outputs the outputs wanted, in this order; none for all
 * @param timeout how long it may take
 */
public record InferRequest(
    String model,
    Optional<String> version,
    Optional<String> signature,
    Map<String, Tensor> inputs,
    List<String> outputs,
    Optional<Duration> timeout) {
  /** The time that a request's parameter {@code timeout} names, in microseconds. */
  static Duration timeout(long micros) {
    if (micros < 1) {
      throw ServeException.invalid("'timeout' must be at least 1 microsecond, given %d.", micros);
    }
    return Duration.of(micros, ChronoUnit.MICROS);
  }
}
