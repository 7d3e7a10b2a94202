/**
 * Runs graphs fast: compiles a signature for concrete sizes into a plan, and runs the plan on a
 * pool of threads.
 *
 * <p>In: a {@link dev.adjoint.graph.Graph} and, with each run, tensors. Out: tensors. A {@link
 * dev.adjoint.runtime.Session} holds the parameters and the compiled plans of one graph.
 *
 * <p>The way from a signature to a plan: prune and bind sizes, optimise ({@link
 * dev.adjoint.optimize}), group nodes into steps and choose their kernels, order the steps, lay
 * their arrays out in one arena, cut them into stages; where that needs more memory than it may,
 * compute values again in place of keeping them. A run walks the stages.
 */
@NullMarked
package dev.adjoint.runtime;

import org.jspecify.annotations.NullMarked;
