/**
 * Graphs as files, the reader and writer of the schema in {@code proto/adjoint/graph.proto}, and
 * graphs with the values of their parameters as folders. A folder, because that is how models are
 * copied, versioned and served; the values in safetensors, because other tools read it; both names
 * joined in the graph's file, whose replacement is the one moment at which a new model counts.
 *
 * <p>Enters: a {@link dev.adjoint.graph.Graph}, or bytes that anybody may have made. Leaves: bytes
 * that are the same for the same graph, or a graph that was built and verified as if by hand, or a
 * {@link dev.adjoint.saved.SavedGraphException} that says what is wrong, soon and without taking
 * more memory than {@link dev.adjoint.saved.ReadLimits} allow. A file names operators and never
 * classes: it runs no code that the reader's {@link dev.adjoint.graph.OperatorCatalog} does not
 * hold.
 *
 * <p>What a graph's metadata says to those who give it images is defined here too, in {@link
 * dev.adjoint.saved.ImageInput}.
 *
 * <p>Must never know: a particular operator (what is written follows from the components of an
 * operator's record), how a graph is run, where its values are trained.
 *
 * <p>Read {@link dev.adjoint.saved.GraphFile} and {@link dev.adjoint.saved.SavedModel} first.
 * Nothing here takes or returns null; everything public is immutable and safe to share between
 * threads.
 */
@NullMarked
package dev.adjoint.saved;

import org.jspecify.annotations.NullMarked;
