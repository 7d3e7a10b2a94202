package dev.adjoint.bench;

import dev.adjoint.graph.Graph;
import dev.adjoint.runtime.Session;
import dev.adjoint.saved.SaveOptions;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The notes' MNIST network as a saved model, in versions that answer differently. */
final class ServedNetwork {
  /** The model's name. */
  static final String NAME = "mnist";

  static final String INPUT = "image";
  private static final String OUTPUT = "result";
  private static final String SIGNATURE = "run";

  /** By how much the weights of a version differ from those of the one before. */
  private static final float STEP = 1f / 128;

  private final Graph graph = AdjointTasks.predictor(Network.MNIST);
  private final Map<String, Tensor> weights;

  ServedNetwork() {
    try (Session session = Session.open(graph)) {
      this.weights = Map.copyOf(session.parameters());
    }
  }

  /** The weights of a version. */
  private Map<String, Tensor> weights(int version) {
    Map<String, Tensor> scaled = new LinkedHashMap<>();
    weights.forEach((name, tensor) -> {
      float[] values = tensor.toFloats();
      for (int i = 0; i < values.length; i++) {
        values[i] *= 1 - version * STEP;
      }
      scaled.put(name, Tensor.adopt(values, tensor.shape()));
    });
    return scaled;
  }

  /** Writes a version to a folder. */
  void save(int version, Path folder) throws IOException {
    SaveOptions options = SaveOptions.standard().only(SIGNATURE);
    SavedModel.write(folder, graph, weights(version), options);
  }

  /** A version to be called directly, as it is read from its folder. */
  static Session open(Path folder) throws IOException {
    SavedModel model = SavedModel.read(folder);
    Session session = Session.open(model.graph());
    session.restore(model.parameters());
    return session;
  }

  /** What a direct call answers. */
  static float[] answer(Session session, Tensor image) {
    Tensor result = session.run(SIGNATURE, Map.of(INPUT, image)).get(OUTPUT);
    return Optional.ofNullable(result).orElseThrow().toFloats();
  }
}
