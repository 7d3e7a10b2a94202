package dev.adjoint.kernel.loop;

/** What a {@link Step} does. Each means the same for one element and for a vector of them. */
enum Opcode {
  /** A number that is part of the code; immediate: its bits, as in {@link Instruction.Scalar}. */
  CONSTANT,
  /** A number that comes with each run; immediate: its position. */
  PARAMETER,
  /** The element of an access; immediate: its position. */
  LOAD,
  /** The element of an access at a checked index; immediate: the access. */
  GATHER,
  ADD,
  SUBTRACT,
  MULTIPLY,
  DIVIDE,
  /** {@code a * b + c}, rounded once. */
  FMA,
  NEGATE,
  ABSOLUTE,
  SQUARE_ROOT,
  /** As {@link Math#max}. */
  MAXIMUM,
  /** As {@link Math#min}. */
  MINIMUM,
  /** Of integers without a sign. */
  UNSIGNED_MINIMUM,
  AND,
  OR,
  XOR,
  NOT,
  /** Shifts by the immediate. */
  SHIFT_LEFT,
  SHIFT_RIGHT,
  EQUAL,
  NOT_EQUAL,
  LESS,
  LESS_EQUAL,
  /** {@code condition ? a : b}. */
  SELECT,
  /** The bits of a floating number, as an integer of its width. */
  BITS,
  /** The floating number of some bits. */
  FROM_BITS,
  /** Another numeric dtype, as a Java cast. */
  CONVERT,
  /** {@code a^b}; this and the next ones are methods of {@link ScalarMath}. */
  POWER,
  /** The remainder with the sign of the divisor. */
  MODULO,
  /** The floor of the quotient of integers. */
  QUOTIENT,
  SINE,
  COSINE
}
