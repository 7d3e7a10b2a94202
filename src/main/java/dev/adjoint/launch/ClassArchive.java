package dev.adjoint.launch;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The classes of one command as the JVM wants them in memory, in a file of the user's cache, so
 * that they need not be read from the jar, checked and linked with every start.
 *
 * <p>The first run of a command that ends well records the file aside, and it is renamed when it is
 * complete; so it is there as a whole or not at all, however many run at once. It is named by the
 * jar and the JDK that it was made from, and the JVM itself checks that they are the same. Whatever
 * goes wrong, the program runs as it would without.
 */
final class ClassArchive {
  /** {@code off}, or the folder of the archives. */
  static final String VARIABLE = "ADJOINT_CLASS_ARCHIVES";

  /** An archive is made anew, and others that are no longer used go, after this time. */
  static final Duration LIFE = Duration.ofDays(30);

  /** The JVM says nothing about archives, not even that one does not fit. */
  private static final String QUIETLY = "-Xlog:cds*=off,aot*=off";

  private static final Pattern COMMAND = Pattern.compile("[a-z][a-z-]{0,30}");
  private static final Pattern EXPLANATION = Pattern.compile("-h|--help|-V|--version");
  private static final Pattern OWN_ARCHIVE =
      Pattern.compile("-Xshare:.*|-XX:[+-]?(SharedArchiveFile|ArchiveClasses|AutoCreate|AOT).*");

  private static final int INTERRUPTED = 130;
  private static final int TERMINATED = 143;

  private final Path file;
  private final Optional<Path> recording;

  private ClassArchive(Path file, Optional<Path> recording) {
    this.file = file;
    this.recording = recording;
  }

  /**
   * The archive of a command; none where the user wants none or brings one, where the command line
   * asks for an explanation only, or where nothing can be kept.
   *
   * @param folder where archives are
   * @param home the JDK that will run the program
   * @param options of its JVM
   * @param classPath of the program
   * @param arguments of the program, the command's name first
   */
  static Optional<ClassArchive> of(
      Path folder, Path home, List<String> options, String classPath, String[] arguments) {
    // The JVM takes the separator for one between two archives.
    boolean isNameable = !folder.toString().contains(File.pathSeparator);
    if (!isNameable || !isWorthwhile(options, arguments)) {
      return Optional.empty();
    }
    try {
      String name = arguments[0] + "-" + identity(home, classPath);
      Path file = folder.resolve(name + ".jsa");
      if (Files.exists(file)) {
        return Optional.of(new ClassArchive(file, Optional.empty()));
      }
      Files.createDirectories(folder);
      Path recording = Files.createTempFile(folder, name, ".recording");
      return Optional.of(new ClassArchive(file, Optional.of(recording)));
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      return Optional.empty();
    }
  }

  private static boolean isWorthwhile(List<String> options, String[] arguments) {
    if (arguments.length == 0 || !COMMAND.matcher(arguments[0]).matches()) {
      return false;
    }
    for (String argument : arguments) {
      if (EXPLANATION.matcher(argument).matches()) {
        return false;
      }
    }
    return options.stream().noneMatch(option -> OWN_ARCHIVE.matcher(option).matches());
  }

  /** Stands for the JDK and the jars, as their sizes and times tell them from others. */
  private static UUID identity(Path home, String classPath) throws IOException {
    StringBuilder identity = new StringBuilder();
    Path release = home.resolve("release");
    identity.append(home.toAbsolutePath()).append(Files.readString(release));
    for (String entry : classPath.split(File.pathSeparator)) {
      Path jar = Path.of(entry).toAbsolutePath();
      identity.append('\n').append(jar);
      identity
          .append(' ')
          .append(Files.size(jar))
          .append(' ')
          .append(Files.getLastModifiedTime(jar));
    }
    return UUID.nameUUIDFromBytes(identity.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The folder of the archives: the one that {@value #VARIABLE} names, else the usual cache of the
   * system; none if it says {@code off}.
   *
   * @param environment of this process
   * @param system {@code os.name}
   * @param user the home of the user
   */
  static Optional<Path> folder(Map<String, String> environment, String system, Path user) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (named.equals("off")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          named.isEmpty() ? cache(environment, system, user).resolve("adjoint") : Path.of(named));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Path cache(Map<String, String> environment, String system, Path user) {
    if (system.startsWith("Windows")) {
      String local = environment.getOrDefault("LOCALAPPDATA", "");
      return local.isEmpty() ? user.resolve("AppData").resolve("Local") : Path.of(local);
    }
    if (system.startsWith("Mac")) {
      return user.resolve("Library").resolve("Caches");
    }
    Path cache = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
    return cache.isAbsolute() ? cache : user.resolve(".cache");
  }

  /** What the JVM must be told to use the archive, or to record it. */
  List<String> options() {
    String option =
        recording
            .map(path -> "-XX:ArchiveClassesAtExit=" + path)
            .orElse("-XX:SharedArchiveFile=" + file);
    return List.of(option, QUIETLY);
  }

  /**
   * Keeps what was recorded, if the program did its work; forgets it otherwise.
   *
   * @param exitCode of the program, after its end
   */
  synchronized void close(int exitCode) {
    if (!recording.isPresent() || !Files.exists(recording.get())) {
      return;
    }
    Path recorded = recording.get();
    try {
      // A server ends by a signal. The JVM writes its archive before it ends by one.
      boolean isDone = exitCode == 0 || exitCode == INTERRUPTED || exitCode == TERMINATED;
      if (isDone && Files.size(recorded) > 0) {
        sync(recorded);
        Files.move(recorded, file, StandardCopyOption.ATOMIC_MOVE);
        removeOld();
      } else {
        Files.delete(recorded);
      }
    } catch (IOException e) {
      recorded.toFile().delete();
    }
  }

  /** Lest the new name outlives a power cut and the contents do not. */
  private static void sync(Path recorded) throws IOException {
    try (FileChannel channel = FileChannel.open(recorded, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Removes archives, and recordings that nobody finished. One that is missed is made anew. */
  private void removeOld() throws IOException {
    Instant oldest = Instant.now().minus(LIFE);
    List<Path> old = new ArrayList<>();
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(file.toAbsolutePath().getParent(), "*.{jsa,recording}")) {
      for (Path each : all) {
        if (Files.getLastModifiedTime(each).toInstant().isBefore(oldest)) {
          old.add(each);
        }
      }
    }
    for (Path each : old) {
      Files.deleteIfExists(each);
    }
  }
}
