package dev.adjoint.saved;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.saved.proto.GraphFileProto;
import dev.adjoint.saved.proto.GraphProto;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A graph with the values of its parameters, to infer with or to go on training from.
 *
 * <p>It is a folder, as people who copy, version and serve models are used to:
 *
 * <ul>
 *   <li>{@code model.adjoint}, a file of {@link GraphFile}: the graph with its signatures, symbolic
 *       sizes and metadata, who wrote it, and which weights belong to it;
 *   <li>{@code weights-….safetensors}, the values in a layout that other tools read, named after
 *       its contents. With {@link SaveOptions#withWeightsInside} there is none: {@code
 *       model.adjoint} holds them, and is the whole model wherever it is put.
 * </ul>
 *
 * <p>Saving replaces a model at once: the new weights are written under a new name and synced, then
 * {@code model.adjoint} is replaced, then the weights that it named before are removed. A crash at
 * any moment leaves the old model or the new one, and perhaps a file that nothing names; one that
 * was not finished is removed by a save on a later day. Readers at the same time get one of the
 * two.
 *
 * {@snippet :
 * SavedModel.write(folder, graph, session.parameters());
 * SavedModel model = SavedModel.read(folder);
 * session.restore(model.parameters());
 * }
 *
 * <p>Conventions for the metadata of a graph: {@code classes} names the classes of the last axis of
 * an output ({@link ClassNames}); {@code preprocessing} says how an image becomes an input ({@link
 * Preprocessing}); {@code background} says whether the images that it learned from show light
 * things on dark ground ({@link Background}).
 */
public final class SavedModel {
  /** The name of the graph's file in the folder. */
  public static final String FILE = "model.adjoint";

  /** How often a model that is replaced while it is read is read again. */
  private static final int TRIES = 5;

  private final Graph graph;
  private final ImmutableMap<String, Tensor> parameters;
  private final String producer;

  /** As it was read, with fields that only newer versions know; they are written again. */
  private final Optional<GraphProto> message;

  private SavedModel(
      Graph graph, Map<String, Tensor> parameters, String producer, Optional<GraphProto> message) {
    this.graph = graph;
    this.parameters = ImmutableMap.copyOf(parameters);
    this.producer = producer;
    this.message = message;
  }

  /**
   * A model of a graph.
   *
   * @param parameters the values by the names of parameters; those without may be missing if the
   *     graph says their first values
   * @throws GraphException if a value is of no parameter or of another type, or one is missing
   */
  public static SavedModel of(Graph graph, Map<String, Tensor> parameters) {
    return checked(graph, parameters, "", Optional.empty());
  }

  /** Writes a model with the standard options; as {@link #write(Path, SaveOptions)}. */
  public static void write(Path folder, Graph graph, Map<String, Tensor> parameters)
      throws IOException {
    write(folder, graph, parameters, SaveOptions.standard());
  }

  /** Writes a model; as {@link #write(Path, SaveOptions)}. */
  public static void write(
      Path folder, Graph graph, Map<String, Tensor> parameters, SaveOptions options)
      throws IOException {
    of(graph, parameters).write(folder, options);
  }

  /**
   * Reads a model with the operators that are installed and the default limits.
   *
   * @param path the folder, or the graph's file in it, or any file of a graph
   * @throws SavedGraphException if it holds no model that can be read here
   * @throws IOException if there is none, or it cannot be read
   */
  public static SavedModel read(Path path) throws IOException {
    return read(path, GraphReader.installed());
  }

  /** Reads a model with a reader's operators and limits. */
  public static SavedModel read(Path path, GraphReader reader) throws IOException {
    return read(path, reader, /* complete= */ true);
  }

  /**
   * Reads a model as {@link #read(Path)} does, and also a graph whose parameters have neither
   * values nor first values, for work that can do without them.
   */
  public static SavedModel readIncomplete(Path path) throws IOException {
    return read(path, GraphReader.installed(), /* complete= */ false);
  }

  private static SavedModel read(Path path, GraphReader reader, boolean complete)
      throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve(FILE) : path;
    for (int tries = 1; ; tries++) {
      try {
        return readOnce(file, reader, complete);
      } catch (NoSuchFileException e) {
        boolean replacedMeanwhile = Files.exists(file) && tries < TRIES;
        if (!replacedMeanwhile) {
          throw Files.exists(file) ? incomplete(file, e) : e;
        }
      }
    }
  }

  private static SavedGraphException incomplete(Path file, NoSuchFileException missing) {
    Path weights = Path.of(missing.getFile()).getFileName();
    return new SavedGraphException(
        "%s: the model is incomplete, its weights '%s' do not lie beside it. Copy the whole folder."
            .formatted(file, weights),
        missing);
  }

  private static SavedModel readOnce(Path file, GraphReader reader, boolean complete)
      throws IOException {
    try {
      GraphFileProto message = reader.open(reader.bytes(file));
      Graph graph = reader.graph(message);
      Map<String, Tensor> parameters = Weights.read(message, file);
      requireOwn(graph, parameters);
      if (complete) {
        requireAll(graph, parameters);
      }
      return new SavedModel(
          graph, parameters, message.getProducer(), Optional.of(message.getGraph()));
    } catch (SavedGraphException e) {
      throw new SavedGraphException(file + ": " + e.getMessage(), e);
    } catch (GraphException e) {
      throw new SavedGraphException(
          "%s: its weights do not belong to its graph: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static SavedModel checked(
      Graph graph, Map<String, Tensor> values, String producer, Optional<GraphProto> message) {
    requireOwn(graph, values);
    requireAll(graph, values);
    return new SavedModel(graph, values, producer, message);
  }

  private static void requireOwn(Graph graph, Map<String, Tensor> values) {
    Map<String, Node> parameters =
        graph.parameters().stream().collect(Collectors.toMap(Node::name, Function.identity()));
    values.forEach((name, value) -> {
      Node parameter = parameters.get(name);
      if (parameter == null) {
        throw new GraphException(
            "The graph '%s' has no parameter '%s'.".formatted(graph.name(), Excerpts.of(name)));
      }
      requireType(parameter, value.type());
    });
  }

  private static void requireAll(Graph graph, Map<String, Tensor> values) {
    for (Node parameter : graph.parameters()) {
      if (!values.containsKey(parameter.name()) && !graph.initials().containsKey(parameter)) {
        throw new GraphException(
            parameter.name(),
            "The parameter '%s' has neither a value nor a first value."
                .formatted(parameter.name()));
      }
    }
  }

  private static void requireType(Node parameter, TensorType given) {
    if (!parameter.type().equals(given)) {
      throw new GraphException(
          parameter.name(),
          "The parameter '%s' is %s, its value is %s."
              .formatted(parameter.name(), parameter.type(), given));
    }
  }

  /** The graph. */
  public Graph graph() {
    return graph;
  }

  /** The values of the parameters by name; those that are not here start from their first ones. */
  public Map<String, Tensor> parameters() {
    return parameters;
  }

  /** Free words about the graph, such as the names of its classes. */
  public Map<String, String> metadata() {
    return graph.metadata();
  }

  /** The program that wrote it and its version; empty if it was never written. */
  public String producer() {
    return producer;
  }

  /**
   * The same graph with other values, as after more training.
   *
   * @throws GraphException as {@link #of} does
   */
  public SavedModel with(Map<String, Tensor> values) {
    return checked(graph, values, producer, message);
  }

  /**
   * Writes the model, replacing one that is there. Whoever writes to one folder from several
   * processes at once gets the model of one of them. Fields of the graph that a newer version wrote
   * and this one does not know are written again, unless the graph is changed on the way.
   *
   * @param folder the model's folder; made if it is not there
   * @throws IOException if it cannot be written; the old model is still there
   * @throws GraphException if the graph does not suit the options, or a value its storage
   */
  public void write(Path folder, SaveOptions options) throws IOException {
    Files.createDirectories(folder);
    SavedModel kept = reduced(options);
    Path file = folder.resolve(FILE);
    Optional<String> before = Weights.named(file);
    GraphFileProto.Builder contents = GraphFileProto.newBuilder().setGraph(kept.encoded());
    if (!kept.parameters.isEmpty()) {
      contents.setWeights(Weights.write(folder, kept.parameters, options));
    }
    byte[] bytes = Envelope.seal(contents);
    CrashSafeFile.replace(file, out -> out.write(bytes));
    if (before.isPresent() && !before.get().equals(contents.getWeights().getFile())) {
      Weights.remove(folder.resolve(before.get()));
    }
    CrashSafeFile.removeAbandoned(folder);
  }

  private GraphProto encoded() {
    return message.orElseGet(() -> new GraphEncoder(graph).encode());
  }

  private SavedModel reduced(SaveOptions options) {
    if (options.signatures().isEmpty() && !options.frozen()) {
      return this;
    }
    var names =
        options
            .signatures()
            .orElse(
                graph.signatures().keySet().stream()
                    .collect(com.google.common.collect.ImmutableSet.toImmutableSet()));
    if (options.frozen()) {
      Graph frozen = ModelGraph.freeze(graph, names, parameters);
      return new SavedModel(frozen, Map.of(), producer, Optional.empty());
    }
    Graph pruned = ModelGraph.keep(graph, names, parameters.keySet());
    Map<String, Tensor> needed =
        pruned.parameters().stream()
            .map(Node::name)
            .filter(parameters::containsKey)
            .collect(
                ImmutableMap.toImmutableMap(
                    name -> name, name -> SafetensorsHeader.tensor(parameters, name)));
    return new SavedModel(pruned, needed, producer, Optional.empty());
  }
}
