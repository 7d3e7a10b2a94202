package dev.adjoint.serve;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.primitives.Longs;
import dev.adjoint.saved.GraphReader;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * The models of a server. A model is a file of a graph, a folder of a {@link SavedModel}, or a
 * folder whose sub-folders with numbers for names are its versions, of which those are served that
 * the {@link VersionPolicy} chooses. A new version is loaded and warmed beside the old one before
 * that ends: no request fails. A version that cannot be loaded is reported and the old one stays.
 * Models that are put into a folder of models, or taken out of it, are noticed.
 */
public final class ModelRepository implements AutoCloseable {
  private final List<Path> roots;
  private final GraphReader reader;
  private final ModelOptions options;
  private final ServerMetrics metrics;
  private final Waiters waiters;
  private final Map<String, ServedModel> models = new ConcurrentSkipListMap<>();
  private volatile boolean stopping;
  private volatile boolean wasReady;

  /**
   * What became of a version of a model.
   *
   * @param name the model
   * @param version the version, empty if the model as a whole is meant
   * @param state READY, LOADING or UNAVAILABLE
   * @param reason why it is not ready, or why it is not as its file says now
   */
  public record State(String name, String version, String state, String reason) {
    boolean isReady() {
      return state.equals("READY");
    }
  }

  ModelRepository(
      List<Path> models,
      GraphReader reader,
      ModelOptions options,
      ServerMetrics metrics,
      Waiters waiters)
      throws IOException {
    this.roots = List.copyOf(models);
    this.reader = reader;
    this.options = options;
    this.metrics = metrics;
    this.waiters = waiters;
    for (Path root : roots) {
      if (!Files.exists(root)) {
        throw new NoSuchFileException(root.toString());
      }
    }
    discover();
  }

  private void discover() throws IOException {
    Map<String, Path> places = new TreeMap<>();
    for (Path root : roots) {
      addPlaces(root, places);
    }
    places.forEach((name, place) -> {
      ServedModel known = models.get(name);
      if (known == null || !known.place().equals(place)) {
        Optional.ofNullable(models.put(name, served(name, place)))
            .ifPresent(old -> old.unload("replaced"));
      }
    });
    for (String name : List.copyOf(models.keySet())) {
      if (!places.containsKey(name)) {
        Optional.ofNullable(models.remove(name)).ifPresent(gone -> gone.unload("removed"));
      }
    }
  }

  private ServedModel served(String name, Path place) {
    return new ServedModel(
        name,
        place,
        options.versions(),
        (model, version, path) ->
            ModelVersion.load(
                model, version, SavedModel.read(path, reader), options, metrics, waiters));
  }

  /** A root that is a model stays one, whatever becomes of its files. */
  private void addPlaces(Path root, Map<String, Path> places) throws IOException {
    String own = nameOf(root);
    if (ServedModel.isModel(root) || (models.containsKey(own) && places(root).isEmpty())) {
      addPlace(own, root, places);
    } else {
      places(root).forEach(place -> addPlace(nameOf(place), place, places));
    }
  }

  private static void addPlace(String name, Path place, Map<String, Path> places) {
    Path other = places.putIfAbsent(name, place);
    if (other != null && !normal(other).equals(normal(place))) {
      throw new IllegalArgumentException(
          "Both %s and %s are named '%s'; rename one folder.".formatted(other, place, name));
    }
  }

  private static Path normal(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private static List<Path> places(Path root) throws IOException {
    List<Path> places = new ArrayList<>();
    if (!Files.isDirectory(root)) {
      return places;
    }
    try (Stream<Path> inside = Files.list(root)) {
      for (Path path : (Iterable<Path>) inside::iterator) {
        boolean hidden = path.getFileName().toString().startsWith(".");
        if (!hidden && Files.isDirectory(path) && ServedModel.isModel(path)) {
          places.add(path);
        }
      }
    }
    return places;
  }

  private static String nameOf(Path path) {
    String name = normal(path).getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 && !Files.isDirectory(path) ? name.substring(0, dot) : name;
  }

  /** Loads what is new or was changed; what cannot be loaded is reported by {@link #index}. */
  public synchronized void refresh() {
    if (stopping) {
      return;
    }
    try {
      discover();
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      System.getLogger(ModelRepository.class.getName())
          .log(System.Logger.Level.WARNING, "The models cannot be listed.", e);
    }
    for (ServedModel model : models.values()) {
      try {
        model.refresh();
      } catch (IOException | UncheckedIOException e) {
        model.fail(e);
      }
    }
    wasReady |= models.values().stream().allMatch(ServedModel::isReady);
  }

  private ServedModel model(String name) {
    ServedModel model = models.get(name);
    if (model == null) {
      throw new ServeException(
          ServeException.Kind.NOT_FOUND, "There is no model '%s'.".formatted(name));
    }
    return model;
  }

  /** Whether there is such a model, ready or not. */
  boolean isKnown(String name) {
    return models.containsKey(name);
  }

  /** Throws {@link ServeException} if there is no such model, ready or not. */
  void requireKnown(String name) {
    model(name);
  }

  /**
   * Refuses what would bring the model with the request that loads it.
   *
   * @param parameters the names of the request's parameters; unknown ones mean nothing
   */
  static void requireNoUpload(Set<String> parameters) {
    for (String name : parameters) {
      if (name.equals("config") || name.startsWith("file:")) {
        throw new ServeException(
            ServeException.Kind.UNSUPPORTED,
            "The parameter '%s' would upload a model. Put the model into the served folder."
                .formatted(name));
      }
    }
  }

  /** Loads a model again, whether it was changed or not. */
  public synchronized void load(String name) {
    requireRunning();
    ServedModel model = model(name);
    try {
      model.reload();
    } catch (IOException | UncheckedIOException e) {
      model.fail(e);
    }
    State newest = model.states().getLast();
    if (!newest.reason().isEmpty()) {
      throw ServeException.invalid("'%s' cannot be loaded: %s", name, newest.reason());
    }
  }

  /** Stops serving a model, after the requests that it has, until it is loaded again. */
  public synchronized void unload(String name) {
    model(name).unload("unloaded");
  }

  /** What became of each version of each model. */
  public List<State> index() {
    return models.values().stream().flatMap(model -> model.states().stream()).toList();
  }

  /** The same, if wanted only of those that can infer. */
  List<State> index(boolean ready) {
    return index().stream().filter(state -> state.isReady() || !ready).toList();
  }

  /** The versions of a model that can infer, oldest first. */
  List<String> versions(String name) {
    return model(name).serving().keySet().stream().map(version -> Long.toString(version)).toList();
  }

  /**
   * Whether the server is ready: every model can infer, and it is not stopping. A model that comes
   * later does not count before it was loaded, so a broken one takes no server out of service.
   */
  public boolean isReady() {
    return !stopping
        && models.values().stream()
            .allMatch(model -> model.isReady() || (wasReady && model.isNew()));
  }

  /** Whether it takes no more requests. */
  boolean isStopping() {
    return stopping;
  }

  /** Whether this model can infer. */
  boolean isReady(String name, Optional<String> version) {
    return !stopping
        && Optional.ofNullable(models.get(name))
            .flatMap(model -> find(model.serving(), version))
            .isPresent();
  }

  /** What is done with a version while it stays loaded. */
  @FunctionalInterface
  interface Use<T> {
    T with(ModelVersion version);
  }

  /** Uses the version that is asked for, or the newest. */
  <T> T use(String name, Optional<String> version, Use<T> use) {
    while (true) {
      requireRunning();
      ModelVersion found = find(name, version);
      if (found.enter()) {
        try {
          return use.with(found);
        } finally {
          found.leave();
        }
      }
    }
  }

  private void requireRunning() {
    if (stopping) {
      throw new ServeException(ServeException.Kind.UNAVAILABLE, "The server is stopping.");
    }
  }

  private ModelVersion find(String name, Optional<String> version) {
    ImmutableSortedMap<Long, ModelVersion> serving = model(name).serving();
    if (serving.isEmpty()) {
      throw new ServeException(
          ServeException.Kind.UNAVAILABLE, "The model '%s' is not loaded.".formatted(name));
    }
    return find(serving, version)
        .orElseThrow(() -> ServeException.noVersion(name, version.orElse(""), versions(name)));
  }

  private static Optional<ModelVersion> find(
      ImmutableSortedMap<Long, ModelVersion> serving, Optional<String> version) {
    Optional<Long> key =
        version.isPresent()
            ? Optional.ofNullable(Longs.tryParse(version.get()))
            : serving.keySet().stream().max(Long::compare);
    return key.flatMap(number -> Optional.ofNullable(serving.get(number)));
  }

  /** Computes what a request asks for. */
  public Map<String, Tensor> infer(InferRequest request) {
    return use(
        request.model(), request.version(), version -> version.infer(request, Exchange.local()));
  }

  /** Takes no more requests. */
  void stop() {
    stopping = true;
  }

  /** Takes no more requests, finishes those that it has, and unloads all models. */
  @Override
  public void close() {
    stop();
    synchronized (this) {
      models.values().forEach(model -> model.unload("The server is stopping."));
    }
  }
}
