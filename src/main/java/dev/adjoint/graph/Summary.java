package dev.adjoint.graph;

import com.google.common.base.Strings;
import dev.adjoint.tensor.Dim;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A table of a graph's layers: the outermost scopes (or single nodes outside any) in order, each
 * with the shape of its last result, its parameters and its multiply-adds. The nodes that only make
 * first values are left out.
 */
final class Summary {
  private static final List<String> HEADINGS =
      List.of("layer", "result", "parameters", "multiply-adds");

  private static final class Layer {
    private String result = "";
    private long parameters;
    private Dim multiplyAdds = Dim.of(0);

    void add(Node node) {
      result = node.type().toString();
      if (node.op() instanceof Parameter parameter) {
        parameters += parameter.type().shape().elementCount();
      }
      multiplyAdds = multiplyAdds.plus(node.op().multiplyAdds(node.describeOperands()));
    }
  }

  private final Graph graph;
  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private final Layer total = new Layer();

  Summary(Graph graph) {
    this.graph = graph;
    boolean[] live = Reachability.of(graph, roots());
    graph.nodes().stream().filter(node -> live[node.index()]).forEach(this::add);
  }

  /** What signatures compute, or everything that no node reads where there is no signature. */
  private List<Node> roots() {
    if (graph.signatures().isEmpty()) {
      boolean[] read = new boolean[graph.nodes().size()];
      graph.nodes().forEach(node -> node.operands().forEach(o -> read[o.index()] = true));
      graph.initials().values().forEach(first -> read[first.index()] = true);
      return graph.nodes().stream().filter(node -> !read[node.index()]).toList();
    }
    return graph.signatures().values().stream()
        .flatMap(s -> Stream.concat(s.outputs().values().stream(), s.updates().values().stream()))
        .toList();
  }

  private void add(Node node) {
    int slash = node.name().indexOf('/');
    String layer = slash < 0 ? node.name() : node.name().substring(0, slash);
    boolean hidden = slash < 0 && node.operands().isEmpty() && !shown(node);
    if (!hidden) {
      layers.computeIfAbsent(layer, _ -> new Layer()).add(node);
    }
    total.add(node);
  }

  /** Whether a leaf outside any scope is a line of its own: inputs and parameters are. */
  private static boolean shown(Node node) {
    return node.op() instanceof Input || node.op() instanceof Parameter;
  }

  @Override
  public String toString() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    layers.forEach((name, layer) -> rows.add(row(name, layer, layer.result)));
    rows.add(row("total", total, ""));
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder("graph '%s'\n".formatted(graph.name()));
    for (int i = 0; i < rows.size(); i++) {
      text.append(line(rows.get(i), widths));
      if (i == 0 || i == rows.size() - 2) {
        text.append(rule(widths));
      }
    }
    return text.toString();
  }

  private static List<String> row(String name, Layer layer, String result) {
    return List.of(name, result, grouped(layer.parameters), cost(layer.multiplyAdds));
  }

  private static String cost(Dim multiplyAdds) {
    return multiplyAdds.isConstant() ? grouped(multiplyAdds.value()) : multiplyAdds.toString();
  }

  private static String grouped(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String line(List<String> row, int[] widths) {
    return "%s  %s  %s  %s\n"
        .formatted(
            Strings.padEnd(row.get(0), widths[0], ' '),
            Strings.padEnd(row.get(1), widths[1], ' '),
            Strings.padStart(row.get(2), widths[2], ' '),
            Strings.padStart(row.get(3), widths[3], ' '));
  }

  private static String rule(int[] widths) {
    int length = 2 * (widths.length - 1);
    for (int width : widths) {
      length += width;
    }
    return "-".repeat(length) + "\n";
  }
}
