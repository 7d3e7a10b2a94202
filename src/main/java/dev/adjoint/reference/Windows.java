package dev.adjoint.reference;

import dev.adjoint.op.WindowAxis;

/** Where the taps of a moving window fall; see {@link WindowAxis}. */
final class Windows {
  /** The answer where there is no element. */
  static final long NOTHING = -1;

  private Windows() {}

  /** The index, along an axis of {@code size} elements, under a tap of a step of the window. */
  static long source(WindowAxis axis, long step, long tap, long size) {
    long position = step * axis.stride() + tap * axis.dilation() - axis.low().value();
    if (Math.floorMod(position, axis.inputDilation()) != 0) {
      return NOTHING;
    }
    long index = Math.floorDiv(position, axis.inputDilation());
    return index >= 0 && index < size ? index : NOTHING;
  }
}
