package dev.adjoint.check;

import dev.adjoint.check.Finding.Verdict;
import dev.adjoint.graph.Graph;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link GradientCheck} found. Prints as a summary; if the check did not pass, with what
 * differs, by how much, which operator is most likely at fault, and the graph. {@link JUnitXml}
 * writes it for CI.
 *
 * @param graph the graph that was checked
 * @param signature the signature that was checked
 * @param seed the seed that repeats the run
 * @param order the order of the derivative
 * @param sources the inputs and parameters that were moved, by node name
 * @param findings one a comparison: as many as tries, times elements if exhaustive, for each source
 * @param redrawn comparisons that decided nothing and were drawn again
 * @param identities equations that were checked: the adjoint identity, and what operators claim
 * @param notForward why the adjoint identity could not be checked, if a rule cannot be
 *     differentiated with respect to its cotangent
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
    List<Identity> identities,
    Optional<String> notForward,
    boolean deterministic,
    Optional<String> fault) {
  /** The outcome of the whole check, the worst first. */
  public enum Outcome {
    /** A derivative differs, a gradient does not repeat, or an operator is not what it claims. */
    FAILED,
    /** None differs, but some source's derivative was zero, or empty, in every comparison. */
    VACUOUS,
    /**
     * None differs, but some comparison decided nothing however often it was drawn again, or
     * nothing but kinks was seen.
     */
    INCONCLUSIVE,
    /** Every source has a derivative that is not zero and agrees, and none differs. */
    PASSED
  }

  /** Copies the lists. */
  public GradientReport {
    sources = List.copyOf(sources);
    findings = List.copyOf(findings);
    redrawn = List.copyOf(redrawn);
    identities = List.copyOf(identities);
  }

  /** The outcome: the worst of its parts. */
  public Outcome outcome() {
    if (!deterministic || !violations().isEmpty()) {
      return Outcome.FAILED;
    }
    return sources.stream().map(this::outcome).min(Outcome::compareTo).orElse(Outcome.VACUOUS);
  }

  /** The outcome for one source, by node name. */
  public Outcome outcome(String source) {
    List<Finding> own = findings(source);
    if (own.stream().anyMatch(Finding::isFault)) {
      return Outcome.FAILED;
    }
    if (own.stream().allMatch(finding -> finding.verdict() == Verdict.ZERO)) {
      return Outcome.VACUOUS;
    }
    boolean decided = own.stream().allMatch(Finding::isConclusive);
    boolean shown = own.stream().anyMatch(finding -> finding.verdict() == Verdict.AGREES);
    return decided && shown ? Outcome.PASSED : Outcome.INCONCLUSIVE;
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

  /**
   * Does nothing unless the check failed: for graphs that were drawn, some of which have no
   * gradient.
   *
   * @throws AssertionError with this report if the outcome is {@link Outcome#FAILED}
   */
  public void assertNotFailed() {
    if (outcome() == Outcome.FAILED) {
      throw new AssertionError(toString());
    }
  }

  /** The final comparisons of one source, by node name. */
  public List<Finding> findings(String source) {
    return findings.stream().filter(finding -> finding.source().equals(source)).toList();
  }

  /** The identities that do not hold. */
  public List<Identity> violations() {
    return identities.stream().filter(identity -> !identity.holds()).toList();
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
    return toString(ReportAdvice.inJava());
  }

  /** As {@link #toString()}, with other words for what to do. */
  public String toString(ReportAdvice advice) {
    return new ReportText(this, advice).whole();
  }
}
