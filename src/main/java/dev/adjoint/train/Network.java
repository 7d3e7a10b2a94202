package dev.adjoint.train;

import dev.adjoint.graph.Value;
import dev.adjoint.nn.Layers;

/**
 * A network, written once and built twice: to be trained and to be used, over the same parameters.
 *
 * <p>
 *
 * {@snippet :
 * Network network = (image, layers, mode) -> {
 *   Value h = layers.dense("hidden", Layers.flatten(image), 128).relu();
 *   h = mode.dropout(layers, "drop", h, 0.2);
 *   return layers.dense("logits", h, 10);
 * };
 * }
 */
@FunctionalInterface
public interface Network {
  /**
   * Adds the network's nodes. Both times it must make the same parameters under the same names.
   *
   * @param input a batch, {@code [N, ..]}
   * @param layers makes the parameters
   * @param mode what differs between training and use
   * @return the result, such as logits {@code [N, classes]}
   */
  Value build(Value input, Layers layers, Mode mode);
}
