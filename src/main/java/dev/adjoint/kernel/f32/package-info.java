/**
 * Kernels over arrays of one floating-point dtype. The folder {@code f32} is the only source: the
 * build copies it to {@code f64}, with the names of the dtype, its array and its vector exchanged.
 * So a class here must hold for both: no suffixed literal, no number of lanes, no number of bits.
 *
 * <p>In: sizes. Out: kernels, through the factories in {@link dev.adjoint.kernel}.
 */
@NullMarked
package dev.adjoint.kernel.f32;

import org.jspecify.annotations.NullMarked;
