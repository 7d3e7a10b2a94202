package dev.adjoint.runtime;

import com.google.common.base.Strings;
import dev.adjoint.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a plan does, in tables for people. */
final class Explanation {
  private final Plan plan;
  private final StringBuilder text = new StringBuilder();

  private Explanation(Plan plan) {
    this.plan = plan;
  }

  static String of(Plan plan, Footprint footprint) {
    Explanation explanation = new Explanation(plan);
    explanation.steps();
    explanation.memory(footprint);
    plan.recomputed().ifPresent(explanation::recomputed);
    explanation.separations();
    return explanation.text.toString();
  }

  private void steps() {
    heading("Kernels");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("stage", "kernel", "tasks", "nodes", "computes"));
    plan.frozen().forEach(step -> rows.add(row("once", step)));
    for (int stage = 0; stage < plan.stages().size(); stage++) {
      for (Step step : plan.stages().get(stage)) {
        rows.add(row(Integer.toString(stage), step));
      }
    }
    table(rows);
  }

  private static List<String> row(String stage, Step step) {
    return List.of(
        stage,
        step.kind(),
        Long.toString(step.tasks()),
        step.description(),
        step.nodes().stream().map(Node::name).collect(Collectors.joining(", ")));
  }

  private void memory(Footprint footprint) {
    heading("Memory");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("value", "bytes", "where", "stages"));
    for (Step step : plan.steps()) {
      List<Buffer> made = new ArrayList<>(step.writes());
      step.temporary().ifPresent(made::add);
      for (Buffer buffer : made) {
        rows.add(
            List.of(
                buffer.name(),
                bytes(buffer.bytes()),
                where(buffer),
                buffer.isInArena() ? stages(buffer) : ""));
      }
    }
    table(rows);
    text.append(
        "arena %s bytes, of which %s are alive at once at most; in all %s: %s%n"
            .formatted(
                bytes(footprint.arena()),
                bytes(plan.memory().lowerBound()),
                bytes(footprint.total()),
                footprint));
  }

  private void recomputed(Plan.Recomputed recomputed) {
    heading("Computed again");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("kernel", "bytes", "more work", "computes"));
    for (Step step : recomputed.steps()) {
      rows.add(
          List.of(
              step.kind(),
              bytes(step.writes().stream().mapToLong(Buffer::bytes).sum()),
              percent(Work.of(step), recomputed.workWithout()),
              step.nodes().stream().map(Node::name).collect(Collectors.joining(", "))));
    }
    table(rows);
    long saved = recomputed.arenaWithout() - plan.memory().bytes();
    text.append(
        "saves %s of the %s bytes of the arena for %s more work (estimated)%n"
            .formatted(
                bytes(saved),
                bytes(recomputed.arenaWithout()),
                percent(recomputed.work(), recomputed.workWithout())));
  }

  private static String percent(long part, long whole) {
    return String.format(Locale.ROOT, "%.1f%%", 100.0 * part / whole);
  }

  private String where(Buffer buffer) {
    return buffer.isInArena()
        ? "%s arena%s at element %,d"
            .formatted(buffer.dtype(), arrayOf(buffer), plan.memory().offset(buffer))
        : buffer.home().name().toLowerCase(Locale.ROOT);
  }

  /** The number of its array, where there are several. */
  private String arrayOf(Buffer buffer) {
    boolean several = plan.memory().arrays(buffer.dtype()).length() > 1;
    return several ? " " + (plan.memory().array(buffer) + 1) : "";
  }

  private String stages(Buffer buffer) {
    Liveness.Lifetime lifetime = plan.memory().liveness().lifetime(buffer);
    return lifetime.first() + " to " + lifetime.last();
  }

  private void separations() {
    heading("Not computed together");
    plan.separations().forEach(two -> text.append(two.text()).append(System.lineSeparator()));
    if (plan.separations().isEmpty()) {
      text.append("nothing: no kernel reads what another computes").append(System.lineSeparator());
    }
  }

  private void heading(String title) {
    text.append(text.isEmpty() ? "" : System.lineSeparator())
        .append(title)
        .append(System.lineSeparator())
        .append("-".repeat(title.length()))
        .append(System.lineSeparator());
  }

  private void table(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        line.append(Strings.padEnd(row.get(column), widths[column] + 2, ' '));
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
  }

  private static String bytes(long bytes) {
    return String.format(Locale.ROOT, "%,d", bytes);
  }
}
