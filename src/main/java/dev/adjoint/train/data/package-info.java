/**
 * Examples to learn from: readers of data sets, and batches of them in a seeded order.
 *
 * <p>Enters: files of the usual formats ({@link dev.adjoint.train.data.Mnist}, {@link
 * dev.adjoint.train.data.Cifar10}, {@link dev.adjoint.train.data.ImageFolder}, {@link
 * dev.adjoint.train.data.Csv}, {@link dev.adjoint.train.data.TensorDataset} of {@code .npy} and
 * {@code .npz}), or none at all ({@link dev.adjoint.train.data.StrokeDigits}). Leaves: tensors by
 * the names of a signature's inputs, a batch at a time. A file that is cut off, of another format
 * or at odds with its neighbour is refused with {@link dev.adjoint.train.data.DataFormatException},
 * which says what was found. Knows nothing of graphs or training.
 *
 * <p>Read {@link dev.adjoint.train.data.Dataset} and {@link dev.adjoint.train.data.Batches} first.
 * Nothing here takes or returns null; data sets may be read by several threads.
 */
@NullMarked
package dev.adjoint.train.data;

import org.jspecify.annotations.NullMarked;
