package dev.adjoint;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Holds which room imports from which: data flows downwards, so a room knows only rooms above it.
 */
class ArchitectureTest {
  private static final String ROOT = "dev.adjoint";
  private static final Path SOURCES = Path.of("src/main/java");

  /** The rooms from top to bottom, as in the README's table. A new room takes its place here. */
  static final ImmutableSet<String> ROOMS =
      ImmutableSet.of(
          "tensor",
          "graph",
          "op",
          "nn",
          "autodiff",
          "draw",
          "reference",
          "optimize",
          "kernel",
          "runtime",
          "saved",
          "train",
          "check",
          "serve",
          "cli",
          "notebook");

  /** Starts the program from a jar and stands beside the rooms: none knows it, it knows none. */
  private static final String LAUNCHER = "launch";

  /** What a user needs in order to build, differentiate, run and save a graph. */
  static final List<String> LEAN_ROOMS =
      List.of("tensor", "graph", "op", "nn", "autodiff", "reference", "saved");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @ParameterizedTest
  @FieldSource("ROOMS")
  void aRoomKnowsOnlyRoomsAboveIt(String room) {
    classes()
        .that(resideInAPackage(packagesOf(room)))
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage(ROOT + "..")
                .or(resideInAnyPackage(packagesOf(Sets.union(known(room), Set.of(room))))))
        .because("data flows downwards: '" + room + "' may know only " + known(room))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static Set<String> known(String room) {
    return switch (room) {
      case "graph" -> Set.of("tensor", "op");
      case "autodiff" -> Sets.difference(above(room), Set.of("nn"));
      case "saved" -> Set.of("tensor", "graph", "op");
      default -> above(room);
    };
  }

  private static Set<String> above(String room) {
    return ImmutableSet.copyOf(ROOMS.asList().subList(0, ROOMS.asList().indexOf(room)));
  }

  @Test
  void theCoreOfTheGraphKnowsNoParticularOperator() {
    noClasses()
        .that(resideInAPackage(packagesOf("graph")).and(not(isValueOrGraphBuilder())))
        .should()
        .dependOnClassesThat(resideInAPackage(packagesOf("op")))
        .because("an operator is added without a change to the graph")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> isValueOrGraphBuilder() {
    var names = Set.of("Value", "GraphBuilder");
    return describe(
        "Value or GraphBuilder",
        type ->
            names.stream()
                .map(name -> ROOT + ".graph." + name)
                .anyMatch(
                    name -> type.getName().equals(name) || type.getName().startsWith(name + "$")));
  }

  @Test
  void theLauncherKnowsOnlyJava() {
    classes()
        .that(resideInAPackage(packagesOf(LAUNCHER)))
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage("java..", ROOT + "." + LAUNCHER))
        .because("it runs on a Java that cannot load the rest")
        .check(CLASSES);
  }

  @ParameterizedTest
  @FieldSource("LEAN_ROOMS")
  void aGraphNeedsOnlyGuavaAndProtobuf(String room) {
    classes()
        .that(resideInAPackage(packagesOf(room)))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                ROOT + "..",
                "java..",
                "jdk.incubator.vector..",
                "com.google.common..",
                "com.google.protobuf..",
                "org.jspecify.annotations.."))
        .because("whoever builds, differentiates, runs and saves a graph needs nothing else")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void everyPackageLiesInARoom() throws IOException {
    try (var folders = Files.list(SOURCES.resolve(ROOT.replace('.', '/')))) {
      var unknown = new TreeSet<>(folders.map(folder -> folder.getFileName().toString()).toList());
      unknown.removeAll(ROOMS);
      unknown.remove(LAUNCHER);
      assertEquals(Set.of(), unknown, "not a room: give it a place in the list of this test");
    }
  }

  @Test
  void everyPackageHasADoorPlate() throws IOException {
    try (var files = Files.walk(SOURCES)) {
      var without =
          new TreeSet<>(
              files
                  .filter(file -> file.toString().endsWith(".java"))
                  .map(Path::getParent)
                  .filter(folder -> Files.notExists(folder.resolve("package-info.java")))
                  .toList());
      assertEquals(Set.of(), without, "packages without a package-info.java");
    }
  }

  private static String packagesOf(String room) {
    return ROOT + "." + room + "..";
  }

  private static String[] packagesOf(Set<String> rooms) {
    return rooms.stream().map(ArchitectureTest::packagesOf).toArray(String[]::new);
  }
}
