package dev.adjoint.kernel;

/**
 * A kernel cut in two, for a right operand that stays the same from run to run.
 *
 * @param pack brings the right operand (argument 0) into the order in which it is read (argument 1)
 * @param length how many elements of the operand's dtype that takes
 * @param main the kernel, which takes what {@code pack} wrote in place of the right operand
 */
public record Packing(Kernel pack, int length, Kernel main) {}
