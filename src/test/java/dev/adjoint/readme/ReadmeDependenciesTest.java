package dev.adjoint.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Holds what the README says of depending on Adjoint to the build. */
class ReadmeDependenciesTest {
  private static final XPath PATHS = XPathFactory.newInstance().newXPath();

  /** Annotations that the compiler reads, and what a user's tests bring for the library's own. */
  private static final Set<String> UNSAID = Set.of("org.jspecify:jspecify", "net.jqwik:jqwik-api");

  /** Those that the build has for its tests, and a user for what he writes. */
  private static final Set<String> FOR_USERS = Set.of("net.jqwik:jqwik", "io.grpc:grpc-okhttp");

  private Document pom;
  private String section;

  @BeforeEach
  void read() throws Exception {
    pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile());
    section =
        Files.readString(Path.of("README.md"))
            .transform(text -> text.substring(text.indexOf("## In a project of your own")))
            .transform(text -> text.substring(0, text.indexOf("## API tour")));
  }

  private String project(String element) throws Exception {
    return PATHS.evaluate("/project/" + element, pom);
  }

  @Test
  void theCoordinatesAreThoseOfTheBuild() throws Exception {
    MatchResult said =
        Pattern.compile(
                "<groupId>(.*)</groupId>\\s+<artifactId>(.*)</artifactId>\\s+<version>(.*)</version>")
            .matcher(section)
            .results()
            .collect(Collectors.collectingAndThen(Collectors.toList(), all -> all.getFirst()));
    assertEquals(project("groupId"), said.group(1));
    assertEquals(project("artifactId"), said.group(2));
    assertEquals(project("version"), said.group(3));
  }

  @Test
  void allOptionalDependenciesAreNamed() throws Exception {
    Set<String> expected = dependencies("optional='true'");
    expected.removeAll(UNSAID);
    expected.addAll(FOR_USERS);
    Set<String> said =
        Pattern.compile("`([a-z.]+:[a-z.-]+)`")
            .matcher(section)
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(expected, said);
    assertEquals(FOR_USERS, intersection(dependencies("scope='test'"), FOR_USERS::contains));
  }

  private static Set<String> intersection(Set<String> names, Predicate<String> kept) {
    return names.stream().filter(kept).collect(Collectors.toSet());
  }

  /** The dependencies of the build that match, by group and name. */
  private Set<String> dependencies(String condition) throws Exception {
    NodeList found =
        (NodeList)
            PATHS.evaluate(
                "/project/dependencies/dependency[" + condition + "]", pom, XPathConstants.NODESET);
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < found.getLength(); i++) {
      names.add(
          PATHS.evaluate("groupId", found.item(i))
              + ":"
              + PATHS.evaluate("artifactId", found.item(i)));
    }
    return names;
  }
}
