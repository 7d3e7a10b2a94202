/**
 * What users call to build networks: convolutions, pooling, normalisation, activations, losses,
 * initialisers, and layers that make their own parameters.
 *
 * <p>Enters: values of a graph that is being built, and immutable settings ({@link
 * dev.adjoint.nn.Conv}, {@link dev.adjoint.nn.Pool}, {@link dev.adjoint.nn.Padding}). Leaves: new
 * values. Everything is a plain function that composes the primitives of {@code op}; nothing here
 * is an operator, so nothing here needs a gradient rule, a kernel or a place in a saved file. It
 * never knows how a graph is differentiated, executed or trained.
 *
 * <p>Read {@link dev.adjoint.nn.Layers} first, then {@link dev.adjoint.nn.Convolutions}. Settings
 * are immutable and may be shared; functions belong to the thread of the builder whose values they
 * take. Wrong settings and operands that do not fit raise {@link dev.adjoint.graph.GraphException}.
 * Nothing here takes or returns null.
 */
@NullMarked
package dev.adjoint.nn;

import org.jspecify.annotations.NullMarked;
