package dev.adjoint.nn;

import dev.adjoint.graph.Initializer;

/**
 * An initialiser that must know which axes of a kernel are its input and its output features. With
 * features last these are the last two, {@code [spatial.., in, out]}, as in a dense layer too; with
 * features first they are {@code [out, in, spatial..]}.
 */
public interface KernelInitializer extends Initializer {
  /** This initialiser for kernels of the given format. Layers call it with theirs. */
  KernelInitializer format(DataFormat format);
}
