/**
 * The command line: everything a person does with Adjoint without writing Java.
 *
 * <p>Words and files enter; text, files and an exit code leave. This room translates between the
 * two and calls the rooms above it; it computes nothing itself, and no other room knows it. Read
 * {@link dev.adjoint.cli.Adjoint} first. Nulls appear only where {@code @Nullable} says so.
 */
@NullMarked
package dev.adjoint.cli;

import org.jspecify.annotations.NullMarked;
