/**
 * Training: optimisers and schedules as graph, the loop around a training step, checkpoints,
 * metrics, event logs and reports. Data comes from {@code train.data}.
 *
 * <p>Enters: a loss in a graph that is being built, or a whole graph with a signature that trains;
 * batches of examples. Leaves: a graph whose signature updates its parameters and the optimiser's
 * state, and files: checkpoints, which are graphs with their values, logs and reports.
 *
 * <p>What an optimiser remembers, the number of the step and the learning rate are state and nodes
 * of the graph, so a training step can be saved, shipped and resumed. Must never know: how a graph
 * is executed, beyond running a signature and reading parameters.
 *
 * <p>Read {@link dev.adjoint.train.Optimizer} first, then {@link dev.adjoint.train.Trainer}.
 * Nothing here takes or returns null. Settings are immutable; everything else belongs to one
 * thread.
 */
@NullMarked
package dev.adjoint.train;

import org.jspecify.annotations.NullMarked;
