package dev.adjoint.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassArchiveTest {
  private static final Path JDK = Path.of(System.getProperty("java.home"));

  @TempDir Path folder;
  private Path archives;
  private Path jar;

  /** What the JVMs of this test run. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      System.out.println("ran");
    }
  }

  @BeforeEach
  void makeTheJar() throws IOException {
    archives = folder.resolve("a cache").resolve("adjoint");
    jar = folder.resolve("program.jar");
    var entry = Program.class.getName().replace('.', '/') + ".class";
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        var in = Program.class.getClassLoader().getResourceAsStream(entry)) {
      out.putNextEntry(new ZipEntry(entry));
      Objects.requireNonNull(in).transferTo(out);
    }
  }

  @Test
  void theSecondStartTakesTheClassesFromTheArchiveOfTheFirst() throws Exception {
    var log = folder.resolve("classes.log");
    assertEquals(List.of("ran"), start(archive("predict"), log));
    assertEquals("program.jar", source(log));
    assertEquals(List.of("ran"), start(archive("predict"), log));
    assertEquals("shared objects file (top)", source(log));
    assertEquals(1, files().size());
  }

  @Test
  void anArchiveThatIsDamagedIsPassedOverInSilence() throws Exception {
    var log = folder.resolve("classes.log");
    start(archive("predict"), log);
    Files.write(files().getFirst(), new byte[100]);
    assertEquals(List.of("ran"), start(archive("predict"), log));
    assertEquals("program.jar", source(log));
  }

  @Test
  void whatSeveralRecordAtOnceIsOneArchive() throws IOException {
    var first = archive("predict");
    var second = archive("predict");
    assertNotEquals(recording(first), recording(second));
    Files.writeString(recording(first), "first");
    Files.writeString(recording(second), "second");
    first.close(0);
    assertEquals("first", Files.readString(shared(archive("predict"))));
    second.close(0);
    second.close(0);
    assertEquals("second", Files.readString(shared(archive("predict"))));
    assertEquals(1, files().size());
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "130, 1", "143, 1", "1, 0", "2, 0", "137, 0"})
  void onlyAProgramThatDidItsWorkLeavesAnArchive(int exitCode, int kept) throws IOException {
    var archive = archive("serve");
    Files.writeString(recording(archive), "classes");
    archive.close(exitCode);
    assertEquals(kept, files().size());
  }

  @Test
  void aJvmThatRecordedNothingLeavesNothing() throws IOException {
    archive("serve").close(0);
    assertEquals(List.of(), files());
  }

  @Test
  void anotherJarOrCommandHasAnotherArchive() throws IOException {
    recordAs("predict");
    shared(archive("predict"));
    recording(archive("evaluate"));
    Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
    recording(archive("predict"));
  }

  @Test
  void oldArchivesGoWhenANewOneComes() throws IOException {
    recordAs("evaluate");
    var old = files().getFirst();
    recordAs("predict");
    assertEquals(2, files().size());
    var before = Instant.now().minus(ClassArchive.LIFE).minusSeconds(60);
    Files.setLastModifiedTime(old, FileTime.from(before));
    var unfinished = Files.createFile(archives.resolve("train.recording"));
    Files.setLastModifiedTime(unfinished, FileTime.from(before));
    var foreign = Files.createFile(archives.resolve("notes.txt"));
    Files.setLastModifiedTime(foreign, FileTime.from(before));
    recordAs("serve");
    assertEquals(3, files().size());
    assertTrue(Files.notExists(old) && Files.notExists(unfinished) && Files.exists(foreign));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "--help", "predict --help", "predict -h", "help/me", "Predict", "--version"})
  void whatOnlyExplainsHasNone(String line) {
    var arguments = line.isEmpty() ? new String[0] : line.split(" ");
    assertEquals(
        Optional.empty(), ClassArchive.of(archives, JDK, List.of(), jar.toString(), arguments));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xshare:off",
        "-XX:SharedArchiveFile=mine.jsa",
        "-XX:ArchiveClassesAtExit=mine.jsa",
        "-XX:+AutoCreateSharedArchive",
        "-XX:AOTCache=mine.aot"
      })
  void whoBringsAnArchiveGetsNoOther(String option) {
    assertEquals(
        Optional.empty(),
        ClassArchive.of(
            archives,
            JDK,
            List.of("-Xmx1g", option),
            jar.toString(),
            new String[] {"predict", "model"}));
  }

  @Test
  void whereNothingCanBeKeptThereIsNone() throws IOException {
    var file = Files.createFile(folder.resolve("no-folder"));
    for (var unusable : List.of(file.resolve("adjoint"), folder.resolve("a:b"))) {
      assertEquals(
          Optional.empty(),
          ClassArchive.of(
              unusable, JDK, List.of(), jar.toString(), new String[] {"predict", "model"}));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, XDG_CACHE_HOME, /c, /c/adjoint",
    "Linux, XDG_CACHE_HOME, relative, /home/u/.cache/adjoint",
    "Linux, OTHER, /c, /home/u/.cache/adjoint",
    "Mac OS X, OTHER, /c, /home/u/Library/Caches/adjoint",
    "Windows 11, OTHER, /c, /home/u/AppData/Local/adjoint",
    "Windows 11, LOCALAPPDATA, /local, /local/adjoint",
    "Linux, ADJOINT_CLASS_ARCHIVES, /mine, /mine",
    "Linux, ADJOINT_CLASS_ARCHIVES, off, "
  })
  void theyAreInTheCacheOfTheUser(String system, String name, String value, String expected) {
    assertEquals(
        Optional.ofNullable(expected).map(Path::of),
        ClassArchive.folder(Map.of(name, value), system, Path.of("/home/u")));
  }

  private ClassArchive archive(String command) {
    return ClassArchive.of(
            archives, JDK, List.of("-Xmx1g"), jar.toString(), new String[] {command, "model"})
        .orElseThrow();
  }

  private void recordAs(String command) throws IOException {
    var archive = archive(command);
    Files.writeString(recording(archive), "classes");
    archive.close(0);
  }

  private static Path recording(ClassArchive archive) {
    return path(archive, "-XX:ArchiveClassesAtExit=");
  }

  private static Path shared(ClassArchive archive) {
    return path(archive, "-XX:SharedArchiveFile=");
  }

  private static Path path(ClassArchive archive, String option) {
    var given = archive.options().getFirst();
    assertTrue(given.startsWith(option), given);
    return Path.of(given.substring(option.length()));
  }

  private List<Path> files() throws IOException {
    try (var all = Files.list(archives)) {
      return all.toList();
    }
  }

  /** Runs the program, and returns all that its process prints. */
  private List<String> start(ClassArchive archive, Path log) throws Exception {
    var command = new ArrayList<>(List.of(Launcher.executable(JDK).toString()));
    command.addAll(archive.options());
    command.add("-Xlog:class+load:file=" + log.getFileName());
    command.addAll(List.of("-classpath", jar.toString(), Program.class.getName()));
    var process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    List<String> printed;
    try (var reader = process.inputReader()) {
      printed = reader.lines().toList();
    }
    archive.close(process.waitFor());
    return printed;
  }

  /** Where the last start had the program's class from: an archive, or the name of a file. */
  private static String source(Path log) throws IOException {
    try (var lines = Files.lines(log)) {
      var line = lines.filter(l -> l.contains(Program.class.getName() + " ")).findFirst();
      var source = line.orElseThrow().replaceFirst(".* source: ", "");
      return source.substring(source.lastIndexOf('/') + 1).strip();
    }
  }
}
