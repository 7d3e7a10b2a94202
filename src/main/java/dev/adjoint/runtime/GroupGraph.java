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

  /**
   * Makes room in the order for a node to join a group; false if the group would wait for itself.
   */
  boolean makeRoom(Node node, Group group) {
    Set<Group> operands = groupsOf(node.operands());
    operands.remove(group);
    return putBefore(operands, group);
  }

  /** Makes room in the order for two groups to be one; false if it would wait for itself. */
  boolean makeRoom(Group one, Group other) {
    boolean ordered = one.position() < other.position();
    Group earlier = ordered ? one : other;
    Group later = ordered ? other : one;
    boolean possible = putBefore(operandsOf(later, earlier), earlier);
    if (possible) {
      one.moveTo(earlier.position());
    }
    return possible;
  }

  private Set<Group> operandsOf(Group group, Group except) {
    Set<Group> operands = new LinkedHashSet<>();
    for (Node member : group.nodes()) {
      operands.addAll(groupsOf(member.operands()));
    }
    operands.remove(group);
    operands.remove(except);
    return operands;
  }

  private Set<Group> groupsOf(Collection<Node> nodes) {
    Set<Group> groups = new LinkedHashSet<>();
    for (Node node : nodes) {
      groups.add(of(node));
    }
    return groups;
  }

  /** Orders the groups so that all of {@code needed} come before {@code group}, if that can be. */
  private boolean putBefore(Set<Group> needed, Group group) {
    Optional<Set<Group>> before = neededAfter(needed, group);
    if (before.isEmpty()) {
      return false;
    }
    if (before.get().isEmpty()) {
      return true;
    }
    int end = before.get().stream().mapToInt(Group::position).max().orElseThrow();
    Optional<Set<Group>> after = dependentsUpTo(group, end);
    after.ifPresent(dependents -> reorder(before.get(), dependents));
    return after.isPresent();
  }

  /** All that is reached within bounds; empty if a stop is, or too much. */
  private static Optional<Set<Group>> search(
      Collection<Group> start,
      Predicate<Group> stop,
      Predicate<Group> within,
      Function<Group, Collection<Group>> next) {
    Set<Group> found = new LinkedHashSet<>();
    Deque<Group> open = new ArrayDeque<>(start);
    while (!open.isEmpty()) {
      Group reached = open.pop();
      if (stop.test(reached) || found.size() > SEARCHED_GROUPS) {
        return Optional.empty();
      }
      if (within.test(reached) && found.add(reached)) {
        open.addAll(next.apply(reached));
      }
    }
    return Optional.of(found);
  }

  /** What {@code needed} consists of and depends on that comes after the group now. */
  private Optional<Set<Group>> neededAfter(Set<Group> needed, Group group) {
    return search(
        needed,
        reached -> reached == group,
        reached -> reached.position() > group.position(),
        reached -> operandsOf(reached, reached));
  }

  private Optional<Set<Group>> dependentsUpTo(Group group, int end) {
    return search(
        List.of(group), _ -> false, reached -> reached.position() <= end, this::dependentsOf);
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
    for (Group group : groupsOf(graph.nodes())) {
      int operands = operandsOf(group, group).size();
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
