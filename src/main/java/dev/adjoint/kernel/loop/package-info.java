/**
 * Fused loops: groups of elementwise operators, reductions and row computations, each compiled into
 * one class of its own.
 *
 * <p>In: a {@link dev.adjoint.kernel.loop.Loop}, which describes an index space, how arrays are
 * read over it (views are part of the reading, so none is ever copied), the operators, and where
 * results go. Out: a {@link dev.adjoint.kernel.Kernel} whose inner loops are bytecode, made with
 * {@code java.lang.classfile}: Vector API code where the group is of one floating dtype, scalar
 * code otherwise, with the same bits either way.
 *
 * <p>Start with {@link dev.adjoint.kernel.loop.LoopBuilder} and {@link
 * dev.adjoint.kernel.loop.LoopCompiler}.
 */
@NullMarked
package dev.adjoint.kernel.loop;

import org.jspecify.annotations.NullMarked;
