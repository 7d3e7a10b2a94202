package dev.adjoint.runtime;

import com.google.common.base.Strings;
import com.google.common.collect.Sets;
import dev.adjoint.graph.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the kernels and nodes of runs took: as tables, or as a file that Perfetto and Chrome's
 * tracing page open. Safe for threads.
 *
 * <p>Kernels are measured, task by task; times of several threads are added. Where a kernel
 * computes several nodes, the times of these are <em>apportioned</em>: the kernel's time is divided
 * by the operations that each node takes, counted and not measured. A session that is {@linkplain
 * SessionOptions#unfused not fused} has a kernel for each node, and so measures each.
 *
 * <p>What depends on parameters only, such as packed weights, is computed once and has no time.
 *
 * {@snippet :
 * Profile profile = new Profile();
 * executable.run(inputs, profile);
 * System.out.println(profile.nodeTable());
 * profile.writeTrace(Path.of("trace.json"));
 * }
 */
public final class Profile {
  /**
   * One task.
   *
   * @param step what it belongs to
   * @param worker who computed it; 0 is the caller
   * @param start in nanoseconds of {@link System#nanoTime}
   * @param end in nanoseconds
   */
  record Event(Step step, int worker, long start, long end) {}

  /**
   * What a kernel took in all runs.
   *
   * @param kind what kind of kernel it is
   * @param nodes what it computes, in the graph's order; the last one names it
   * @param tasks how many parts of it were computed
   * @param nanos the time of its tasks, measured
   * @param longest the time of the longest of them: where it is much of all, other threads wait
   */
  public record KernelTime(String kind, List<Node> nodes, int tasks, long nanos, long longest) {
    /** Takes the list as it is then. */
    public KernelTime {
      nodes = List.copyOf(nodes);
    }

    /** The kind and the last node, which the kernel exists for. */
    public String name() {
      return "%s '%s'".formatted(kind, nodes.getLast().name());
    }
  }

  /**
   * What a node took in all runs.
   *
   * @param node the node, of the optimised graph
   * @param kernels those that compute it; none if it takes no time, as an input, a parameter, a
   *     constant, or what only moves elements that its readers find where they lie
   * @param nanos the node's part of the kernels' times
   */
  public record NodeTime(Node node, List<KernelTime> kernels, long nanos) {
    /** Takes the list as it is then. */
    public NodeTime {
      kernels = List.copyOf(kernels);
    }

    /**
     * Whether each of the kernels computes this node only, so that its time is measured; also if
     * there is none.
     */
    public boolean isMeasured() {
      return kernels.stream().allMatch(kernel -> kernel.nodes().size() == 1);
    }
  }

  /** The sums of one step. */
  private static final class Sum {
    private long nanos;
    private long longest;
    private int tasks;
  }

  private static final String APPORTIONED =
      """
      ~ is apportioned, not measured: the kernel computes several nodes, and its time is divided
      among them by their counted operations. A session with unfused() options measures each node.
      """;

  private final List<Event> events = new ArrayList<>();
  private final Set<Plan> plans = Sets.newIdentityHashSet();
  private final List<Plan> inOrder = new ArrayList<>();

  /** Tells whose steps the next events may be. */
  synchronized void begin(Plan plan) {
    if (plans.add(plan)) {
      inOrder.add(plan);
    }
  }

  synchronized void record(Step step, int worker, long start, long end) {
    events.add(new Event(step, worker, start, end));
  }

  private synchronized List<Event> events() {
    return List.copyOf(events);
  }

  private synchronized List<Plan> plans() {
    return List.copyOf(inOrder);
  }

  /** The kernels that were computed, the longest first. */
  public List<KernelTime> kernels() {
    return kernelsOfSteps().values().stream()
        .sorted(Comparator.comparingLong(KernelTime::nanos).reversed())
        .toList();
  }

  private IdentityHashMap<Step, KernelTime> kernelsOfSteps() {
    IdentityHashMap<Step, Sum> sums = new IdentityHashMap<>();
    for (Event event : events()) {
      Sum sum = sums.computeIfAbsent(event.step, _ -> new Sum());
      long nanos = event.end - event.start;
      sum.nanos += nanos;
      sum.longest = Math.max(sum.longest, nanos);
      sum.tasks++;
    }
    IdentityHashMap<Step, KernelTime> kernels = new IdentityHashMap<>();
    sums.forEach((step, sum) ->
        kernels.put(
            step, new KernelTime(step.kind(), step.nodes(), sum.tasks, sum.nanos, sum.longest)));
    return kernels;
  }

  /**
   * All nodes of the optimised graphs that were run, the longest first. Their times add up to those
   * of the {@link #kernels}.
   */
  public List<NodeTime> nodes() {
    IdentityHashMap<Step, KernelTime> kernels = kernelsOfSteps();
    List<NodeTime> nodes = new ArrayList<>();
    for (Plan plan : plans()) {
      nodes.addAll(nodes(plan, kernels));
    }
    nodes.sort(Comparator.comparingLong(NodeTime::nanos).reversed());
    return List.copyOf(nodes);
  }

  private static List<NodeTime> nodes(Plan plan, IdentityHashMap<Step, KernelTime> kernels) {
    Map<Node, List<KernelTime>> computing = new LinkedHashMap<>();
    Map<Node, Long> parts = new LinkedHashMap<>();
    Set<Step> seen = Sets.newIdentityHashSet();
    for (Step step : plan.steps()) {
      KernelTime kernel = kernels.get(step);
      if (kernel != null && seen.add(step)) {
        long[] parted = Apportionment.of(step.nodes(), kernel.nanos());
        for (int i = 0; i < parted.length; i++) {
          Node node = step.nodes().get(i);
          computing.computeIfAbsent(node, _ -> new ArrayList<>()).add(kernel);
          parts.merge(node, parted[i], Long::sum);
        }
      }
    }
    return plan.graph().nodes().stream()
        .map(node ->
            new NodeTime(
                node, computing.getOrDefault(node, List.of()), parts.getOrDefault(node, 0L)))
        .toList();
  }

  /**
   * A line for each kernel call, the longest first: its time, share, tasks, the longest of them,
   * kind and nodes.
   */
  public String table() {
    List<KernelTime> kernels = kernels();
    long total = kernels.stream().mapToLong(KernelTime::nanos).sum();
    StringBuilder table =
        new StringBuilder("      time   share  tasks  longest task  kernel                nodes\n");
    for (KernelTime kernel : kernels) {
      table.append(
          String.format(
              Locale.ROOT,
              "%8.3f ms  %s  %5d  %9.3f ms  %s  %s: %s%n",
              kernel.nanos / 1e6,
              percent(kernel.nanos, total),
              kernel.tasks,
              kernel.longest / 1e6,
              Strings.padEnd(kernel.kind, 20, ' '),
              kernel.nodes.getLast().name(),
              Step.description(kernel.nodes)));
    }
    return table.toString();
  }

  /**
   * A line for each node of the optimised graph, the longest first: its time, its share of all, the
   * time of its kernel, its operator, type and name, and its kernel. Times with a {@code ~} are
   * apportioned; a text below says what that means.
   */
  public String nodeTable() {
    List<NodeTime> nodes = nodes();
    long total = nodes.stream().mapToLong(NodeTime::nanos).sum();
    List<String> computed = nodes.stream().map(Profile::computed).toList();
    int width = computed.stream().mapToInt(String::length).max().orElse(0);
    StringBuilder table =
        new StringBuilder("        time   share       kernel  ")
            .append(Strings.padEnd("node", width, ' '))
            .append("  computed by\n");
    for (int i = 0; i < nodes.size(); i++) {
      table.append(line(nodes.get(i), total, Strings.padEnd(computed.get(i), width, ' ')));
    }
    return table
        .append(
            nodes.stream().allMatch(NodeTime::isMeasured)
                ? nodes.stream().allMatch(node -> node.kernels.isEmpty())
                    ? "Nothing was computed.\n"
                    : "Each kernel computes one node: all times are measured.\n"
                : APPORTIONED)
        .toString();
  }

  private static String computed(NodeTime time) {
    Node node = time.node;
    return "%s %s '%s'".formatted(node.op().operatorName(), node.type(), node.name());
  }

  private static String line(NodeTime time, long total, String computed) {
    if (time.kernels.isEmpty()) {
      return "%s  %s  -%n".formatted(" ".repeat(32), computed);
    }
    long kernels = time.kernels.stream().mapToLong(KernelTime::nanos).sum();
    return String.format(
        Locale.ROOT,
        "%s%8.3f ms  %s  %8.3f ms  %s  %s%n",
        time.isMeasured() ? " " : "~",
        time.nanos / 1e6,
        percent(time.nanos, total),
        kernels / 1e6,
        computed,
        String.join(", ", time.kernels.stream().map(KernelTime::name).distinct().toList()));
  }

  private static String percent(long part, long whole) {
    return String.format(Locale.ROOT, "%5.1f%%", 100.0 * part / Math.max(1, whole));
  }

  /**
   * Writes all tasks in the trace event format: a bar a task, a row a worker, times in microseconds
   * from the first task. A bar has the name of its kernel's last node, and among its arguments all
   * nodes that the kernel computes.
   *
   * @throws IOException if the file cannot be written
   */
  public void writeTrace(Path file) throws IOException {
    TraceFile.write(events(), file);
  }
}
