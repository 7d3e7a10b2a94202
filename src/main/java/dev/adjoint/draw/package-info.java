/**
 * Pictures of graphs.
 *
 * <p>Enters: a {@link dev.adjoint.graph.Graph}. Leaves: an SVG text with its nodes in layers, data
 * flowing downwards, scopes as frames, and colours that tell forward, gradient and optimiser nodes
 * apart. The same graph gives the same text, on any machine.
 *
 * <p>The places come from the layered layout of the Eclipse Layout Kernel, an optional dependency
 * that only this room needs; the SVG is written here. Read {@link dev.adjoint.draw.Drawing} first.
 * Nothing here takes or returns null.
 */
@NullMarked
package dev.adjoint.draw;

import org.jspecify.annotations.NullMarked;
