package dev.adjoint.check;

import dev.adjoint.check.Finding.Verdict;
import dev.adjoint.graph.Graph;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a {@link GradientCheck} found.
 *
 * @param graph the graph that was checked
 * @param signature the signature that was checked
 * @param seed the seed that repeats the run
 * @param order the order of the derivative
 * @param sources the inputs and parameters that were moved
 * @param findings one a comparison: as many as tries, times elements if exhaustive, for each source
 * @param redrawn comparisons that decided nothing and were drawn again
 * @param deterministic whether every gradient came out the same twice, bit for bit
 * @param fault the operator most likely at fault for the first difference, and why it is suspected
 */
public record GradientReport(
    Graph graph,
    String signature,
    long seed,
    int order,
    List<String> sources,
    List<Finding> findings,
    List<Finding> redrawn,
    boolean deterministic,
    Optional<String> fault) {
  private static final int SHOWN_FINDINGS = 10;

  /** The outcome of the whole check. */
  public enum Outcome {
    /** Every source has a derivative that is not zero and agrees, and none differs. */
    PASSED,
    /** A derivative differs, or a gradient does not repeat. */
    FAILED,
    /** None differs, but some source's derivative was zero, or empty, in every comparison. */
    VACUOUS,
    /** None differs, but some comparison decided nothing however often it was drawn again. */
    INCONCLUSIVE
  }

  /** Copies the lists. */
  public GradientReport {
    sources = List.copyOf(sources);
    findings = List.copyOf(findings);
    redrawn = List.copyOf(redrawn);
  }

  /** The outcome. */
  public Outcome outcome() {
    if (!deterministic || count(Verdict.DIFFERS) > 0) {
      return Outcome.FAILED;
    }
    if (sources.stream().anyMatch(source -> isVacuous(source))) {
      return Outcome.VACUOUS;
    }
    boolean open = count(Verdict.KINK) + count(Verdict.UNDEFINED) + count(Verdict.UNCLEAR) > 0;
    return open ? Outcome.INCONCLUSIVE : Outcome.PASSED;
  }

  /** Whether the outcome is {@link Outcome#PASSED}. */
  public boolean passed() {
    return outcome() == Outcome.PASSED;
  }

  /**
   * Does nothing if the check passed.
   *
   * @throws AssertionError with this report otherwise
   */
  public void assertPassed() {
    if (!passed()) {
      throw new AssertionError(toString());
    }
  }

  private boolean isVacuous(String source) {
    return findings.stream()
        .filter(finding -> finding.source().equals(source))
        .allMatch(finding -> finding.verdict() == Verdict.ZERO);
  }

  /** How many final comparisons have the verdict. */
  public long count(Verdict verdict) {
    return findings.stream().filter(finding -> finding.verdict() == verdict).count();
  }

  /** How many points were drawn again because of a kink at or near them. */
  public long kinksRedrawn() {
    return redrawn.stream().filter(finding -> finding.verdict() == Verdict.KINK).count();
  }

  /** The outcome in a few lines; the graph too, in its text form, if it did not pass. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        "gradient check of signature '%s', order %d: %s\n".formatted(signature, order, outcome()));
    text.append("  seed %d\n".formatted(seed));
    text.append(
        "  %d comparisons: %s; drawn again: %d for kinks, %d in all\n"
            .formatted(findings.size(), verdicts(), kinksRedrawn(), redrawn.size()));
    if (!deterministic) {
      text.append("  the gradients did not come out the same twice\n");
    }
    sources.forEach(source -> text.append("  ").append(describe(source)).append('\n'));
    fault.ifPresent(reason -> text.append("  most likely at fault: ").append(reason).append('\n'));
    if (!passed()) {
      worst().forEach(finding -> text.append("  ").append(finding).append('\n'));
      text.append(graph);
    }
    return text.toString();
  }

  private String verdicts() {
    return Stream.of(Verdict.values())
        .filter(verdict -> count(verdict) > 0)
        .map(verdict -> count(verdict) + " " + verdict)
        .collect(Collectors.joining(", "));
  }

  private String describe(String source) {
    return findings.stream()
        .filter(finding -> finding.source().equals(source))
        .filter(finding -> finding.verdict() == Verdict.AGREES)
        .max(Comparator.comparingDouble(Finding::error))
        .map(worst ->
            "'%s': largest difference %.3g of %.3g, bound %.3g"
                .formatted(source, worst.error(), Math.abs(worst.analytic()), worst.bound()))
        .orElse(
            "'%s': nothing that agrees%s"
                .formatted(source, isVacuous(source) ? ", all zero or empty" : ""));
  }

  private List<Finding> worst() {
    return findings.stream()
        .filter(f -> f.verdict() != Verdict.AGREES && f.verdict() != Verdict.ZERO)
        .sorted(Comparator.comparing((Finding f) -> f.verdict() != Verdict.DIFFERS))
        .limit(SHOWN_FINDINGS)
        .toList();
  }
}
