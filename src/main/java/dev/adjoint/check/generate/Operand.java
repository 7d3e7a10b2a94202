package dev.adjoint.check.generate;

import dev.adjoint.tensor.TensorType;

/**
 * What an operator is to be given.
 *
 * @param type the type of the value, whose sizes may be named
 * @param domain the values it may have
 */
public record Operand(TensorType type, Domain domain) {
  /** Numbers of moderate size. */
  public static Operand of(TensorType type) {
    return new Operand(type, Domain.real());
  }
}
