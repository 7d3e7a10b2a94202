package dev.adjoint.graph;

/** What a gradient rule answers for one operand. */
public sealed interface Cotangent {
  /** The operand's cotangent: a value of the operand's own type. */
  record Of(Value value) implements Cotangent {}

  /**
   * The derivative is zero everywhere it exists, or the operand is not a real number (an index, a
   * boolean). Costs no node.
   */
  record Zero() implements Cotangent {}

  /** The derivative is not defined; asking for it is an error with this reason. */
  record Undefined(String reason) implements Cotangent {}

  /** A rule for one operand, evaluated only if the operand's cotangent is wanted. */
  @FunctionalInterface
  interface Rule {
    /** Adds the nodes of the cotangent. */
    Cotangent apply();

    /** The operand has a zero or no derivative. */
    static Rule zero() {
      return Zero::new;
    }

    /** The derivative is not defined, for the given reason. */
    static Rule undefined(String reason) {
      return () -> new Undefined(reason);
    }
  }
}
