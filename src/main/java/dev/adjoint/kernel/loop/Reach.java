package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.List;

/** An access of a nest over given axes, or the worker's array, or a count. */
record Reach(Nest.Place place, DType dtype, int argument, int offset, List<Integer> strides) {
  Reach {
    strides = List.copyOf(strides);
  }

  static Reach of(Access access) {
    return new Reach(
        Nest.Place.ARGUMENT, access.dtype(), access.argument(), access.offset(), access.strides());
  }

  static Reach counter(Instruction.Iota iota) {
    return new Reach(Nest.Place.COUNTER, iota.dtype(), -1, iota.offset(), iota.strides());
  }

  static Reach workspace(DType dtype, int offset, List<Integer> strides) {
    return new Reach(Nest.Place.WORKSPACE, dtype, -1, offset, strides);
  }

  Reach withStrides(List<Integer> changed) {
    return new Reach(place, dtype, argument, offset, changed);
  }

  int stride(int axis) {
    return strides.get(axis);
  }

  Nest.Source source() {
    Nest.Motion motion =
        switch (strides.getLast()) {
          case 0 -> Nest.Motion.FIXED;
          case 1 -> Nest.Motion.UNIT;
          default -> Nest.Motion.STRIDED;
        };
    return new Nest.Source(place, dtype, motion);
  }
}
