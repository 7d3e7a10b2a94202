package dev.adjoint.train;

import dev.adjoint.tensor.Tensor;
import java.util.Map;

/** All that a run needs to go on: the values of parameters and optimiser, and where it is. */
record Checkpoint(Map<String, Tensor> parameters, TrainingState state) {}
