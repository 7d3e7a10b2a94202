package dev.adjoint.draw;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Reachability;
import dev.adjoint.graph.Signature;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/** Decides what a drawing shows: which nodes have a box, and which scopes are closed. */
final class Outliner {
  private static final int LISTED = 6;
  private static final int DETAILED = 20;

  private final Drawing drawing;
  private final List<Result> results;
  private final List<Node> shown;
  private final FoldedConstants constants;

  /** Where values leave the graph. */
  private record Result(List<String> lines, Collection<Node> nodes) {}

  /**
   * Which scopes are open.
   *
   * @param depth how many scopes around a node are, from the outside in; those that hold all
   *     gradients, or all of an optimiser, do not count
   * @param closed the roles whose outermost scopes are closed in any case
   */
  private record Opening(int depth, Set<Role> closed) {
    private static final Opening NOTHING =
        new Opening(0, EnumSet.of(Role.GRADIENT, Role.OPTIMIZER));

    /**
     * From everything to nothing. An optimiser, which is large and repeats itself, closes first.
     */
    static List<Opening> from(int deepest) {
      List<Opening> openings = new ArrayList<>();
      for (int depth = deepest; depth >= 0; depth--) {
        openings.add(new Opening(depth, EnumSet.noneOf(Role.class)));
        openings.add(new Opening(depth, EnumSet.of(Role.OPTIMIZER)));
      }
      openings.add(NOTHING);
      return openings;
    }

    /** The outermost closed scope of those around a node. */
    Optional<List<String>> closedAround(List<String> scope) {
      int counted = 0;
      for (int i = 0; i < scope.size(); i++) {
        List<String> outer = scope.subList(0, i + 1);
        Role role = Role.ofScope(outer);
        boolean holdsAll = i == 0 && role != Role.FORWARD;
        counted += holdsAll ? 0 : 1;
        if (counted > depth || (holdsAll && closed.contains(role))) {
          return Optional.of(outer);
        }
      }
      return Optional.empty();
    }
  }

  Outliner(Drawing drawing) {
    Graph graph = drawing.graph();
    this.drawing = drawing;
    this.results = results(signatures());
    Set<Node> roots = new LinkedHashSet<>();
    results.forEach(result -> roots.addAll(result.nodes()));
    signatures().forEach(signature -> roots.addAll(signature.inputs().values()));
    this.constants = new FoldedConstants(graph, roots);
    boolean[] live = Reachability.of(graph, roots.isEmpty() ? Reachability.unread(graph) : roots);
    this.shown =
        graph.nodes().stream()
            .filter(node -> live[node.index()] && constants.of(node).isEmpty())
            .toList();
  }

  private Collection<Signature> signatures() {
    Map<String, Signature> all = drawing.graph().signatures();
    return drawing
        .signature()
        .map(name -> (Collection<Signature>) List.of(drawing.graph().signature(name)))
        .orElse(all.values());
  }

  private static List<Result> results(Collection<Signature> signatures) {
    List<Result> results = new ArrayList<>();
    for (Signature signature : signatures) {
      signature
          .outputs()
          .forEach((name, node) ->
              results.add(new Result(List.of(name, "of " + signature.name()), List.of(node))));
      if (!signature.updates().isEmpty()) {
        results.add(
            new Result(updates(signature), new LinkedHashSet<>(signature.updates().values())));
      }
    }
    return results;
  }

  private static List<String> updates(Signature signature) {
    List<String> lines = new ArrayList<>();
    lines.add("updates of " + signature.name());
    signature.updates().keySet().stream().limit(LISTED).map(Node::name).forEach(lines::add);
    int more = signature.updates().size() - LISTED;
    if (more > 0) {
      lines.add("and %d more".formatted(more));
    }
    return lines;
  }

  Outline outline() {
    int deepest = shown.stream().mapToInt(node -> Scopes.of(node.name()).size()).max().orElse(0);
    for (Opening opening : Opening.from(deepest)) {
      Map<String, List<Node>> groups = groups(opening);
      if (groups.size() + results.size() <= drawing.limit()) {
        return outline(groups, opening);
      }
    }
    int least = groups(Opening.NOTHING).size() + results.size();
    throw new GraphException(
        "The graph '%s' needs %,d boxes even with all its scopes closed, a drawing may have %,d. Draw one signature, put layers into scopes, or allow more."
            .formatted(drawing.graph().name(), least, drawing.limit()));
  }

  /** The nodes of each box, by its name. */
  private Map<String, List<Node>> groups(Opening opening) {
    Map<String, List<Node>> groups = new LinkedHashMap<>();
    for (Node node : shown) {
      String name =
          opening
              .closedAround(Scopes.of(node.name()))
              .map(scope -> String.join("/", scope) + "/")
              .orElse(node.name());
      groups.computeIfAbsent(name, _ -> new ArrayList<>()).add(node);
    }
    return groups;
  }

  private Outline outline(Map<String, List<Node>> groups, Opening opening) {
    List<Box> boxes = new ArrayList<>();
    Map<Node, Integer> places = new LinkedHashMap<>();
    groups
        .values()
        .forEach(nodes -> {
          nodes.forEach(node -> places.put(node, boxes.size()));
          boxes.add(box(nodes, opening));
        });
    Set<Outline.Arrow> arrows = new LinkedHashSet<>();
    places.forEach((node, place) ->
        node.operands().forEach(operand -> connect(arrows, places, operand, place)));
    for (Result result : results) {
      result.nodes().forEach(node -> connect(arrows, places, node, boxes.size()));
      boxes.add(
          new Box(Role.RESULT, List.of(), result.lines(), "", String.join("\n", result.lines())));
    }
    return new Outline(boxes, arrows);
  }

  private static void connect(
      Set<Outline.Arrow> arrows, Map<Node, Integer> places, Node from, Integer to) {
    int start = places.getOrDefault(from, to);
    if (start != to) {
      arrows.add(new Outline.Arrow(start, to));
    }
  }

  private Box box(List<Node> nodes, Opening opening) {
    Node first = nodes.getFirst();
    List<String> scope = Scopes.of(first.name());
    return opening
        .closedAround(scope)
        .map(closed -> closedBox(closed, nodes))
        .orElseGet(() ->
            new Box(
                Role.of(first),
                scope,
                NodeLabel.lines(first, constants),
                first.type().toString(),
                NodeLabel.detail(first)));
  }

  private static Box closedBox(List<String> scope, List<Node> nodes) {
    String count = nodes.size() == 1 ? "1 node" : "%,d nodes".formatted(nodes.size());
    StringJoiner detail = new StringJoiner("\n");
    nodes.stream().limit(DETAILED).map(NodeLabel::detail).forEach(detail::add);
    return new Box(
        Role.ofScope(scope),
        scope.subList(0, scope.size() - 1),
        List.of(scope.getLast() + " …", count),
        "",
        detail.toString());
  }
}
