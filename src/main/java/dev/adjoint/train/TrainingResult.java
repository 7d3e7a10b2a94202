package dev.adjoint.train;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.graph.Graph;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run came to.
 *
 * @param graph what was trained
 * @param parameters all values at the end, those of the optimiser too
 * @param best the values that serve: those of the best epoch by the validation examples, or those
 *     at the end if there are none; moving averages in their place where there are any
 * @param bestEpoch the best epoch, if there are validation examples
 * @param history what each epoch came to
 */
public record TrainingResult(
    Graph graph,
    Map<String, Tensor> parameters,
    Map<String, Tensor> best,
    Optional<EpochResult> bestEpoch,
    List<EpochResult> history) {
  /** Copies the collections. */
  public TrainingResult {
    parameters = ImmutableMap.copyOf(parameters);
    best = ImmutableMap.copyOf(best);
    history = List.copyOf(history);
  }

  /** The model that serves; write it with the signatures that are wanted. */
  public SavedModel model() {
    return SavedModel.of(graph, best);
  }
}
