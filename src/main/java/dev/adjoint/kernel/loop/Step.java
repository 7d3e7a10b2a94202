package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.List;

/**
 * One primitive step of a loop's body.
 *
 * @param type of the value
 * @param immediate see {@link Opcode}; 0 if it has no use
 * @param operands positions of earlier steps
 */
record Step(Opcode opcode, DType type, long immediate, List<Integer> operands) {}
