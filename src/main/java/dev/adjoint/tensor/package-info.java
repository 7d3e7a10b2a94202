/**
 * Typed values: what a number is ({@link dev.adjoint.tensor.DType}), how many there are ({@link
 * dev.adjoint.tensor.Shape} of {@link dev.adjoint.tensor.Dim}s, constant or symbolic) and the
 * numbers themselves ({@link dev.adjoint.tensor.Tensor}).
 *
 * <p>Enters: Java arrays, nested arrays, NIO buffers, {@code .npy} and {@code .npz} files, text of
 * sizes and types. Leaves: immutable values that every other room passes around, and the same
 * formats back.
 *
 * <p>Must never know: graphs, operators, kernels. Nothing is computed here except on sizes.
 *
 * <p>Everything public is immutable and safe to share between threads; nothing accepts or returns
 * null. Text and files may come from strangers: readers bound depth, length and memory before they
 * trust a claim. Read {@link dev.adjoint.tensor.Tensor} first, {@link dev.adjoint.tensor.Dim} for
 * the arithmetic of sizes.
 */
@NullMarked
package dev.adjoint.tensor;

import org.jspecify.annotations.NullMarked;
