package dev.adjoint.graph;

import com.google.common.base.Strings;
import dev.adjoint.tensor.Dim;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A table of a graph's layers: the outermost scopes (or single nodes outside any) in order, each
 * with the type of the last result that it computes, its parameters and its multiply-adds. The
 * nodes that only make first values are left out.
 */
final class Summary {
  private static final List<String> HEADINGS =
      List.of("layer", "result", "parameters", "multiply-adds");

  private static final class Layer {
    private String leaf = "";
    private String result = "";
    private final Count parameters = new Count();
    private final Count untrained = new Count();
    private final Count multiplyAdds = new Count();

    void add(Node node) {
      if (node.operands().isEmpty()) {
        leaf = node.type().toString();
      } else {
        result = node.type().toString();
      }
      if (node.op() instanceof Parameter parameter) {
        parameters.add(() -> node.type().shape().elements());
        if (!parameter.trainable()) {
          untrained.add(() -> node.type().shape().elements());
        }
      }
      multiplyAdds.add(() -> node.op().multiplyAdds(node.describeOperands()));
    }

    List<String> row(String name) {
      return List.of(
          name, result.isEmpty() ? leaf : result, parameters.toString(), multiplyAdds.toString());
    }
  }

  /** A sum of sizes that may be symbolic, or too large for one. */
  private static final class Count {
    private Dim sum = Dim.of(0);
    private boolean tooLarge;

    void add(Supplier<Dim> next) {
      try {
        sum = sum.plus(next.get());
      } catch (ArithmeticException e) {
        tooLarge = true;
      }
    }

    boolean isZero() {
      return sum.is(0) && !tooLarge;
    }

    @Override
    public String toString() {
      if (tooLarge) {
        return "too many";
      }
      return sum.isConstant() ? String.format(Locale.ROOT, "%,d", sum.value()) : sum.toString();
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
      return Reachability.unread(graph);
    }
    return graph.signatures().values().stream()
        .flatMap(signature -> signature.results().stream())
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
    layers.forEach((name, layer) -> rows.add(layer.row(name)));
    int layerRows = rows.size();
    rows.add(List.of("total", "", total.parameters.toString(), total.multiplyAdds.toString()));
    if (!total.untrained.isZero()) {
      rows.add(List.of("not trainable", "", total.untrained.toString(), ""));
    }
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder("graph '%s'\n".formatted(graph.name()));
    for (int i = 0; i < rows.size(); i++) {
      text.append(line(rows.get(i), widths));
      if (i == 0 || i == layerRows - 1) {
        text.append(rule(widths));
      }
    }
    return text.toString();
  }

  private static String line(List<String> row, int[] widths) {
    String columns =
        String.join(
            "  ",
            Strings.padEnd(row.get(0), widths[0], ' '),
            Strings.padEnd(row.get(1), widths[1], ' '),
            Strings.padStart(row.get(2), widths[2], ' '),
            Strings.padStart(row.get(3), widths[3], ' '));
    return columns.stripTrailing() + "\n";
  }

  private static String rule(int[] widths) {
    int length = 2 * (widths.length - 1);
    for (int width : widths) {
      length += width;
    }
    return "-".repeat(length) + "\n";
  }
}
