/**
 * The primitive operators, one file a family. A record is one operator: its documentation, its
 * attributes, its shape rule and its gradient rule stand together, and the fluent methods that
 * {@link dev.adjoint.graph.Value} takes over from the family stand below them.
 *
 * <p>Enters: operand types, and values and cotangents of a graph being built. Leaves: result types,
 * and new nodes. Nothing here computes a number: what an operator means is in its documentation and
 * in room {@code reference}.
 *
 * <p>The set is closed: gradient rules use only these operators. It is sealed under {@link
 * dev.adjoint.op.Primitive}, so an interpreter that switches over a family does not compile when it
 * lacks one. Read {@link dev.adjoint.op.Arithmetic} first.
 */
@NullMarked
package dev.adjoint.op;

import org.jspecify.annotations.NullMarked;
