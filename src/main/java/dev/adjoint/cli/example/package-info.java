/**
 * Programs that show Adjoint at work, each run by {@code adjoint example NAME}.
 *
 * <p>Enters: a place to print to and a folder to write to. Leaves: text and files. Examples use
 * only what every user can use, and nothing depends on them but the command that runs them.
 */
@NullMarked
package dev.adjoint.cli.example;

import org.jspecify.annotations.NullMarked;
