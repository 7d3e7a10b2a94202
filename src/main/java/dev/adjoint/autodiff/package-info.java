/**
 * Symbolic differentiation: gradients are more nodes of the same graph.
 *
 * <p>Enters: values of a {@link dev.adjoint.graph.GraphBuilder}, which may hold a graph just built
 * or one that was loaded. Leaves: values of the same builder that compute derivatives, made of the
 * same operators, so they can be printed, optimised, saved, run and differentiated again.
 *
 * <p>It never knows a rule: those stand with the operators ({@link
 * dev.adjoint.graph.Differentiable#vjp}). Read {@link dev.adjoint.autodiff.Gradients} first.
 */
@NullMarked
package dev.adjoint.autodiff;

import org.jspecify.annotations.NullMarked;
