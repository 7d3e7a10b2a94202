/**
 * Starts the program from {@code java -jar} on whatever Java a machine has as its default.
 *
 * <p>The arguments of the command line enter and its exit code leaves. A jar can name neither the
 * Java it needs nor the incubating module it reads, so this room looks for a Java 25, starts it
 * with the module {@code jdk.incubator.vector} and hands everything on. It is compiled for Java 11,
 * knows the rest of Adjoint by one class name only, and is known by no other room. Read {@link
 * dev.adjoint.launch.Launcher} first. It takes and returns no nulls.
 */
package dev.adjoint.launch;
