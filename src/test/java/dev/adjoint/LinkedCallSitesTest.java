package dev.adjoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.graph.Graph;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.DirectMethodHandleDesc;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code src/build} is to have done. Every other test runs on the classes that it made. */
class LinkedCallSitesTest {
  @Test
  void theBuildLeavesNoLambdaToTheJvm() throws IOException, URISyntaxException {
    Path classes = Path.of(Graph.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assumeTrue(classes.endsWith("target/classes"), "only Maven links call sites");
    List<String> left = new ArrayList<>();
    int linked = 0;
    try (Stream<Path> files = Files.walk(classes.resolve("dev/adjoint"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".class")) {
          left.addAll(lambdas(ClassFile.of().parse(file)));
          linked += file.toString().contains("$$Lambda$") ? 1 : 0;
        }
      }
    }
    assertEquals(List.of(), left);
    assertTrue(linked > 1000, () -> "few lambdas");
  }

  /** Classes in whose call sites the JVM would make one. What starts older JVMs is left alone. */
  private static List<String> lambdas(ClassModel type) {
    if (type.majorVersion() < ClassFile.latestMajorVersion()) {
      return List.of();
    }
    return type.methods().stream()
        .flatMap(method -> method.code().stream())
        .flatMap(code -> code.elementStream())
        .filter(InvokeDynamicInstruction.class::isInstance)
        .map(site -> ((InvokeDynamicInstruction) site).bootstrapMethod())
        .filter(LinkedCallSitesTest::makesLambdas)
        .map(_ -> type.thisClass().asInternalName())
        .toList();
  }

  private static boolean makesLambdas(DirectMethodHandleDesc bootstrap) {
    return bootstrap.owner().displayName().equals("LambdaMetafactory")
        && bootstrap.methodName().equals("metafactory");
  }
}
