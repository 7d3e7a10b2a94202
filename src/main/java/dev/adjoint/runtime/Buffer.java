package dev.adjoint.runtime;

import dev.adjoint.tensor.DType;

/**
 * An array, or part of one, that a step writes or that is there before the first step. Compared by
 * identity.
 */
final class Buffer {
  /** Whose memory a buffer is in. */
  enum Home {
    /** The arena of a run. */
    ARENA,
    /** The arena, for the whole run: a caller sets it before and may set it again. */
    INPUT,
    /** The current version of a parameter. */
    PARAMETER,
    /** The version of a parameter that a run makes. */
    NEXT,
    /** The plan: never changes. */
    CONSTANT,
    /** The plan: computed once for each version of the parameters that it depends on. */
    FROZEN
  }

  private final String name;
  private final DType dtype;
  private final int elements;
  private Home home;
  private int position;

  Buffer(String name, DType dtype, int elements, Home home) {
    this.name = name;
    this.dtype = dtype;
    this.elements = elements;
    this.home = home;
  }

  /** The node whose value it holds. */
  String name() {
    return name;
  }

  DType dtype() {
    return dtype;
  }

  int elements() {
    return elements;
  }

  long bytes() {
    return (long) elements * dtype.byteSize();
  }

  Home home() {
    return home;
  }

  /** The place among the plan's buffers of this home; of the parameter, in the store's order. */
  int position() {
    return position;
  }

  boolean isInArena() {
    return home == Home.ARENA || home == Home.INPUT;
  }

  void moveTo(Home newHome, int newPosition) {
    home = newHome;
    position = newPosition;
  }

  @Override
  public String toString() {
    return "%s: %s[%d]".formatted(name, dtype, elements);
  }
}
