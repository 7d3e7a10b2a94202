/**
 * The symbolic graph: values while it is built, nodes once it is built, and what can be said about
 * them.
 *
 * <p>Enters: operators ({@link dev.adjoint.graph.Op}) and tensor types. Leaves: an immutable,
 * {@link dev.adjoint.graph.Verifier verified}, topologically ordered {@link
 * dev.adjoint.graph.Graph} with named {@linkplain dev.adjoint.graph.Signature signatures}, and its
 * {@linkplain dev.adjoint.graph.GraphText text form}. The core never knows a particular operator:
 * only {@link dev.adjoint.graph.Value} and {@link dev.adjoint.graph.GraphBuilder} may, for their
 * fluent methods. It never knows how a graph is executed.
 *
 * <p>Read {@link dev.adjoint.graph.GraphBuilder} first. Nothing here takes or returns null. A
 * {@code GraphBuilder} and its values belong to one thread at a time; everything else is immutable.
 */
@NullMarked
package dev.adjoint.graph;

import org.jspecify.annotations.NullMarked;
