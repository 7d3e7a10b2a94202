package dev.adjoint.check;

import dev.adjoint.check.GradientReport.Outcome;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes reports as the XML that CI servers read: one test suite a report, one test case a source,
 * one for the identities and one for repeatability. What did not pass is a failure, whose type is
 * the outcome and whose text is that part of the report. The same reports give the same bytes:
 * there are no times in it.
 */
public final class JUnitXml {
  private JUnitXml() {}

  /** The reports as one XML document. */
  public static String of(List<GradientReport> reports) {
    return of(reports, ReportAdvice.inJava());
  }

  private static String of(List<GradientReport> reports, ReportAdvice advice) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("testsuites");
      for (GradientReport report : reports) {
        new Suite(xml, report, advice).write();
      }
      xml.writeCharacters("\n");
      xml.writeEndElement();
      xml.writeCharacters("\n");
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("Writing XML to memory failed.", e);
    }
    return text.toString();
  }

  /**
   * Writes the reports to a file, which is replaced.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, List<GradientReport> reports) throws IOException {
    write(file, reports, ReportAdvice.inJava());
  }

  /** As {@link #write(Path, List)}, with other words for what to do. */
  public static void write(Path file, List<GradientReport> reports, ReportAdvice advice)
      throws IOException {
    try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      writer.write(of(reports, advice));
    }
  }

  /** What of a report becomes one test case. */
  private record Case(String name, Outcome outcome, String text) {}

  private record Suite(XMLStreamWriter xml, GradientReport report, ReportAdvice advice) {
    void write() throws XMLStreamException {
      List<Case> cases = cases();
      String name =
          "%s %s order %d".formatted(report.graph().name(), report.signature(), report.order());
      xml.writeCharacters("\n  ");
      xml.writeStartElement("testsuite");
      attribute("name", name);
      attribute("tests", Integer.toString(cases.size()));
      long failures = cases.stream().filter(c -> c.outcome() != Outcome.PASSED).count();
      attribute("failures", Long.toString(failures));
      attribute("errors", "0");
      attribute("skipped", "0");
      for (Case one : cases) {
        write(name, one);
      }
      xml.writeCharacters("\n    ");
      xml.writeStartElement("system-out");
      xml.writeCharacters(legal(report.toString(advice)));
      xml.writeEndElement();
      xml.writeCharacters("\n  ");
      xml.writeEndElement();
    }

    private List<Case> cases() {
      List<Case> cases =
          report.sources().stream()
              .map(source ->
                  new Case(
                      source,
                      report.outcome(source),
                      String.join("\n", new ReportText(report, advice).of(source))))
              .collect(Collectors.toList());
      String violations =
          report.violations().stream()
              .flatMap(violated -> ReportText.of(violated).stream())
              .collect(Collectors.joining("\n"));
      cases.add(
          new Case(
              "identities", violations.isEmpty() ? Outcome.PASSED : Outcome.FAILED, violations));
      cases.add(
          new Case(
              "repeatable",
              report.deterministic() ? Outcome.PASSED : Outcome.FAILED,
              "The same values gave different bits the second time."));
      return cases;
    }

    private void write(String suite, Case one) throws XMLStreamException {
      xml.writeCharacters("\n    ");
      xml.writeStartElement("testcase");
      attribute("classname", suite);
      attribute("name", one.name());
      if (one.outcome() != Outcome.PASSED) {
        xml.writeStartElement("failure");
        attribute("type", one.outcome().name());
        attribute("message", one.text().lines().findFirst().orElse("").strip());
        xml.writeCharacters(
            legal(one.text() + report.fault().map(f -> "\nMost likely at fault: " + f).orElse("")));
        xml.writeEndElement();
      }
      xml.writeEndElement();
    }

    private void attribute(String name, String value) throws XMLStreamException {
      xml.writeAttribute(name, legal(value));
    }
  }

  /** XML 1.0 has no way to write most control characters, not even escaped. */
  private static String legal(String text) {
    return text.codePoints()
        .map(c -> isLegal(c) ? c : 0xFFFD)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isLegal(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || (c >= 0x20 && c <= 0xD7FF)
        || (c >= 0xE000 && c <= 0xFFFD)
        || c >= 0x10000;
  }
}
