package dev.adjoint.launch;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * The main class of the jar that holds everything.
 *
 * <p>On a Java that is new enough and has the vector module, it calls the program at once.
 * Otherwise it looks for a JDK 25 or later, starts the program there, and ends with that program's
 * exit code; input, output and arguments are the same. The program ends when the launcher does,
 * even when that is killed by force. It looks at {@code JAVA25_HOME}, at {@code JAVA_HOME} and its
 * like, and in the folders where packages, installers and SDKMAN put their JDKs. Where there is
 * none, it says so in one sentence and ends with {@value #NO_JAVA_FOUND}.
 *
 * <p>Compiled for Java 11, hence the old-fashioned Java.
 */
public final class Launcher {
  /** The exit code when no suitable Java was found. */
  static final int NO_JAVA_FOUND = 69;

  /** The oldest Java the program runs on. */
  static final int OLDEST_FEATURE = 25;

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /** The property by which the program knows its launcher, to end when that was killed. */
  private static final String LAUNCHER_PID = "adjoint.launcher.pid";

  private static final String PROGRAM = "dev.adjoint.cli.Adjoint";

  /** Which programs Linux gives huge pages: all, none, or those that ask. */
  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

  private Launcher() {}

  /**
   * Runs the program with these arguments, here or in another JVM.
   *
   * @param arguments the words of the command line, handed on as they are
   * @throws Exception what the program throws, or what keeps the other JVM from starting
   */
  public static void main(String[] arguments) throws Exception {
    if (isSuitable(Runtime.version().feature(), hasVectorModule())) {
      callProgram(arguments);
      return;
    }
    List<Path> candidates = candidates(System.getProperty("java.home"), System.getenv());
    Optional<Path> home = choose(candidates);
    if (!home.isPresent()) {
      System.err.println(complaint(System.getProperty("java.version")));
      System.exit(NO_JAVA_FOUND);
      return;
    }
    System.exit(startProgram(home.get(), arguments));
  }

  /** Whether the program can run in a JVM of that feature release. */
  static boolean isSuitable(int feature, boolean hasVectorModule) {
    return feature >= OLDEST_FEATURE && hasVectorModule;
  }

  /** The sentence for a machine without a suitable Java. */
  static String complaint(String runningVersion) {
    return "Adjoint needs JDK "
        + OLDEST_FEATURE
        + " and found only Java "
        + runningVersion
        + ": install one, for example from https://adoptium.net, or let JAVA25_HOME name its"
        + " folder.";
  }

  /**
   * The folders that may be the home of a JDK, the most explicit first: what {@code JAVA25_HOME}
   * names, the Java that runs this, every other {@code JAVA.._HOME}, then the usual places.
   */
  static List<Path> candidates(String runningHome, Map<String, String> environment) {
    Set<Path> homes = new LinkedHashSet<>();
    addIfNamed(homes, environment.get("JAVA25_HOME"));
    addIfNamed(homes, runningHome);
    new TreeMap<>(environment)
        .forEach((name, value) -> {
          if (name.matches("JAVA.*_HOME|JDK.*_HOME")) {
            addIfNamed(homes, value);
          }
        });
    String user = System.getProperty("user.home", "");
    List<String> parents =
        Arrays.asList(
            "/usr/lib/jvm",
            "/usr/lib64/jvm",
            "/usr/java",
            "/opt/java",
            "/opt/jdk",
            "/Library/Java/JavaVirtualMachines",
            "C:\\Program Files\\Eclipse Adoptium",
            "C:\\Program Files\\Java",
            user + "/.jdks",
            user + "/.sdkman/candidates/java",
            user + "/Library/Java/JavaVirtualMachines");
    parents.forEach(parent -> homes.addAll(homesIn(new File(parent).toPath())));
    return new ArrayList<>(homes);
  }

  private static void addIfNamed(Set<Path> homes, String name) {
    if (name != null && !name.isEmpty()) {
      homes.add(new File(name).toPath());
    }
  }

  /**
   * The JDK homes directly inside a folder, in the order of their names; none if it is not there.
   */
  static List<Path> homesIn(Path parent) {
    List<Path> homes = new ArrayList<>();
    if (Files.isDirectory(parent)) {
      try (DirectoryStream<Path> children = Files.newDirectoryStream(parent)) {
        for (Path child : children) {
          Path bundle = child.resolve("Contents").resolve("Home");
          homes.add(Files.isDirectory(bundle) ? bundle : child);
        }
      } catch (IOException e) {
        return new ArrayList<>();
      }
    }
    homes.sort(Comparator.naturalOrder());
    return homes;
  }

  /**
   * The home to use: of those that are suitable the one with the oldest release, since that is the
   * one Adjoint was tested with; among equals the first.
   */
  static Optional<Path> choose(List<Path> candidates) {
    Path best = null;
    int bestFeature = Integer.MAX_VALUE;
    for (Path home : candidates) {
      Properties release = release(home);
      OptionalInt feature = feature(release);
      if (feature.isPresent()
          && isSuitable(feature.getAsInt(), listsVectorModule(release))
          && feature.getAsInt() < bestFeature
          && Files.isExecutable(executable(home))) {
        best = home;
        bestFeature = feature.getAsInt();
      }
    }
    return Optional.ofNullable(best);
  }

  /** What the file {@code release} of a JDK says; empty where there is none. */
  static Properties release(Path home) {
    Properties release = new Properties();
    Path file = home.resolve("release");
    if (Files.isRegularFile(file)) {
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        release.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        return new Properties();
      }
    }
    return release;
  }

  /**
   * The feature number of a JDK: 25 where {@code JAVA_VERSION="25.0.3"}, 8 where {@code "1.8.0"}.
   */
  static OptionalInt feature(Properties release) {
    String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
    String number = (version.startsWith("1.") ? version.substring(2) : version).split("\\D", 2)[0];
    return number.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(number));
  }

  /**
   * Whether a JDK has the vector module; a file that lists no modules is given the benefit of the
   * doubt.
   */
  static boolean listsVectorModule(Properties release) {
    String modules = release.getProperty("MODULES", "").replace("\"", "").trim();
    return modules.isEmpty() || Arrays.asList(modules.split("\\s+")).contains(VECTOR_MODULE);
  }

  /**
   * The options of this JVM that the other one gets too, such as {@code -Xmx4g} and {@code -Dname}.
   * Agents stay behind: they belong to this process, and a second debugger would find its port
   * taken.
   */
  static List<String> passedOn(List<String> options) {
    List<String> passedOn = new ArrayList<>(options);
    passedOn.removeIf(option -> option.matches("-(agentlib|agentpath|javaagent):.*"));
    return passedOn;
  }

  /**
   * The option that asks for huge pages, where the system gives them to those who ask. Large arrays
   * of weights then need fewer entries of the table of pages. An option of the user's own comes
   * later, and so counts.
   *
   * @param file what says which programs get them; absent where the system is not Linux
   */
  static List<String> hugePages(Path file) {
    try {
      boolean onRequest = Files.isReadable(file) && Files.readString(file).contains("[madvise]");
      return onRequest ? List.of("-XX:+UseTransparentHugePages") : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The whole command that runs the program on the JDK of that home. */
  static List<String> command(
      Path home, List<String> options, String classPath, String[] arguments) {
    List<String> command = new ArrayList<>();
    command.add(executable(home).toString());
    command.addAll(options);
    command.add("--add-modules=" + VECTOR_MODULE);
    command.add("-classpath");
    command.add(classPath);
    command.add(PROGRAM);
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  /** The program {@code java} of a JDK. */
  static Path executable(Path home) {
    boolean windows = File.separatorChar == '\\';
    return home.resolve("bin").resolve(windows ? "java.exe" : "java");
  }

  private static boolean hasVectorModule() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
  }

  private static void callProgram(String[] arguments) throws Exception {
    try {
      Class.forName(PROGRAM).getMethod("main", String[].class).invoke(null, (Object) arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception) {
        throw (Exception) e.getCause();
      }
      if (e.getCause() instanceof Error) {
        throw (Error) e.getCause();
      }
      throw e;
    }
  }

  private static int startProgram(Path home, String[] arguments)
      throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(hugePages(HUGE_PAGES));
    options.add("-D" + LAUNCHER_PID + "=" + ProcessHandle.current().pid());
    options.addAll(passedOn(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    List<String> command = command(home, options, System.getProperty("java.class.path"), arguments);
    Process program = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(program)));
    return program.waitFor();
  }

  /** Ends the program and gives it the time to do so in order, as a server does. */
  private static void end(Process program) {
    program.destroy();
    try {
      program.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
