/**
 * Reports of training runs for people.
 *
 * <p>Enters: what a run came to, and examples to judge it by. Leaves: one HTML page that needs no
 * other file and no network: curves, confusion matrix, filters, maps, mistakes, settings. The same
 * run gives the same page. It never decides anything about the run.
 *
 * <p>Read {@link dev.adjoint.train.report.RunReport} first. Nothing here takes or returns null.
 */
@NullMarked
package dev.adjoint.train.report;

import org.jspecify.annotations.NullMarked;
