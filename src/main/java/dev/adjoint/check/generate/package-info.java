/**
 * Generators of tensors, of operators and of whole graphs, for the tests of this library and for
 * those of its users.
 *
 * <p>Enters: seeds, and {@linkplain dev.adjoint.check.generate.OperatorSampler samplers} of users'
 * own operators. Leaves: {@linkplain dev.adjoint.check.generate.GraphCase graphs with the values
 * they may be run on}, made smaller where a test fails. Only {@link
 * dev.adjoint.check.generate.GraphArbitraries} needs jqwik; everything else is drawn from a seed
 * and runs without it.
 *
 * <p>Read {@link dev.adjoint.check.generate.GraphCase} first. Nothing here takes or returns null.
 * {@code Choices} belong to one thread; everything else is immutable, and equal seeds give equal
 * results.
 */
@NullMarked
package dev.adjoint.check.generate;

import org.jspecify.annotations.NullMarked;
