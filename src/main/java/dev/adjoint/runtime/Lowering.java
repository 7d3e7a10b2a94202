package dev.adjoint.runtime;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Movements;
import dev.adjoint.op.Control;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns the nodes of an optimised graph into steps: chooses kernels, and says where each value
 * lies. What only moves elements is a view and no step, as long as its readers can read views.
 */
final class Lowering {
  private final Map<Node, View> views = new HashMap<>();
  private final Map<Node, Set<Buffer>> waits = new HashMap<>();
  private final Map<Node, Buffer> materialised = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Object> constants = new ArrayList<>();
  private final Map<Buffer, Node> parameters = new HashMap<>();
  private final List<Buffer> inputs = new ArrayList<>();

  Lowering(Graph graph) {
    graph.nodes().forEach(this::lower);
  }

  List<Step> steps() {
    return steps;
  }

  List<Object> constants() {
    return constants;
  }

  /** The parameters that steps read, in the order of their buffers' positions, which this sets. */
  List<Node> readParameters() {
    List<Node> read = new ArrayList<>();
    for (Step step : steps) {
      for (Buffer buffer : step.reads()) {
        Node parameter = parameters.get(buffer);
        if (parameter != null && buffer.position() < 0) {
          buffer.moveTo(Buffer.Home.PARAMETER, read.size());
          read.add(parameter);
        }
      }
    }
    return read;
  }

  List<Buffer> inputs() {
    return inputs;
  }

  private void lower(Node node) {
    switch (node.op()) {
      case Input _ -> {
        Buffer buffer = leaf(node, Buffer.Home.INPUT, inputs.size());
        inputs.add(buffer);
      }
      case Parameter _ -> {
        parameters.put(leaf(node, Buffer.Home.PARAMETER, -1), node);
      }
      case Source.Constant(var value) -> {
        leaf(node, Buffer.Home.CONSTANT, constants.size());
        constants.add(Arrays.copyOf(value));
      }
      case Control.Barrier _ -> {
        alias(node, view(node.operand(0)));
        Set<Buffer> all = new LinkedHashSet<>(waits.getOrDefault(node, Set.of()));
        node.operands().stream()
            .skip(1)
            .forEach(other -> {
              all.add(view(other).buffer());
              all.addAll(waits.getOrDefault(other, Set.of()));
            });
        waits.put(node, all);
      }
      case Control.Identity _,
          Control.StopGradient _,
          Control.Recompute _,
          Control.CustomGradient _ ->
          alias(node, view(node.operand(0)));
      case Movement movement -> {
        Optional<View> view =
            movement instanceof Movement.Concat
                ? Optional.empty()
                : view(node.operand(0)).apply(movement, node.type());
        if (view.isPresent()) {
          alias(node, view.get());
        } else {
          compute(node);
        }
      }
      default -> compute(node);
    }
  }

  private Buffer leaf(Node node, Buffer.Home home, int position) {
    Buffer buffer =
        new Buffer(node.name(), node.type().dtype(), Arrays.elements(node.type()), home);
    buffer.moveTo(home, position);
    views.put(node, View.whole(buffer, node.type()));
    return buffer;
  }

  private void alias(Node node, View view) {
    views.put(
        node, new View(view.buffer(), node.type(), view.sizes(), view.strides(), view.base()));
    Set<Buffer> inherited = waits.get(node.operand(0));
    if (inherited != null) {
      waits.put(node, inherited);
    }
  }

  View view(Node node) {
    View view = views.get(node);
    if (view == null) {
      throw new IllegalStateException("'%s' has no value yet".formatted(node.name()));
    }
    return view;
  }

  private void compute(Node node) {
    add("reference", node, new ReferenceKernel(node));
  }

  private void add(String kind, Node node, Kernel kernel) {
    Buffer result = result(node);
    Set<Buffer> others = new LinkedHashSet<>();
    node.operands().forEach(operand -> others.addAll(waits.getOrDefault(operand, Set.of())));
    steps.add(
        new Step(
            kind,
            ImmutableList.of(node),
            kernel,
            node.operands().stream().map(this::whole).collect(ImmutableList.toImmutableList()),
            ImmutableList.of(result),
            temporary(node, kernel),
            ImmutableList.copyOf(others),
            Optional.empty()));
    views.put(node, View.whole(result, node.type()));
  }

  private static Buffer result(Node node) {
    return new Buffer(
        node.name(), node.type().dtype(), Arrays.elements(node.type()), Buffer.Home.ARENA);
  }

  private static Optional<Buffer> temporary(Node node, Kernel kernel) {
    return kernel.temporary() == 0
        ? Optional.empty()
        : Optional.of(
            new Buffer(
                node.name() + " (temporary)",
                node.type().dtype(),
                kernel.temporary(),
                Buffer.Home.ARENA));
  }

  /** The buffer that holds exactly the elements of a node, copied there if they lie elsewhere. */
  Buffer whole(Node node) {
    View view = view(node);
    return view.isWhole()
        ? view.buffer()
        : materialised.computeIfAbsent(node, _ -> copy(view, node));
  }

  /** Adds a step that copies the elements of a view to a buffer of their own. */
  Buffer copy(View view, Node node) {
    Buffer result = result(node);
    steps.add(
        new Step(
            "copy",
            ImmutableList.of(node),
            Movements.gathering(
                node.type(), (int) view.base(), Ints.toArray(Longs.asList(view.strides()))),
            ImmutableList.of(view.buffer()),
            ImmutableList.of(result),
            Optional.empty(),
            ImmutableList.copyOf(waits.getOrDefault(node, Set.of())),
            Optional.empty()));
    return result;
  }
}
