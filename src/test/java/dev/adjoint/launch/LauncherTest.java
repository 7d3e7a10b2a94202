package dev.adjoint.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LauncherTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"24, true, false", "25, true, true", "25, false, false", "26, true, true"})
  void aSuitableJavaIsNewEnoughAndHasTheVectorModule(
      int feature, boolean vector, boolean suitable) {
    assertEquals(suitable, Launcher.isSuitable(feature, vector));
  }

  @ParameterizedTest
  @CsvSource({"25, 25", "25.0.3, 25", "26-ea, 26", "1.8.0_402, 8", "11.0.2+9, 11"})
  void theFeatureIsTheFirstNumber(String version, int feature) {
    var release = new Properties();
    release.setProperty("JAVA_VERSION", '"' + version + '"');
    assertEquals(OptionalInt.of(feature), Launcher.feature(release));
  }

  @Test
  void aFolderWithoutAReleaseFileHasNoFeature() {
    assertEquals(OptionalInt.empty(), Launcher.feature(Launcher.release(folder)));
  }

  @Test
  void theFileOfAJdkSaysWhetherItHasTheVectorModule() throws IOException {
    var whole = home("whole", "25", "java.base jdk.incubator.vector jdk.jfr");
    var small = home("small", "25", "java.base jdk.jfr");
    assertTrue(Launcher.listsVectorModule(Launcher.release(whole)));
    assertFalse(Launcher.listsVectorModule(Launcher.release(small)));
    assertTrue(Launcher.listsVectorModule(new Properties()), "a file that lists no modules");
  }

  @Test
  void theOldestSuitableJavaIsChosen() throws IOException {
    var all = "java.base jdk.incubator.vector";
    var candidates =
        List.of(
            folder.resolve("nowhere"),
            home("a17", "17.0.15", all),
            home("b26", "26", all),
            home("c25-small", "25", "java.base"),
            home("d25", "25.0.3", all),
            home("e25", "25.0.1", all));
    assertEquals(Optional.of(folder.resolve("d25")), Launcher.choose(candidates));
    assertEquals(Optional.empty(), Launcher.choose(candidates.subList(0, 2)));
  }

  @Test
  void aHomeWithoutAJavaThatCanRunIsPassedOver() throws IOException {
    var home = home("broken", "25", "jdk.incubator.vector");
    Files.delete(Launcher.executable(home));
    assertEquals(Optional.empty(), Launcher.choose(List.of(home)));
  }

  @Test
  void whatTheEnvironmentNamesIsLookedAtFirst() {
    var environment =
        Map.of("JAVA_HOME", "/j", "JAVA25_HOME", "/j25", "OTHER_HOME", "/other", "JDK_HOME", "");
    assertEquals(
        List.of(Path.of("/j25"), Path.of("/running"), Path.of("/j")),
        Launcher.candidates("/running", environment).subList(0, 3));
    assertFalse(Launcher.candidates("/running", environment).contains(Path.of("/other")));
  }

  @Test
  void theHomesInAFolderIncludeBundlesOfMacOs() throws IOException {
    var plain = Files.createDirectories(folder.resolve("jdk-25"));
    var bundle = Files.createDirectories(folder.resolve("temurin-25.jdk/Contents/Home"));
    assertEquals(List.of(plain, bundle), Launcher.homesIn(folder));
    assertEquals(List.of(), Launcher.homesIn(folder.resolve("nowhere")));
  }

  @Test
  void optionsAreHandedOnExceptAgents() {
    assertEquals(
        List.of("-Xmx4g", "-Dname=a value"),
        Launcher.passedOn(
            List.of("-Xmx4g", "-agentlib:jdwp=server=y", "-javaagent:a.jar", "-Dname=a value")));
  }

  @Test
  void argumentsAreHandedOnAsTheyAre() {
    var home = Path.of("/jdk");
    assertEquals(
        List.of(
            Launcher.executable(home).toString(),
            "-Xmx4g",
            "--add-modules=jdk.incubator.vector",
            "-classpath",
            "adjoint.jar",
            "dev.adjoint.cli.Adjoint",
            "print",
            "a file.adjoint",
            ""),
        Launcher.command(
            home, List.of("-Xmx4g"), "adjoint.jar", new String[] {"print", "a file.adjoint", ""}));
  }

  @Test
  void hugePagesAreAskedForWhereTheyAreGivenOnRequest() throws IOException {
    var enabled = folder.resolve("enabled");
    assertEquals(List.of(), Launcher.hugePages(enabled));
    Files.writeString(enabled, "always [madvise] never\n");
    assertEquals(List.of("-XX:+UseTransparentHugePages"), Launcher.hugePages(enabled));
    Files.writeString(enabled, "[always] madvise never\n");
    assertEquals(List.of(), Launcher.hugePages(enabled));
    Files.writeString(enabled, "always madvise [never]\n");
    assertEquals(List.of(), Launcher.hugePages(enabled));
  }

  @Test
  void theComplaintIsOneSentenceThatSaysWhatToDo() {
    assertEquals(
        "Adjoint needs JDK 25 and found only Java 17.0.15: install one, for example from"
            + " https://adoptium.net, or let JAVA25_HOME name its folder.",
        Launcher.complaint("17.0.15"));
  }

  private Path home(String name, String version, String modules) throws IOException {
    var home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"),
        "JAVA_VERSION=\"%s\"%nMODULES=\"%s\"%n".formatted(version, modules));
    var java = Files.createFile(Launcher.executable(home)).toFile();
    assertTrue(java.setExecutable(true));
    return home;
  }
}
