package dev.adjoint.serve;

/** Whoever waits for the answer of a request. */
@FunctionalInterface
interface Caller {
  /** One who stays. */
  Caller PATIENT = () -> false;

  /** Whether nobody will read the answer. Asked again and again by the thread that waits. */
  boolean hasGone();
}
