/**
 * Passes: small functions from graph to graph that leave results as they are and make them cheaper,
 * and the pipeline that runs them.
 *
 * <p>Enters: a verified {@link dev.adjoint.graph.Graph}, usually {@linkplain
 * dev.adjoint.optimize.Prune pruned} to one signature and with its sizes bound; sizes may be named
 * too. Leaves: a verified graph with the same signatures, inputs, parameters and metadata. A node
 * that survives keeps its name; a node that replaces another has its name; what else is new is
 * called after the node that it was made for. It never knows how a graph is executed.
 *
 * <p>Read {@link dev.adjoint.optimize.Pipeline} first. Nothing here takes or returns null;
 * everything is immutable and may be used by several threads.
 */
@NullMarked
package dev.adjoint.optimize;

import org.jspecify.annotations.NullMarked;
