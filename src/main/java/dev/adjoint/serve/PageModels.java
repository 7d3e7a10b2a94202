package dev.adjoint.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Signature;
import dev.adjoint.saved.Background;
import dev.adjoint.saved.ClassNames;
import dev.adjoint.saved.ImageInput;
import java.util.Map;
import java.util.Optional;

/**
 * What the page shows of the models, as JSON: each version with its state, signatures and shapes,
 * and how it takes an image, or why it takes none. A server that is stopping shows no models: the
 * page keeps those that it shows.
 */
final class PageModels {
  private PageModels() {}

  static JsonObject of(ModelRepository repository) {
    JsonObject body = new JsonObject();
    body.addProperty("state", state(repository));
    if (!repository.isStopping()) {
      JsonArray models = new JsonArray();
      repository.index().forEach(state -> models.add(version(state, repository)));
      body.add("models", models);
    }
    return body;
  }

  private static String state(ModelRepository repository) {
    if (repository.isStopping()) {
      return "The server is stopping: it finishes the requests that it has, and refuses others.";
    }
    return repository.isReady() ? "The server is ready." : "The server is not ready yet.";
  }

  private static JsonObject version(ModelRepository.State state, ModelRepository repository) {
    JsonObject version = RestInference.GSON.toJsonTree(state).getAsJsonObject();
    version.add("signatures", new JsonArray());
    if (state.isReady()) {
      try {
        repository.use(
            state.name(),
            Optional.of(state.version()),
            found -> {
              describe(found.graph(), version);
              return version;
            });
      } catch (ServeException _) {
        // It has just ended; the next look will not find it.
      }
    }
    return version;
  }

  private static void describe(Graph graph, JsonObject version) {
    JsonArray signatures = new JsonArray();
    graph.signatures().values().forEach(signature -> signatures.add(signature(graph, signature)));
    version.add("signatures", signatures);
    version.add("classes", RestInference.GSON.toJsonTree(ClassNames.of(graph)));
    Background.learnedBy(graph)
        .ifPresent(background -> version.addProperty("background", background.name()));
  }

  private static JsonObject signature(Graph graph, Signature signature) {
    JsonObject described = new JsonObject();
    described.addProperty("name", signature.name());
    described.add("inputs", all(signature.inputs()));
    described.add("outputs", all(signature.outputs()));
    try {
      described.add("image", image(ImageInput.of(graph, signature)));
    } catch (GraphException e) {
      described.addProperty("noImage", e.getMessage());
    }
    return described;
  }

  /** With the names of the sizes that vary, for people. */
  private static JsonArray all(Map<String, Node> nodes) {
    JsonArray all = new JsonArray();
    TensorMetadata.of(nodes)
        .forEach(tensor -> {
          JsonObject json = tensor.json();
          json.addProperty("shape", tensor.shape().toString());
          all.add(json);
        });
    return all;
  }

  private static JsonObject image(ImageInput input) {
    JsonObject image = new JsonObject();
    image.addProperty("name", input.name());
    image.addProperty("datatype", WireType.nameOf(input.type().dtype()));
    image.add("shape", RestInference.GSON.toJsonTree(input.type().shape().sizes()));
    image.addProperty("height", input.size().height());
    image.addProperty("width", input.size().width());
    image.addProperty("channels", input.channels().toString());
    image.addProperty("channelsFirst", input.channelsFirst());
    image.addProperty("low", input.preprocessing().low());
    image.addProperty("high", input.preprocessing().high());
    image.add("mean", RestInference.GSON.toJsonTree(input.means()));
    image.add("deviation", RestInference.GSON.toJsonTree(input.deviations()));
    image.addProperty("inverted", input.preprocessing().inverted());
    return image;
  }
}
