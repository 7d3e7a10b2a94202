/**
 * The loops over plain arrays of one dtype. The folder {@code f32} is the only source: the build
 * derives {@code f64}, {@code i32}, {@code i64} and, of the loops that move, {@code bool} by
 * exchanging the name of the element's type; {@code double}, in which sums are formed, becomes
 * {@code long} for integers.
 *
 * <p>In: arrays and places in them. Out: implementations of {@link dev.adjoint.kernel.Elements} and
 * {@link dev.adjoint.kernel.Numbers}.
 */
@NullMarked
package dev.adjoint.kernel.elements.f32;

import org.jspecify.annotations.NullMarked;
