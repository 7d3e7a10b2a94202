/**
 * The slow, obvious interpreter: the definition of every operator in code, and the oracle of all
 * tests.
 *
 * <p>Enters: a {@link dev.adjoint.graph.Graph} and tensors for its inputs and parameters. Leaves:
 * tensors. Each family of operators has one class of rules, plain loops from the operators'
 * documentation, in double precision or exact integer arithmetic. Nothing here is written for
 * speed, and nothing is shared with any faster executor: a mistake made in one cannot hide in the
 * other. It never knows how a graph was made or optimised.
 *
 * <p>Read {@link dev.adjoint.reference.Interpreter} first. Nothing here takes or returns null;
 * everything public is immutable and may be used by many threads.
 */
@NullMarked
package dev.adjoint.reference;

import org.jspecify.annotations.NullMarked;
