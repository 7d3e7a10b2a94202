/**
 * Event logs that TensorBoard shows: curves, distributions, pictures and graphs.
 *
 * <p>Enters: numbers, tensors and graphs with the step they belong to. Leaves: an event file, a
 * sequence of checked records of the messages in {@code proto/adjoint/tensorboard.proto}; and
 * pictures of tensors as PNG, for logs and reports. Knows nothing of training loops.
 *
 * <p>Read {@link dev.adjoint.train.log.EventFile} first. Nothing here takes or returns null; a file
 * belongs to one thread.
 */
@NullMarked
package dev.adjoint.train.log;

import org.jspecify.annotations.NullMarked;
