package dev.adjoint.check;

import dev.adjoint.check.Finding.Verdict;
import dev.adjoint.check.GradientReport.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A report as a person reads it: the outcome, then each source, then the reason, then the graph.
 */
final class ReportText {
  private static final int SHOWN_FINDINGS = 3;

  private final GradientReport report;
  private final ReportAdvice advice;

  ReportText(GradientReport report, ReportAdvice advice) {
    this.report = report;
    this.advice = advice;
  }

  String whole() {
    List<String> lines = new ArrayList<>(summary());
    report.sources().forEach(source -> lines.addAll(of(source)));
    lines.addAll(reasons());
    if (!report.passed()) {
      lines.add(advice.graph(report.graph()));
    }
    return String.join("\n", lines) + "\n";
  }

  private List<String> summary() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "gradient check %s: signature '%s', order %d, seed %d"
            .formatted(report.outcome(), report.signature(), report.order(), report.seed()));
    lines.add(
        "  comparisons  %d: %s".formatted(report.findings().size(), tally(report.findings())));
    if (!report.redrawn().isEmpty()) {
      lines.add(
          "  drawn again  %d: %s".formatted(report.redrawn().size(), tally(report.redrawn())));
    }
    if (report.order() == 1) {
      lines.add("  identities   " + identities());
    }
    lines.add(
        "  repeated     "
            + (report.deterministic() ? "bit for bit the same" : "NOT the same twice"));
    return lines;
  }

  private String identities() {
    int violated = report.violations().size();
    String held = "%d hold".formatted(report.identities().size() - violated);
    String broken = violated == 0 ? "" : ", %d DO NOT HOLD".formatted(violated);
    String skipped =
        report.notForward().isEmpty() ? "" : ", the adjoint identity could not be checked";
    return held + broken + skipped;
  }

  private static String tally(List<Finding> findings) {
    String counts =
        Stream.of(Verdict.values())
            .map(verdict -> count(findings, verdict))
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining(", "));
    return counts.isEmpty() ? "none" : counts;
  }

  private static String count(List<Finding> findings, Verdict verdict) {
    long count = findings.stream().filter(finding -> finding.verdict() == verdict).count();
    return count == 0 ? "" : count + " " + words(verdict);
  }

  private static String words(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** One source in a line if it passed; otherwise with the comparisons that say why not. */
  List<String> of(String source) {
    Outcome outcome = report.outcome(source);
    List<String> lines = new ArrayList<>();
    String type = report.graph().find(source).map(node -> " " + node.type()).orElse("");
    lines.add("  '%s'%s: %s".formatted(source, type, sentence(source, outcome)));
    if (outcome != Outcome.PASSED) {
      telling(source).forEach(finding -> lines.addAll(details(finding)));
    }
    return lines;
  }

  private String sentence(String source, Outcome outcome) {
    return switch (outcome) {
      case PASSED -> "agrees" + widest(source);
      case FAILED ->
          "DIFFERS in %d of %d comparisons"
              .formatted(
                  report.findings(source).stream().filter(Finding::isFault).count(),
                  report.findings(source).size());
      case VACUOUS ->
          "the derivative is zero or empty wherever it was looked at, which shows nothing. "
              + advice.whereZero(source);
      case INCONCLUSIVE ->
          "nothing was decided: %s. %s".formatted(tally(report.findings(source)), wayOut(source));
    };
  }

  private String widest(String source) {
    return report.findings(source).stream()
        .filter(finding -> finding.verdict() == Verdict.AGREES)
        .max(Comparator.comparingDouble(ReportText::relativeError))
        .map(finding ->
            ", within %.1e of its size (bound %.1e)"
                .formatted(relativeError(finding), finding.bound() / size(finding)))
        .orElse("");
  }

  private static double relativeError(Finding finding) {
    return finding.error() / size(finding);
  }

  private static double size(Finding finding) {
    return Math.max(Math.abs(finding.analytic()), Math.abs(finding.numeric()));
  }

  private String wayOut(String source) {
    boolean onlyKinks =
        report.findings(source).stream()
            .allMatch(finding ->
                finding.verdict() == Verdict.KINK || finding.verdict() == Verdict.BETWEEN_SLOPES);
    return onlyKinks ? advice.atKinks(source) : advice.whereUndecided(source);
  }

  private List<Finding> telling(String source) {
    return report.findings(source).stream()
        .filter(finding -> finding.verdict() != Verdict.AGREES && finding.verdict() != Verdict.ZERO)
        .sorted(Comparator.comparing((Finding finding) -> !finding.isFault()))
        .limit(SHOWN_FINDINGS)
        .toList();
  }

  private static List<String> details(Finding finding) {
    List<String> lines = new ArrayList<>();
    String where = finding.element().map(e -> "element " + e).orElse("along a random direction");
    lines.add("    %s, %s".formatted(where, words(finding.verdict())));
    if (finding.slopes().isPresent()) {
      Slopes slopes = finding.slopes().get();
      lines.add("      analytic    %.12g".formatted(finding.analytic()));
      lines.add(
          "      slopes      %.12g below, %.12g above, each +- %.1e"
              .formatted(slopes.below(), slopes.above(), slopes.error()));
    } else if (finding.verdict() == Verdict.DIFFERS || finding.verdict() == Verdict.UNCLEAR) {
      String order =
          Double.isNaN(finding.order())
              ? "convergence below rounding"
              : "order of convergence %.1f".formatted(finding.order());
      lines.add("      analytic    %.12g".formatted(finding.analytic()));
      lines.add(
          "      numeric     %.12g   (step %.1e, %s)"
              .formatted(finding.numeric(), finding.step(), order));
      lines.add(
          "      difference  %.3g   where rounding and truncation explain %.1e"
              .formatted(finding.error(), finding.bound()));
    }
    return lines;
  }

  private List<String> reasons() {
    List<String> lines = new ArrayList<>();
    report.violations().forEach(violated -> lines.addAll(of(violated)));
    report.notForward().ifPresent(reason -> lines.add("Not checked forward: " + reason));
    if (!report.deterministic()) {
      lines.add(
          "The same values gave different bits the second time: some operator keeps state, or adds"
              + " in an order that changes.");
    }
    report.fault().ifPresent(reason -> lines.add("Most likely at fault: " + reason));
    if (!report.passed()) {
      lines.add("To repeat: " + advice.repetition(report));
    }
    return lines;
  }

  /** An identity that does not hold, and what to do. */
  static List<String> of(Identity violated) {
    String repair =
        switch (violated.kind()) {
          case ADJOINT -> "A gradient rule is not linear in its cotangent.";
          case LINEARITY, ZERO ->
              "The operator claims to be linear and is not: correct linearity().";
          case TRANSPOSE -> "The operator's vjp is not the transpose of what it computes.";
        };
    return List.of(
        "'%s': %s does not hold. %s".formatted(violated.node(), violated.kind().equation(), repair),
        "      left        %.12g".formatted(violated.left()),
        "      right       %.12g".formatted(violated.right()),
        "      difference  %.3g   where rounding explains %.1e"
            .formatted(Math.abs(violated.left() - violated.right()), violated.bound()));
  }
}
