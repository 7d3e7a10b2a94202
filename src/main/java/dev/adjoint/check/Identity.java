package dev.adjoint.check;

/**
 * An equation that must hold but for rounding, and whether it does.
 *
 * @param kind which equation
 * @param node the node that it is about; the signature's name if it is about all of it
 * @param left the left side
 * @param right the right side
 * @param bound a bound of what rounding can make of their difference
 */
public record Identity(Kind kind, String node, double left, double right, double bound) {
  /** The equations. */
  public enum Kind {
    /** {@code <J v, u> = <v, J^T u>}: forward and reverse derivative fit together. */
    ADJOINT("<J v, u> = <v, J^T u>"),
    /** {@code f(a x + b y) = a f(x) + b f(y)}, where an operator claims to be linear. */
    LINEARITY("f(a x + b y) = a f(x) + b f(y)"),
    /** {@code f(0) = 0}, where an operator claims to be linear. */
    ZERO("f(0) = 0"),
    /** {@code <f(x), u> = <x, f^T u>}, where an operator claims to be linear. */
    TRANSPOSE("<f(x), u> = <x, f^T u>");

    private final String equation;

    Kind(String equation) {
      this.equation = equation;
    }

    /** The equation as text. */
    public String equation() {
      return equation;
    }
  }

  /** Whether both sides are equal but for rounding. */
  public boolean holds() {
    return Math.abs(left - right) <= bound;
  }

  @Override
  public String toString() {
    return "%s at '%s' %s: left %.12g, right %.12g, difference %.3g, bound %.3g"
        .formatted(
            kind.equation(),
            node,
            holds() ? "holds" : "does not hold",
            left,
            right,
            Math.abs(left - right),
            bound);
  }
}
