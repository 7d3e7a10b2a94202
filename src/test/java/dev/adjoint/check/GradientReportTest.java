package dev.adjoint.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class GradientReportTest {
  private static GradientReport report(UnaryOperator<Value> function) {
    GraphBuilder g = GraphBuilder.create("model <&>");
    Value x = g.input("x", DType.FLOAT32, 4);
    g.signature("f").output("y", function.apply(x));
    return GradientCheck.of(g.build(), "f").seed(7).run();
  }

  private static Value wrong(Value x) {
    return x.stopGradient().mul(x).exp();
  }

  private static List<String> lines(GradientReport report) {
    return report.toString().lines().toList();
  }

  @Test
  void aPassIsAFewLines() {
    assertEquals(
        List.of(
            "gradient check PASSED: signature 'f', order 1, seed 7",
            "  comparisons  3: 3 agrees",
            "  identities   1 hold",
            "  repeated     bit for bit the same"),
        lines(report(Value::exp)).subList(0, 4));
    assertEquals(5, lines(report(Value::exp)).size());
    assertTrue(lines(report(Value::exp)).get(4).startsWith("  'x' f32[4]: agrees, within "));
  }

  @Test
  void aFailureSaysWhatDiffersWhyAndShowsTheGraphLast() {
    GradientReport report = report(GradientReportTest::wrong);
    List<String> lines = lines(report);
    assertEquals("gradient check FAILED: signature 'f', order 1, seed 7", lines.get(0));
    assertEquals("  comparisons  3: 3 differs", lines.get(1));
    assertTrue(lines.contains("  'x' f32[4]: DIFFERS in 3 of 3 comparisons"), report::toString);
    assertTrue(lines.contains("    along a random direction, differs"), report::toString);
    assertTrue(lines.stream().anyMatch(l -> l.startsWith("      analytic    ")));
    assertTrue(lines.stream().anyMatch(l -> l.startsWith("      numeric     ")));
    assertTrue(lines.stream().anyMatch(l -> l.startsWith("      difference  ")));
    int fault =
        (int)
            lines.stream()
                .takeWhile(l ->
                    !l.startsWith(
                        "Most likely at fault: the gradient rule of stop_gradient at"
                            + " 'stop_gradient'"))
                .count();
    assertEquals("To repeat: seed(7L).", lines.get(fault + 1), report::toString);
    assertEquals("The graph:", lines.get(fault + 2));
    assertEquals(
        report.graph().toString().lines().toList(), lines.subList(fault + 3, lines.size()));
  }

  @Test
  void anElementIsNamed() {
    Graph graph = report(GradientReportTest::wrong).graph();
    GradientReport report = GradientCheck.of(graph, "f").seed(7).exhaustive().tries(1).run();
    assertTrue(lines(report).contains("    element 2, differs"), report::toString);
  }

  @Test
  void xmlHasATestCaseASourceAndAFailureWithItsReason(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("gradients.xml");
    JUnitXml.write(file, List.of(report(GradientReportTest::wrong), report(Value::sin)));
    Document xml = parse(Files.readString(file));
    Element wrong = (Element) xml.getElementsByTagName("testsuite").item(0);
    assertEquals("model <&> f order 1", wrong.getAttribute("name"));
    assertEquals("3", wrong.getAttribute("tests"));
    assertEquals("1", wrong.getAttribute("failures"));
    Element failure = (Element) wrong.getElementsByTagName("failure").item(0);
    assertEquals("FAILED", failure.getAttribute("type"));
    assertEquals("'x' f32[4]: DIFFERS in 3 of 3 comparisons", failure.getAttribute("message"));
    assertTrue(failure.getTextContent().contains("Most likely at fault"));
    assertEquals("x", ((Element) failure.getParentNode()).getAttribute("name"));
    Element right = (Element) xml.getElementsByTagName("testsuite").item(1);
    assertEquals("0", right.getAttribute("failures"));
    assertEquals(
        JUnitXml.of(List.of(report(GradientReportTest::wrong))),
        JUnitXml.of(List.of(report(GradientReportTest::wrong))));
  }

  @Test
  void xmlHoldsNoCharacterThatXmlForbids() throws Exception {
    GradientReport report = report(Value::sin);
    GradientReport odd =
        new GradientReport(
            report.graph(),
            "bell\u0007 ]]> \uD800",
            1,
            1,
            report.sources(),
            report.findings(),
            List.of(),
            List.of(),
            Optional.empty(),
            true,
            Optional.empty());
    String text = JUnitXml.of(List.of(odd));
    assertFalse(text.contains("\u0007"));
    Element suite = (Element) parse(text).getElementsByTagName("testsuite").item(0);
    assertEquals("model <&> bell\uFFFD ]]> \uFFFD order 1", suite.getAttribute("name"));
  }

  private static Document parse(String text) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(text)));
  }
}
