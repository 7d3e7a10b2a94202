package dev.adjoint.runtime;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which group each node is in, and an order in which groups can be computed, which holds however
 * they grow: a group that would have to wait for itself is not formed. (Pearce and Kelly, "A
 * dynamic topological sort algorithm for directed acyclic graphs", 2006.)
 */
final class GroupGraph {
  /** How many groups are looked at before a change of the order is refused. */
  private static final int SEARCHED_GROUPS = 2_000;

  private final Graph graph;
  private final @Nullable Group[] groupOf;
  private final List<List<Node>> readers = new ArrayList<>();
  private int positions;

  GroupGraph(Graph graph) {
    this.graph = graph;
    this.groupOf = new Group[graph.nodes().size()];
    for (Node _ : graph.nodes()) {
      readers.add(new ArrayList<>(2));
    }
    for (Node node : graph.nodes()) {
      for (Node operand : node.operands()) {
        readers.get(operand.index()).add(node);
      }
    }
  }

  /** The group of a node that was placed. */
  Group of(Node node) {
    return Objects.requireNonNull(groupOf[node.index()], node::name);
  }

  /** Whether a node was placed. */
  boolean contains(Node node) {
    return groupOf[node.index()] != null;
  }

  /** The nodes that read a value. */
  List<Node> readers(Node node) {
    return readers.get(node.index());
  }

  /** Says that a node, just added to {@code group}, is there; a new group comes last. */
  void place(Node node, Group group) {
    groupOf[node.index()] = group;
    if (group.position() < 0) {
      group.moveTo(positions++);
    }
  }

  /** Makes room in the order for a node to join a group, or says what forbids it. */
  Optional<Refusal> makeRoom(Node node, Group group) {
    return putBefore(operandsOf(List.of(node), Set.of(group)), group);
  }

  /** Makes room in the order for two groups to be one, or says what forbids it. */
  Optional<Refusal> makeRoom(Group one, Group other) {
    boolean ordered = one.position() < other.position();
    Group earlier = ordered ? one : other;
    Group later = ordered ? other : one;
    Optional<Refusal> refusal =
        putBefore(operandsOf(later.nodes(), Set.of(later, earlier)), earlier);
    if (refusal.isEmpty()) {
      one.moveTo(earlier.position());
    }
    return refusal;
  }

  /** The groups that nodes read, each with one of the operands in it. */
  private Map<Group, Node> operandsOf(Collection<Node> nodes, Set<Group> except) {
    Map<Group, Node> operands = new LinkedHashMap<>();
    for (Node node : nodes) {
      for (Node operand : node.operands()) {
        operands.putIfAbsent(of(operand), operand);
      }
    }
    operands.keySet().removeAll(except);
    return operands;
  }

  private Set<Group> operandsOf(Group group) {
    return operandsOf(group.nodes(), Set.of(group)).keySet();
  }

  /** Orders the groups so that all of {@code needed} come before {@code group}, if that can be. */
  private Optional<Refusal> putBefore(Map<Group, Node> needed, Group group) {
    // What the needed ones consist of and depend on that comes after the group now.
    Set<Group> before = new LinkedHashSet<>();
    boolean complete = true;
    for (Map.Entry<Group, Node> operand : needed.entrySet()) {
      Predicate<Group> within = reached -> reached.position() >= group.position();
      complete &= collect(operand.getKey(), within, this::operandsOf, before);
      if (before.contains(group)) {
        return Optional.of(Refusal.between(operand.getValue()));
      }
    }
    if (before.isEmpty()) {
      return Optional.empty();
    }
    int end = before.stream().mapToInt(Group::position).max().orElseThrow();
    Set<Group> after = new LinkedHashSet<>();
    complete &= collect(group, reached -> reached.position() <= end, this::dependentsOf, after);
    if (!complete) {
      return Optional.of(Refusal.farApart(SEARCHED_GROUPS));
    }
    reorder(before, after);
    return Optional.empty();
  }

  /** Adds all that is reached within bounds; false if it is too much. */
  private static boolean collect(
      Group start,
      Predicate<Group> within,
      Function<Group, Collection<Group>> next,
      Set<Group> found) {
    Deque<Group> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty() && found.size() <= SEARCHED_GROUPS) {
      Group reached = open.pop();
      if (within.test(reached) && found.add(reached)) {
        open.addAll(next.apply(reached));
      }
    }
    return open.isEmpty();
  }

  private Set<Group> dependentsOf(Group group) {
    Set<Group> dependents = new LinkedHashSet<>();
    for (Node member : group.nodes()) {
      for (Node reader : readers(member)) {
        Group of = groupOf[reader.index()];
        if (of != null && of != group) {
          dependents.add(of);
        }
      }
    }
    return dependents;
  }

  private static void reorder(Set<Group> before, Set<Group> after) {
    List<Group> ordered = new ArrayList<>(sorted(before));
    ordered.addAll(sorted(after));
    int[] free = ordered.stream().mapToInt(Group::position).toArray();
    Arrays.sort(free);
    for (int i = 0; i < free.length; i++) {
      ordered.get(i).moveTo(free[i]);
    }
  }

  private static List<Group> sorted(Set<Group> groups) {
    return groups.stream().sorted(Comparator.comparingInt(Group::position)).toList();
  }

  /** The groups, each after those that it reads, otherwise in the order of their last nodes. */
  List<Group> inOrder() {
    Map<Group, Integer> open = new HashMap<>();
    PriorityQueue<Group> ready = new PriorityQueue<>(Comparator.comparingInt(Group::last));
    Set<Group> all = new LinkedHashSet<>();
    graph.nodes().forEach(node -> all.add(of(node)));
    for (Group group : all) {
      int operands = operandsOf(group).size();
      open.put(group, operands);
      if (operands == 0) {
        ready.add(group);
      }
    }
    List<Group> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      Group next = ready.poll();
      order.add(next);
      for (Group dependent : dependentsOf(next)) {
        if (open.merge(dependent, -1, Integer::sum) == 0) {
          ready.add(dependent);
        }
      }
    }
    if (order.size() < open.size()) {
      throw new IllegalStateException("groups of '%s' wait for each other".formatted(graph.name()));
    }
    return order;
  }
}
