package dev.adjoint.optimize;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Signature;
import dev.adjoint.graph.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Applies a {@link Rewrite} to every node of a graph, operands first, and drops what nothing reads
 * any more. The shape rules check each node that is added. Time is linear in the nodes, and nothing
 * recurses, so depth does not matter.
 */
final class Rewriter {
  /** More than any table of rules needs for one node; a rule that undoes another would go on. */
  private static final int MOST_STEPS = 100;

  private final Graph graph;
  private final Rewrite rewrite;
  private final Readers readers;
  private final GraphBuilder draft;

  /** By node: the value that was added for it as it is, and the one that stands for it. */
  private final List<Value> plain = new ArrayList<>();

  private final List<Value> images = new ArrayList<>();

  /** By value of the draft: the node that it was added for. */
  private final List<Node> origins = new ArrayList<>();

  private boolean changed;

  private Rewriter(Graph graph, Rewrite rewrite) {
    this.graph = graph;
    this.rewrite = rewrite;
    this.readers = Readers.of(graph);
    this.draft = GraphBuilder.create(graph.name());
  }

  /** The graph with {@code rewrite} applied everywhere; {@code graph} itself if nothing changes. */
  static Graph rewrite(Graph graph, Rewrite rewrite) {
    return new Rewriter(graph, rewrite).run();
  }

  private Graph run() {
    try (GraphBuilder.Scope _ = draft.scope(unusedScope())) {
      for (Node node : graph.nodes()) {
        draft(node);
      }
    }
    BitSet live = live();
    boolean complete = !changed && live.cardinality() == graph.nodes().size();
    return complete ? graph : clean(live);
  }

  /** A scope of no node, so that names made up on the way meet no name of the graph. */
  private String unusedScope() {
    Set<String> taken = new HashSet<>();
    for (Node node : graph.nodes()) {
      int slash = node.name().indexOf('/');
      taken.add(slash < 0 ? node.name() : node.name().substring(0, slash));
    }
    String scope = "new";
    for (int i = 1; taken.contains(scope); i++) {
      scope = "new_" + i;
    }
    return scope;
  }

  private void draft(Node node) {
    List<Value> operands = new ArrayList<>(node.operands().size());
    for (Node operand : node.operands()) {
      operands.add(image(operand));
    }
    Value value = draft.add(node.name(), node.op(), operands);
    Value result = settle(value);
    plain.add(value);
    images.add(result);
    if (result.index() > value.index()) {
      readers.replace(node, result);
    }
    changed |= !result.equals(value);
    while (origins.size() < draft.size()) {
      origins.add(node);
    }
  }

  private Value image(Node node) {
    return images.get(node.index());
  }

  /** Rewrites until nothing more happens to what was added for this node. */
  private Value settle(Value value) {
    Value current = value;
    for (int step = 0; step < MOST_STEPS; step++) {
      Value next = rewrite.apply(current, readers);
      if (next.equals(current)) {
        return current;
      }
      if (!next.type().equals(value.type())) {
        throw new GraphException(
            value.name(),
            "A rewrite of '%s' %s gives %s. It must keep the type."
                .formatted(value.name(), value.type(), next.type()));
      }
      if (next.index() < value.index()) {
        return next;
      }
      current = next;
    }
    throw new GraphException(
        value.name(),
        "The rewrites of '%s' come to no end; the last gave a node of %s. Two of them undo each other."
            .formatted(value.name(), current.op().operatorName()));
  }

  private BitSet live() {
    BitSet live = new BitSet();
    Deque<Value> open = new ArrayDeque<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Input || node.op() instanceof Parameter) {
        open.push(image(node));
      }
    }
    for (Node first : graph.initials().values()) {
      open.push(image(first));
    }
    for (Signature signature : graph.signatures().values()) {
      for (Node result : signature.results()) {
        open.push(image(result));
      }
    }
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (!live.get(value.index())) {
        live.set(value.index());
        for (Value operand : value.operands()) {
          open.push(operand);
        }
      }
    }
    return live;
  }

  /** The live part of the draft, under its final names. */
  private Graph clean(BitSet live) {
    GraphBuilder builder = GraphBuilder.create(graph.name());
    Names names = new Names(graph);
    Value[] copies = new Value[draft.size()];
    for (Value value : draft.values()) {
      if (live.get(value.index())) {
        List<Value> operands = new ArrayList<>(value.operands().size());
        for (Value operand : value.operands()) {
          operands.add(copies[operand.index()]);
        }
        copies[value.index()] = builder.add(name(value, live, names), value.op(), operands);
      }
    }
    copyRoots(builder, copies);
    return builder.build();
  }

  /** A node's own value has its name; where that is gone, the value that stands for it has. */
  private String name(Value value, BitSet live, Names names) {
    Node origin = origins.get(value.index());
    Value own = plain.get(origin.index());
    boolean replaces = image(origin).equals(value) && !live.get(own.index());
    return value.equals(own) || replaces ? origin.name() : names.derived(origin, value.op());
  }

  private void copyRoots(GraphBuilder builder, Value[] copies) {
    for (Map.Entry<Node, Node> first : graph.initials().entrySet()) {
      builder.initial(copy(first.getKey(), copies), copy(first.getValue(), copies));
    }
    graph.metadata().forEach(builder::metadata);
    for (Signature signature : graph.signatures().values()) {
      builder.signature(signature.name()).copy(signature, node -> copy(node, copies));
    }
  }

  private Value copy(Node node, Value[] copies) {
    return copies[image(node).index()];
  }
}
