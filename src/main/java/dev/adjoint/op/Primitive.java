package dev.adjoint.op;

import dev.adjoint.graph.Op;

/** A built-in operator. */
public sealed interface Primitive extends Op
    permits Arithmetic,
        Contraction,
        Control,
        Convolution,
        Indexing,
        Logic,
        Movement,
        Pointwise,
        Pooling,
        Probability,
        Reduction,
        Scan,
        Source {}
