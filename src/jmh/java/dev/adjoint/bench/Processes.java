package dev.adjoint.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/**
 * Runs {@link Probe} in processes of its own, all with the same flags.
 *
 * @param folder for files
 * @param quick whether once is enough
 * @param classPath of jars only: the JVM archives no classes of folders
 */
record Processes(Path folder, boolean quick, String classPath) {
  /** Of every JVM that is measured. The build asks for huge pages outside of the heap too. */
  static final List<String> FLAGS =
      List.of(
          "-XX:+UseTransparentHugePages",
          "--add-modules=jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /**
   * Seconds from the start of a process to its first result, absent if it failed.
   *
   * @param warm with native libraries unpacked before, the median of several
   * @param cold with native libraries still in their jars; as warm for a contender without any
   * @param archived as warm, with an archive of the JVM's classes made before
   */
  record Start(OptionalDouble warm, OptionalDouble cold, OptionalDouble archived) {}

  /** With the classes of this process; what of them is in folders is put into jars. */
  static Processes of(Path folder, boolean quick) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      entries.add(
          Files.isDirectory(path)
              ? jar(path, folder.resolve(entries.size() + ".jar")).toString()
              : entry);
    }
    return new Processes(folder, quick, String.join(File.pathSeparator, entries));
  }

  /** A jar whose entries are stored, as those of the library are. */
  private static Path jar(Path classes, Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes).filter(Files::isRegularFile).sorted()) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
        byte[] bytes = Files.readAllBytes(file);
        out.putNextEntry(stored(name, bytes));
        out.write(bytes);
      }
    }
    return jar;
  }

  private static ZipEntry stored(String name, byte[] bytes) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(checksum.getValue());
    return entry;
  }

  /**
   * The largest resident set in bytes, and a note behind a space. All run with the collector that
   * keeps the least memory for itself.
   */
  Optional<String> memory(Contender contender, Workload workload) {
    return run(
            List.of("-XX:+UseSerialGC"), List.of("memory", contender.name(), workload.name(), "1"))
        .map(Line::text);
  }

  /** Starts a contender several times, the file cache being warm. */
  Start start(Contender contender) throws IOException {
    String file = folder.resolve(contender.name() + ".network").toString();
    if (run(List.of(), List.of("save", contender.name(), file)).isEmpty()) {
      return new Start(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    }
    List<String> first = List.of("first", contender.name(), file);
    List<String> unpacked = unpackedBefore(contender);
    double warm = again(unpacked, first);
    double cold =
        contender.isPeer()
            ? run(unpackedAnew(contender), first).map(Line::seconds).orElse(Double.NaN)
            : warm;
    List<String> archived = new ArrayList<>(unpacked);
    archived.add(archive(contender, unpacked, first));
    return new Start(known(warm), known(cold), known(again(archived, first)));
  }

  /** The median of several runs after one that is not timed, or NaN if one failed. */
  private double again(List<String> flags, List<String> arguments) {
    run(flags, arguments);
    double[] seconds = new double[quick ? 1 : 7];
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = run(flags, arguments).map(Line::seconds).orElse(Double.NaN);
    }
    Arrays.sort(seconds);
    return seconds[seconds.length / 2];
  }

  /** The flag that maps an archive, made here of the classes that a run loads. */
  private String archive(Contender contender, List<String> flags, List<String> arguments) {
    String archive = "-XX:SharedArchiveFile=" + folder.resolve(contender.name() + ".jsa");
    Path classes = folder.resolve(contender.name() + ".classes");
    List<String> listing = new ArrayList<>(flags);
    listing.add("-XX:DumpLoadedClassList=" + classes);
    run(listing, arguments);
    run(List.of("-Xshare:dump", "-XX:SharedClassListFile=" + classes, archive), arguments);
    return archive;
  }

  private static OptionalDouble known(double seconds) {
    return Double.isNaN(seconds) ? OptionalDouble.empty() : OptionalDouble.of(seconds);
  }

  // Native libraries. Two peers keep what they unpacked; the third unpacks with every start unless
  // it is told where to look.

  private List<String> unpackedBefore(Contender contender) throws IOException {
    if (contender != Contender.ONNX_RUNTIME) {
      return List.of();
    }
    Path libraries = Files.createDirectories(folder.resolve("onnxruntime"));
    for (String library : List.of("libonnxruntime.so", "libonnxruntime4j_jni.so")) {
      String resource = "/ai/onnxruntime/native/linux-x64/" + library;
      try (var in = Processes.class.getResourceAsStream(resource)) {
        if (in != null) {
          Files.write(libraries.resolve(library), in.readAllBytes());
        }
      }
    }
    return List.of("-Donnxruntime.native.path=" + libraries);
  }

  private List<String> unpackedAnew(Contender contender) throws IOException {
    Path cache = Files.createTempDirectory(folder, "cache");
    return switch (contender) {
      case TENSORFLOW -> List.of("-Dorg.bytedeco.javacpp.cachedir=" + cache);
      case PYTORCH -> List.of("-DDJL_CACHE_DIR=" + cache, "-DENGINE_CACHE_DIR=" + cache);
      default -> List.of();
    };
  }

  // Running.

  /**
   * What a process printed first.
   *
   * @param text the line; empty if it printed none
   * @param seconds from the start of the process to the line
   */
  private record Line(String text, double seconds) {}

  /** Runs a probe; empty if it failed. */
  private Optional<Line> run(List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Stream.of(FLAGS, flags).forEach(command::addAll);
    command.add(Probe.class.getName());
    command.addAll(arguments);
    try {
      Path log = folder.resolve("probe.log");
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
      // Not as an argument: some peers do not bear a long command line.
      builder.environment().put("CLASSPATH", classPath);
      long start = System.nanoTime();
      Process process = builder.start();
      try (BufferedReader out = process.inputReader()) {
        String text = out.readLine();
        double seconds = (System.nanoTime() - start) / 1e9;
        out.readAllAsString();
        if (process.waitFor() != 0) {
          System.err.println(Files.readString(log));
          return Optional.empty();
        }
        return Optional.of(new Line(text == null ? "" : text, seconds));
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
