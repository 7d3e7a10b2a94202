package dev.adjoint.graph;

import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * The text form of a graph: a line a node with name, type, operator, operands and attributes, then
 * first values and signatures.
 *
 * <pre>
 * graph "line"
 * %x : f32[N, 3] = input()
 * %w : f32[3, 1] = parameter()
 * %dot : f32[N, 1] = dot(%x, %w) {...}
 * initial %w = %w/constant
 * signature "predict" ("x" = %x) -&gt; ("y" = %dot)
 * </pre>
 *
 * <p>An attribute named {@code type} that is the node's own type is not repeated, nor is one that
 * has its default.
 */
public final class GraphText {
  private static final String TYPE = "type";

  private GraphText() {}

  /** The text form of a whole graph. */
  public static String print(Graph graph) {
    StringBuilder text = new StringBuilder();
    text.append("graph ").append(TextCursor.quote(graph.name())).append('\n');
    graph
        .metadata()
        .forEach((key, value) ->
            text.append("metadata ")
                .append(TextCursor.quote(key))
                .append(" = ")
                .append(TextCursor.quote(value))
                .append('\n'));
    graph.nodes().forEach(node -> text.append(print(node)).append('\n'));
    graph
        .initials()
        .forEach((parameter, first) ->
            text.append("initial %%%s = %%%s\n".formatted(parameter.name(), first.name())));
    graph.signatures().values().forEach(s -> text.append(print(s)).append('\n'));
    return text.toString();
  }

  /** The line of one node. */
  static String print(Node node) {
    StringBuilder line = new StringBuilder();
    line.append('%').append(node.name()).append(" : ").append(node.type()).append(" = ");
    line.append(node.op().operatorName());
    StringJoiner operands = new StringJoiner(", ", "(", ")");
    node.operands().forEach(operand -> operands.add("%" + operand.name()));
    line.append(operands);
    String attributes = printAttributes(node);
    return attributes.isEmpty() ? line.toString() : line.append(' ').append(attributes).toString();
  }

  private static String printAttributes(Node node) {
    StringJoiner attributes = new StringJoiner(", ", "{", "}").setEmptyValue("");
    for (RecordCodec.Component component :
        OperatorCodec.codecOf(node.op().getClass()).components()) {
      Object value = component.read((Record) node.op());
      boolean implied = component.name().equals(TYPE) && value.equals(node.type());
      if (!implied && !component.isDefault(value)) {
        attributes.add(component.name() + "=" + component.kind().print(value));
      }
    }
    return attributes.toString();
  }

  private static String print(Signature signature) {
    StringBuilder line = new StringBuilder("signature ");
    line.append(TextCursor.quote(signature.name())).append(' ');
    line.append(printNamed(signature.inputs())).append(" -> ");
    line.append(printNamed(signature.outputs()));
    if (!signature.updates().isEmpty()) {
      StringJoiner updates = new StringJoiner(", ", " update (", ")");
      signature
          .updates()
          .forEach((parameter, next) -> updates.add("%" + parameter.name() + " = %" + next.name()));
      line.append(updates);
    }
    return line.toString();
  }

  private static String printNamed(Map<String, Node> named) {
    StringJoiner entries = new StringJoiner(", ", "(", ")");
    named.forEach((key, node) -> entries.add(TextCursor.quote(key) + " = %" + node.name()));
    return entries.toString();
  }

  /**
   * Reads a graph.
   *
   * @throws GraphException naming the line, if the text is not that of a valid graph
   */
  static Graph parse(String text, OperatorCatalog catalog) {
    return new Reader(new TextCursor(text), catalog).graph();
  }

  private static final class Reader {
    private final TextCursor in;
    private final OperatorCatalog catalog;
    private final GraphBuilder builder;
    private final Set<String> said = new HashSet<>();

    Reader(TextCursor in, OperatorCatalog catalog) {
      this.in = in;
      this.catalog = catalog;
      in.expect("graph");
      this.builder = GraphBuilder.create(in.quoted());
    }

    Graph graph() {
      while (!in.atEnd()) {
        int start = in.position();
        try {
          statement();
        } catch (TextCursor.Misread e) {
          throw e;
        } catch (GraphException e) {
          throw located(start, e, e.node().orElse(""), e.constraint().orElse(""));
        } catch (IllegalArgumentException | ArithmeticException e) {
          throw located(start, e, "", "");
        }
      }
      return builder.build();
    }

    private GraphException located(int start, Exception e, String node, String constraint) {
      return new GraphException(
          node,
          constraint,
          "Line %d of the graph text: %s".formatted(in.lineAt(start), e.getMessage()),
          e);
    }

    private void statement() {
      if (in.accept("%")) {
        node();
      } else if (in.accept("initial")) {
        Value parameter = reference();
        once("first value of", parameter.name());
        in.expect("=");
        builder.initial(parameter, reference());
      } else if (in.accept("signature")) {
        signature();
      } else if (in.accept("metadata")) {
        String key = in.quoted();
        once("metadata", key);
        in.expect("=");
        builder.metadata(key, in.quoted());
      } else {
        throw new GraphException(
            "expected a node as in '%%x : ..', 'initial', 'signature' or 'metadata', found '%s'."
                .formatted(in.ahead()));
      }
    }

    private void once(String what, String name) {
      if (!said.add(what + " " + name)) {
        throw new GraphException("The %s '%s' is given twice.".formatted(what, name));
      }
    }

    private void node() {
      String name = in.path();
      in.expect(":");
      TensorType type = in.type();
      in.expect("=");
      String operator = in.word();
      Class<? extends Op> op =
          catalog
              .find(operator)
              .orElseThrow(() -> in.error("there is no operator '%s'".formatted(operator)));
      List<Value> operands = operands();
      Value value = builder.add(name, attributes(op, type), operands);
      if (!value.type().equals(type)) {
        throw new GraphException(
            name,
            "'%s' says %s, the rule of %s says %s.".formatted(name, type, operator, value.type()));
      }
    }

    private List<Value> operands() {
      List<Value> operands = new ArrayList<>();
      in.expect("(");
      if (!in.accept(")")) {
        do {
          operands.add(reference());
        } while (in.accept(","));
        in.expect(")");
      }
      return operands;
    }

    private Op attributes(Class<? extends Op> op, TensorType type) {
      RecordCodec codec = OperatorCodec.codecOf(op);
      Map<String, Object> values =
          in.isNext("{") ? codec.parseNamed(in) : new HashMap<String, Object>();
      boolean typed =
          codec.components().stream()
              .anyMatch(c -> c.name().equals(TYPE) && c.kind() instanceof AttributeKind.TypeKind);
      if (typed) {
        values.putIfAbsent(TYPE, type);
      }
      return (Op) codec.create(values);
    }

    private Value reference() {
      in.expect("%");
      return builder.value(in.path());
    }

    private void signature() {
      String name = in.quoted();
      once("signature", name);
      SignatureBuilder signature = builder.signature(name);
      named(signature::input);
      in.expect("->");
      named(signature::output);
      if (in.accept("update")) {
        in.expect("(");
        do {
          Value parameter = reference();
          in.expect("=");
          signature.update(parameter, reference());
        } while (in.accept(","));
        in.expect(")");
      }
    }

    private void named(Entry entry) {
      in.expect("(");
      if (in.accept(")")) {
        return;
      }
      do {
        String key = in.quoted();
        in.expect("=");
        entry.add(key, reference());
      } while (in.accept(","));
      in.expect(")");
    }

    @FunctionalInterface
    private interface Entry {
      SignatureBuilder add(String key, Value value);
    }
  }
}
