/**
 * The fast code: what computes a node, or a group of nodes, on Java arrays.
 *
 * <p>In: operators with types of constant sizes. Out: a {@link Kernel} for exactly these sizes, cut
 * into tasks that may run on different threads and give the same bits however they do. A kernel
 * holds no arrays and no state; the arrays come with each run as {@link Arguments}.
 *
 * <p>Kernels of floating point are written once, over {@code float} in {@link
 * dev.adjoint.kernel.f32}; the build derives the package {@code f64} from it word by word. Nothing
 * here knows a schedule, a thread or a plan.
 */
@NullMarked
package dev.adjoint.kernel;

import org.jspecify.annotations.NullMarked;
