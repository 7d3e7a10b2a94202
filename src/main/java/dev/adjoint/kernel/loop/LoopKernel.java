package dev.adjoint.kernel.loop;

import dev.adjoint.kernel.ElementRange;
import dev.adjoint.kernel.Kernel;

/** The kernel of a {@link Loop}. */
public sealed interface LoopKernel extends Kernel
    permits LoopKernel.Elementwise, RowKernel, ColumnKernel, SplitKernel {
  /** The elements that a task takes, where it can choose. */
  int CHUNK = 1 << 15;

  /** Of a loop without reductions, which can be run for a part of its elements as well. */
  sealed interface Elementwise extends LoopKernel, ElementRange permits ElementwiseKernel {}
}
