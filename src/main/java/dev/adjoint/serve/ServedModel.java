package dev.adjoint.serve;

import com.google.common.collect.ImmutableSortedMap;
import dev.adjoint.saved.SavedModel;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A model and those of its versions that are served. Changed by one thread at a time, read by all.
 */
final class ServedModel {
  private static final Pattern VERSION = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final long ONLY = 1;

  private final String name;
  private final Path place;
  private final VersionPolicy policy;
  private final Loader loader;

  /** What each version looked like when it was loaded last, or could not be. */
  private final Map<Long, String> stamps = new HashMap<>();

  private final Map<Long, String> failures = new TreeMap<>();
  private boolean unloaded;
  private volatile boolean isNew = true;
  private volatile ImmutableSortedMap<Long, ModelVersion> serving = ImmutableSortedMap.of();
  private volatile List<ModelRepository.State> states;

  /** How a version is loaded. */
  @FunctionalInterface
  interface Loader {
    ModelVersion load(String model, String version, Path path) throws IOException;
  }

  ServedModel(String name, Path place, VersionPolicy policy, Loader loader) {
    this.name = name;
    this.place = place;
    this.policy = policy;
    this.loader = loader;
    this.states = List.of(state("", "LOADING", ""));
  }

  Path place() {
    return place;
  }

  /** What became of its versions, oldest first. */
  List<ModelRepository.State> states() {
    return states;
  }

  /** The versions that can infer, oldest first. */
  ImmutableSortedMap<Long, ModelVersion> serving() {
    return serving;
  }

  /** Whether the versions that are chosen have been loaded, at least one of them with success. */
  boolean isReady() {
    return states.stream().anyMatch(ModelRepository.State::isReady);
  }

  /** Whether no version of it was ever served. */
  boolean isNew() {
    return isNew;
  }

  private ModelRepository.State state(String version, String state, String reason) {
    return new ModelRepository.State(name, version, state, reason);
  }

  /** Whether a path has the form of a model, whatever its files say. */
  static boolean isModel(Path path) throws IOException {
    return !Files.isDirectory(path)
        || Files.exists(path.resolve(SavedModel.FILE))
        || !numbered(path).isEmpty();
  }

  private static SortedMap<Long, Path> numbered(Path folder) throws IOException {
    SortedMap<Long, Path> versions = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> inside = Files.list(folder)) {
        inside
            .filter(path -> VERSION.matcher(path.getFileName().toString()).matches())
            .forEach(path -> versions.put(Long.valueOf(path.getFileName().toString()), path));
      }
    }
    return versions;
  }

  private SortedMap<Long, Path> available() throws IOException {
    SortedMap<Long, Path> versions = numbered(place);
    if (versions.isEmpty()) {
      versions.put(ONLY, place);
    }
    return versions;
  }

  private static String stamp(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve(SavedModel.FILE) : path;
    return Files.exists(file)
        ? "%s %d".formatted(Files.getLastModifiedTime(file), Files.size(file))
        : "missing";
  }

  /**
   * Loads the versions that the policy chooses from those that can be loaded, then ends the others.
   * A version that fails is looked at again when its file changes; until then the next older one
   * takes its place, or what was served before stays.
   */
  void refresh() throws IOException {
    if (unloaded) {
      return;
    }
    SortedMap<Long, Path> available = available();
    stamps.keySet().retainAll(available.keySet());
    failures.keySet().retainAll(available.keySet());
    for (Map.Entry<Long, Path> version : available.entrySet()) {
      String stamp = stamp(version.getValue());
      if (!stamp.equals(stamps.getOrDefault(version.getKey(), stamp))) {
        stamps.remove(version.getKey());
        failures.remove(version.getKey());
      }
    }
    NavigableSet<Long> chosen = policy.choose(loadable(available));
    while (!stamps.keySet().containsAll(chosen)) {
      for (long version : chosen) {
        if (!stamps.containsKey(version)) {
          load(version, Optional.ofNullable(available.get(version)).orElseThrow());
        }
      }
      chosen = policy.choose(loadable(available));
    }
    if (!chosen.isEmpty() || failures.isEmpty()) {
      retain(chosen);
    }
    report(available);
  }

  /** All versions but those that failed and of which nothing is served. */
  private NavigableSet<Long> loadable(Map<Long, Path> available) {
    NavigableSet<Long> versions = new TreeSet<>(available.keySet());
    versions.removeIf(version -> failures.containsKey(version) && !serving.containsKey(version));
    return versions;
  }

  private void load(long version, Path path) throws IOException {
    stamps.put(version, stamp(path));
    try {
      ModelVersion next = loader.load(name, Long.toString(version), path);
      ModelVersion before = serving.get(version);
      TreeMap<Long, ModelVersion> all = new TreeMap<>(serving);
      all.put(version, next);
      serving = ImmutableSortedMap.copyOf(all);
      isNew = false;
      if (before != null) {
        before.close();
      }
    } catch (IOException | RuntimeException | Error e) {
      String reason = reason(e.getCause() instanceof Error cause ? cause : e);
      failures.put(version, reason);
      System.getLogger(ServedModel.class.getName())
          .log(System.Logger.Level.WARNING, "model {0} version {1}: {2}", name, version, reason);
    }
  }

  /** What to read of a failure. An error is one of this version too: others go on. */
  private static String reason(Throwable failure) {
    return switch (failure) {
      case OutOfMemoryError _ -> "There is too little memory for it; start with more, as -Xmx8g.";
      case StackOverflowError _ -> "It is nested too deep; start with a larger stack, as -Xss16m.";
      case Error error -> error.toString();
      case AccessDeniedException denied -> denied.getFile() + " may not be read.";
      case NoSuchFileException missing -> "There is no file " + missing.getFile() + ".";
      default -> Optional.ofNullable(failure.getMessage()).orElse(failure.toString());
    };
  }

  /** Ends all versions but these, after the requests that they have. */
  private void retain(NavigableSet<Long> kept) {
    Map<Long, ModelVersion> before = serving;
    TreeMap<Long, ModelVersion> after = new TreeMap<>(before);
    after.keySet().retainAll(kept);
    serving = ImmutableSortedMap.copyOf(after);
    before.forEach((version, loaded) -> {
      if (!after.containsKey(version)) {
        stamps.remove(version);
        loaded.close();
      }
    });
  }

  private void report(Map<Long, Path> available) {
    List<ModelRepository.State> now = new ArrayList<>();
    NavigableSet<Long> versions = new TreeSet<>(serving.keySet());
    versions.addAll(failures.keySet());
    for (long version : versions) {
      String state = serving.containsKey(version) ? "READY" : "UNAVAILABLE";
      now.add(state(Long.toString(version), state, failures.getOrDefault(version, "")));
    }
    if (now.isEmpty()) {
      now.add(
          state(
              "",
              "UNAVAILABLE",
              "of its versions %s none is wanted".formatted(available.keySet())));
    }
    states = List.copyOf(now);
  }

  /** Says that its folder cannot be read. What is served stays. */
  void fail(Exception failure) {
    List<ModelRepository.State> now = new ArrayList<>(states);
    now.removeIf(state -> !state.isReady());
    now.add(state("", "UNAVAILABLE", reason(failure)));
    states = List.copyOf(now);
  }

  /** Loads it again, whether it was changed or not. */
  void reload() throws IOException {
    unloaded = false;
    stamps.clear();
    failures.clear();
    refresh();
  }

  /** Serves none of it, after the requests that it has, until it is loaded again. */
  void unload(String reason) {
    unloaded = true;
    states = List.of(state("", "UNAVAILABLE", reason));
    retain(new TreeSet<>());
  }
}
