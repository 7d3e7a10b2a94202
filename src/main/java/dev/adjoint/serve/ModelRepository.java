package dev.adjoint.serve;

import com.google.common.collect.ImmutableList;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The models of a server. A model is a file of a graph, a folder of a {@link SavedModel}, or a
 * folder whose sub-folders with numbers for names are its versions, of which the newest is served.
 * A new version is loaded and warmed beside the old one and then takes its place: no request fails.
 * A version that cannot be loaded is reported and the old one stays.
 */
public final class ModelRepository implements AutoCloseable {
  private final ModelOptions options;
  private final ServerMetrics metrics;
  private final Map<String, Path> places;
  private final Map<String, ModelVersion> serving = new ConcurrentHashMap<>();
  private final Map<String, State> states = new ConcurrentHashMap<>();
  private final Map<String, String> stamps = new HashMap<>();

  /**
   * What became of a model.
   *
   * @param name the model
   * @param version the version that was loaded last, or that could not be
   * @param state READY, LOADING or UNAVAILABLE
   * @param reason why it is not ready, or why the newest version is not the one that serves
   */
  public record State(String name, String version, String state, String reason) {
    boolean isReady() {
      return state.equals("READY");
    }
  }

  ModelRepository(List<Path> models, ModelOptions options, ServerMetrics metrics)
      throws IOException {
    this.options = options;
    this.metrics = metrics;
    this.places = new TreeMap<>();
    for (Path model : models) {
      addPlaces(model);
    }
    places.keySet().forEach(name -> states.put(name, new State(name, "", "LOADING", "")));
  }

  private void addPlaces(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    boolean isModel = !Files.isDirectory(path) || Files.exists(path.resolve(SavedModel.FILE));
    if (isModel || !versions(path).isEmpty()) {
      places.put(nameOf(path), path);
      return;
    }
    try (Stream<Path> inside = Files.list(path)) {
      inside
          .filter(Files::isDirectory)
          .filter(folder -> !folder.getFileName().toString().startsWith("."))
          .forEach(folder -> places.put(nameOf(folder), folder));
    }
  }

  private static String nameOf(Path path) {
    String name = path.toAbsolutePath().normalize().getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 && !Files.isDirectory(path) ? name.substring(0, dot) : name;
  }

  /** The versions in a model's folder, oldest first. */
  private static List<Path> versions(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> inside = Files.list(folder)) {
      return inside
          .filter(path -> path.getFileName().toString().matches("[0-9]{1,18}"))
          .sorted(Comparator.comparingLong(path -> Long.parseLong(path.getFileName().toString())))
          .collect(ImmutableList.toImmutableList());
    }
  }

  /** Loads what is new or was changed; what cannot be loaded is reported by {@link #index}. */
  public synchronized void refresh() {
    for (Map.Entry<String, Path> place : places.entrySet()) {
      try {
        Path path = newest(place.getValue());
        String stamp = stamp(path);
        if (!stamp.equals(stamps.put(place.getKey(), stamp))) {
          load(place.getKey(), path);
        }
      } catch (IOException e) {
        fail(place.getKey(), "", e);
      }
    }
  }

  private static Path newest(Path place) throws IOException {
    List<Path> versions = versions(place);
    return versions.isEmpty() ? place : versions.getLast();
  }

  private static String stamp(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve(SavedModel.FILE) : path;
    return Files.exists(file)
        ? "%s %s %d".formatted(file, Files.getLastModifiedTime(file), Files.size(file))
        : file.toString();
  }

  /** Loads a model again, whether it was changed or not. */
  public synchronized void load(String name) {
    Path place = Optional.ofNullable(places.get(name)).orElseThrow(() -> unknown(name));
    try {
      Path path = newest(place);
      stamps.put(name, stamp(path));
      load(name, path);
    } catch (IOException e) {
      fail(name, "", e);
    }
    State state = Optional.ofNullable(states.get(name)).orElseThrow();
    if (!state.reason().isEmpty()) {
      throw ServeException.invalid("'%s' cannot be loaded: %s", name, state.reason());
    }
  }

  private void load(String name, Path path) {
    String version = path.equals(places.get(name)) ? "1" : path.getFileName().toString();
    try {
      ModelVersion next = ModelVersion.load(name, version, path, options, metrics);
      ModelVersion before = serving.put(name, next);
      states.put(name, new State(name, version, "READY", ""));
      if (before != null) {
        before.close();
      }
    } catch (IOException | RuntimeException e) {
      fail(name, version, e);
    }
  }

  private void fail(String name, String version, Exception failure) {
    System.getLogger(ModelRepository.class.getName())
        .log(
            System.Logger.Level.WARNING,
            "model {0} version {1}: {2}",
            name,
            version,
            String.valueOf(failure.getMessage()));
    String state = serving.containsKey(name) ? "READY" : "UNAVAILABLE";
    states.put(name, new State(name, version, state, String.valueOf(failure.getMessage())));
  }

  /** Stops serving a model, after the requests that it has, until it is loaded again. */
  public synchronized void unload(String name) {
    if (!places.containsKey(name)) {
      throw unknown(name);
    }
    ModelVersion before = serving.remove(name);
    states.put(name, new State(name, "", "UNAVAILABLE", "unloaded"));
    if (before != null) {
      before.close();
    }
  }

  /** What became of each model. */
  public List<State> index() {
    return places.keySet().stream()
        .map(name -> Optional.ofNullable(states.get(name)).orElseThrow())
        .toList();
  }

  /** Whether all models can infer. */
  public boolean isReady() {
    return places.keySet().stream().allMatch(serving::containsKey);
  }

  /** Whether this model can infer. */
  boolean isReady(String name, Optional<String> version) {
    ModelVersion found = serving.get(name);
    return found != null && version.map(found.version()::equals).orElse(true);
  }

  /** Whether there is such a model, ready or not. */
  boolean knows(String name) {
    return places.containsKey(name);
  }

  /** What is done with a version while it stays loaded. */
  @FunctionalInterface
  interface Use<T> {
    T with(ModelVersion version);
  }

  /** Uses the version that serves now. */
  <T> T use(String name, Optional<String> version, Use<T> use) {
    while (true) {
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

  private ModelVersion find(String name, Optional<String> version) {
    if (!places.containsKey(name)) {
      throw unknown(name);
    }
    ModelVersion found = serving.get(name);
    if (found == null) {
      throw new ServeException(
          ServeException.Kind.UNAVAILABLE, "The model '%s' is not loaded.".formatted(name));
    }
    if (version.isPresent() && !version.get().equals(found.version())) {
      throw new ServeException(
          ServeException.Kind.NOT_FOUND,
          "The model '%s' has no version '%s' here, only '%s'."
              .formatted(name, version.get(), found.version()));
    }
    return found;
  }

  private static ServeException unknown(String name) {
    return new ServeException(
        ServeException.Kind.NOT_FOUND, "There is no model '%s'.".formatted(name));
  }

  /** Computes what a request asks for. */
  public Map<String, Tensor> infer(InferRequest request) {
    return use(request.model(), request.version(), version -> version.infer(request));
  }

  @Override
  public synchronized void close() {
    List.copyOf(serving.keySet()).forEach(this::unload);
  }
}
