package dev.adjoint.draw;

import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.OperatorCodec;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.RecordCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is written in the box of a node. */
final class NodeLabel {
  private static final int WIDEST = 44;
  private static final int LONGEST = 400;
  private static final String HERE = "·";

  /** A window's axes, such as {@code [{}, {stride=2}, {stride=2}, {}]}. */
  private static final Pattern AXES = Pattern.compile("\\[\\{[^\\[\\]]*}]");

  private static final Pattern AXIS = Pattern.compile("\\{([^{}]+)}");

  private NodeLabel() {}

  /** The heading, the node's name where it says more than the operator's, and attributes. */
  static List<String> lines(Node node, FoldedConstants constants) {
    String own = Scopes.own(node.name());
    if (node.op() instanceof Input || node.op() instanceof Parameter) {
      return List.of(own, node.op().operatorName());
    }
    List<String> lines = new ArrayList<>();
    lines.add(shorten(call(node, constants)));
    if (!own.matches(Pattern.quote(node.op().operatorName()) + "(_\\d+)?")) {
      lines.add(shorten(own));
    }
    String attributes = attributes(node);
    if (!attributes.isEmpty()) {
      lines.add(shorten(attributes));
    }
    return lines;
  }

  /** {@code mul(·, 0.1)}: the operator, with its constants if it has any. */
  private static String call(Node node, FoldedConstants constants) {
    List<Optional<String>> operands = node.operands().stream().map(constants::of).toList();
    if (operands.stream().allMatch(Optional::isEmpty)) {
      return node.op().operatorName();
    }
    StringJoiner call = new StringJoiner(", ", node.op().operatorName() + "(", ")");
    operands.forEach(operand -> call.add(operand.orElse(HERE)));
    return call.toString();
  }

  /** The attributes that the type of the result does not tell. */
  private static String attributes(Node node) {
    StringJoiner attributes = new StringJoiner(", ");
    for (RecordCodec.Component component :
        OperatorCodec.codecOf(node.op().getClass()).components()) {
      Object value = component.read((Record) node.op());
      boolean isDefault = component.fallback().filter(value::equals).isPresent();
      String text = isDefault || isTold(component) ? "" : brief(component.kind().print(value));
      if (!text.isEmpty()) {
        attributes.add(text.contains("=") ? text : component.name() + "=" + text);
      }
    }
    return attributes.toString();
  }

  private static boolean isTold(RecordCodec.Component component) {
    return switch (component.name()) {
      case "type", "shape", "dtype", "layout", "value" -> true;
      default -> false;
    };
  }

  /** Equal axes are written once, and those that only have defaults not at all. */
  private static String brief(String attribute) {
    if (!AXES.matcher(attribute).matches()) {
      return attribute;
    }
    return AXIS.matcher(attribute)
        .results()
        .map(axis -> axis.group(1))
        .distinct()
        .collect(Collectors.joining("; "));
  }

  /** The node's line in the text form, which for a large constant is long. */
  static String detail(Node node) {
    String line = node.toString();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST - 1) + "…";
  }

  static String shorten(String text) {
    return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 1) + "…";
  }
}
