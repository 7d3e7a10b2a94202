/**
 * What a Jupyter notebook shows of graphs, tensors, pictures and reports.
 *
 * <p>Enters: the value of a cell, or what {@code display} is called with, in the kernel
 * rapaio-jupyter-kernel. Leaves: HTML. The kernel finds this room as a service when the jar is
 * added by {@code %jar}, and brings the interfaces that it implements; nothing else here needs the
 * kernel.
 *
 * <p>Read {@link dev.adjoint.notebook.NotebookDisplays} first. Nothing here takes or returns null,
 * except where the kernel says that it may.
 */
@NullMarked
package dev.adjoint.notebook;

import org.jspecify.annotations.NullMarked;
