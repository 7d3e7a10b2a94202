/**
 * Gradient checking for users' CI, and generators of shapes, tensors, operators and graphs for
 * property tests.
 *
 * <p>Enters: a graph and one of its signatures. Leaves: a {@link dev.adjoint.check.GradientReport}
 * that says what agrees, what differs, by how much, and which operator is most likely at fault.
 *
 * <p>It knows no operator's rule and no tolerance: what a comparison may differ by is measured from
 * the function at hand. Read {@link dev.adjoint.check.GradientCheck} first.
 */
@NullMarked
package dev.adjoint.check;

import org.jspecify.annotations.NullMarked;
