/**
 * Measures Adjoint, and compares it with other systems on the same machine in the same run.
 *
 * <p>{@link dev.adjoint.bench.Comparison} is the program: it takes every {@link
 * dev.adjoint.bench.Workload}, lets each {@link dev.adjoint.bench.Contender} prepare it as a {@link
 * dev.adjoint.bench.Task} in a JVM of its own, checks that their results agree, times them, and
 * prints a table. The other classes with benchmarks time Adjoint alone, for those who work on a
 * kernel.
 *
 * <p>{@link dev.adjoint.bench.Serving} measures the server and saved models from outside, each in a
 * process of its own.
 *
 * <p>What the contenders need comes with the Maven profile {@code jmh} and is no dependency of
 * Adjoint.
 */
@NullMarked
package dev.adjoint.bench;

import org.jspecify.annotations.NullMarked;
