package dev.adjoint.runtime;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.kernel.ElementRange;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Movements;
import dev.adjoint.kernel.Packing;
import dev.adjoint.kernel.loop.Loop;
import dev.adjoint.kernel.loop.LoopCompiler;
import dev.adjoint.kernel.loop.LoopKernel;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Control;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Probability;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Turns groups of nodes into steps: chooses kernels, and says where each value lies. What only
 * moves elements is a view and no step, as long as its readers can read views.
 */
final class Lowering {
  private final Grouping grouping;
  private final KernelChoice choice;
  private final LoopCompiler loops;
  private final Predicate<Node> isFrozen;
  private final Map<Node, View> views = new HashMap<>();
  private final Set<Node> aliases = new HashSet<>();
  private final Map<Node, Set<Buffer>> waits = new HashMap<>();
  private final Map<Node, Buffer> materialised = new HashMap<>();
  private final Map<Buffer, Tensor> scalarConstants = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Object> constants = new ArrayList<>();
  private final Map<Packed, Buffer> packed = new HashMap<>();
  private final Map<Buffer, Node> parameters = new HashMap<>();
  private final List<Buffer> inputs = new ArrayList<>();

  /** What is packed, and how; see {@link Kernel#function()}. */
  private record Packed(Buffer weights, Object function) {}

  /**
   * Lowers all groups.
   *
   * @param isFrozen whether a value depends on nothing that changes from run to run
   * @throws RunException.Cancelled if {@code stop} is cancelled meanwhile
   */
  Lowering(
      Grouping grouping,
      KernelChoice choice,
      LoopCompiler loops,
      Predicate<Node> isFrozen,
      Cancellation stop) {
    this.grouping = grouping;
    this.choice = choice;
    this.loops = loops;
    this.isFrozen = isFrozen;
    for (Group group : grouping.inOrder()) {
      stop.check();
      lower(group);
    }
  }

  List<Step> steps() {
    return steps;
  }

  List<Object> constants() {
    return constants;
  }

  List<Buffer> inputs() {
    return inputs;
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

  private void lower(Group group) {
    if (group.producer().isPresent()) {
      finishedProduct(group);
    } else if (group.isLoop()) {
      loop(group);
    } else {
      lower(group.nodes().getFirst());
    }
  }

  private void lower(Node node) {
    switch (node.op()) {
      case Input _ -> inputs.add(leaf(node, Buffer.Home.INPUT, inputs.size()));
      case Parameter _ -> parameters.put(leaf(node, Buffer.Home.PARAMETER, -1), node);
      case Source.Constant(var value) -> constant(node, value);
      case Control.Barrier _ -> barrier(node);
      case Control.Identity _,
          Control.StopGradient _,
          Control.Recompute _,
          Control.CustomGradient _ ->
          alias(node, view(node.operand(0)));
      case Reduction reduction when reduction.axes().count() == 0 ->
          alias(node, view(node.operand(0)));
      case Movement movement -> move(node, movement);
      case Contraction _, Convolution _ ->
          product(node, Epilogue.NONE, List.of(), List.of(node), List.of(node));
      default -> add(node, choice.other(node));
    }
  }

  // Values that are no step.

  private Buffer leaf(Node node, Buffer.Home home, int position) {
    Buffer buffer = buffer(node, home);
    buffer.moveTo(home, position);
    views.put(node, View.whole(buffer, node.type()));
    return buffer;
  }

  private void constant(Node node, Tensor value) {
    Buffer buffer = leaf(node, Buffer.Home.CONSTANT, constants.size());
    constants.add(Arrays.copyOf(value));
    if (value.size() == 1) {
      scalarConstants.put(buffer, value);
    }
  }

  private void barrier(Node node) {
    alias(node, view(node.operand(0)));
    Set<Buffer> all = new LinkedHashSet<>(waits.getOrDefault(node, Set.of()));
    for (Node other : node.operands().subList(1, node.operands().size())) {
      all.add(view(other).buffer());
      all.addAll(waits.getOrDefault(other, Set.of()));
    }
    waits.put(node, all);
  }

  private void alias(Node node, View view) {
    aliases.add(node);
    views.put(
        node, new View(view.buffer(), node.type(), view.sizes(), view.strides(), view.base()));
    Set<Buffer> inherited = waits.get(node.operand(0));
    if (inherited != null) {
      waits.put(node, inherited);
    }
  }

  private void move(Node node, Movement movement) {
    Optional<View> moved =
        movement instanceof Movement.Concat
            ? Optional.empty()
            : view(node.operand(0)).apply(movement, node.type());
    if (moved.isPresent()) {
      alias(node, moved.get());
    } else {
      add(node, choice.other(node));
    }
  }

  /** Whether a node is no kernel's result: it gives its first operand's elements, or some. */
  boolean isView(Node node) {
    return aliases.contains(node);
  }

  View view(Node node) {
    View view = views.get(node);
    if (view == null) {
      throw new IllegalStateException("'%s' has no value yet".formatted(node.name()));
    }
    return view;
  }

  private static Buffer buffer(Node node, Buffer.Home home) {
    return new Buffer(node.name(), node.type().dtype(), Arrays.elements(node.type()), home);
  }

  // Steps.

  private void add(Node node, Kernel kernel) {
    List<Buffer> reads = node.operands().stream().map(this::whole).toList();
    addStep(
        node.op().operatorName(), kernel, List.of(node), reads, List.of(node), Optional.empty());
  }

  private void addStep(
      String kind,
      Kernel kernel,
      List<Node> nodes,
      List<Buffer> reads,
      List<Node> written,
      Optional<Buffer> inPlace) {
    List<Buffer> writes = written.stream().map(node -> buffer(node, Buffer.Home.ARENA)).toList();
    steps.add(
        new Step(
            kind,
            ImmutableList.copyOf(nodes),
            kernel,
            ImmutableList.copyOf(reads),
            ImmutableList.copyOf(writes),
            temporary(kernel, writes.getFirst()),
            waitsOf(nodes),
            inPlace));
    for (int i = 0; i < writes.size(); i++) {
      views.put(written.get(i), View.whole(writes.get(i), written.get(i).type()));
    }
  }

  private static Optional<Buffer> temporary(Kernel kernel, Buffer result) {
    return kernel.temporary() == 0
        ? Optional.empty()
        : Optional.of(
            new Buffer(
                result.name() + " (temporary)",
                result.dtype(),
                kernel.temporary(),
                Buffer.Home.ARENA));
  }

  private ImmutableList<Buffer> waitsOf(List<Node> nodes) {
    Set<Buffer> all = new LinkedHashSet<>();
    for (Node node : nodes) {
      for (Node operand : node.operands()) {
        all.addAll(waits.getOrDefault(operand, Set.of()));
      }
    }
    return ImmutableList.copyOf(all);
  }

  private void loop(Group group) {
    List<Node> stored = storedBy(group);
    LoopLowering.Lowered lowered =
        new LoopLowering(group, this::view, this::scalarConstant, 0)
            .lower(group.nodes(), stored, Optional.empty());
    addStep(
        group.rowAxes().isPresent() ? "row loop" : "loop",
        loops.compile(lowered.loop()),
        group.nodes(),
        lowered.reads(),
        stored,
        lowered.inPlace());
  }

  /**
   * What a loop stores: values that are needed outside, and what it folds in another dtype than its
   * first result has, because only that dtype's numbers are kept elsewhere.
   */
  private List<Node> storedBy(Group group) {
    List<Node> needed = group.nodes().stream().filter(grouping::isStored).toList();
    List<Node> folds =
        group.nodes().stream()
            .filter(node -> node.op() instanceof Reduction || node.op() instanceof Probability)
            .toList();
    DType first =
        folds.stream()
            .map(node -> node.type().dtype())
            .filter(DType::isFloating)
            .findFirst()
            .orElse(needed.getFirst().type().dtype());
    Set<Node> stored = new LinkedHashSet<>();
    needed.stream().filter(node -> node.type().dtype() == first).forEach(stored::add);
    if (stored.isEmpty()) {
      folds.stream()
          .filter(node -> node.type().dtype() == first)
          .findFirst()
          .ifPresent(stored::add);
    }
    stored.addAll(needed);
    folds.stream().filter(node -> !node.type().dtype().isFloating()).forEach(stored::add);
    return List.copyOf(stored);
  }

  private Optional<Tensor> scalarConstant(Buffer buffer) {
    return Optional.ofNullable(scalarConstants.get(buffer));
  }

  private void finishedProduct(Group group) {
    Node product = group.producer().orElseThrow();
    Finishing finishing = new Finishing(grouping, group, this::view, this::scalarConstant);
    List<Node> tail = new ArrayList<>(group.nodes());
    tail.remove(product);
    tail.removeAll(finishing.absorbed());
    group.pooling().ifPresent(tail::remove);
    if (tail.isEmpty()) {
      List<Node> stored = List.of(finishing.value());
      pooledProduct(group, finishing.epilogue(), finishing.reads(), stored);
      return;
    }
    List<Node> stored = storedBy(group, tail, finishing.value());
    Epilogue before = finishing.epilogue();
    LoopLowering.Lowered lowered =
        new LoopLowering(group, this::view, this::scalarConstant, before.result())
            .lower(tail, stored, Optional.of(finishing.value()));
    List<Buffer> reads = new ArrayList<>(finishing.reads());
    reads.addAll(lowered.reads());
    Epilogue epilogue =
        before.thenTail(elementwise(lowered.loop()), lowered.reads().size(), stored.size() - 1);
    pooledProduct(group, epilogue, reads, stored);
  }

  /** The product of a group, with the pooled value in the place of what it is pooled from. */
  private void pooledProduct(
      Group group, Epilogue epilogue, List<Buffer> reads, List<Node> stored) {
    Node product = group.producer().orElseThrow();
    if (group.pooling().isEmpty()) {
      product(product, epilogue, reads, group.nodes(), stored);
      return;
    }
    Node pooling = group.pooling().get();
    int place = stored.indexOf(pooling.operand(0));
    List<Node> written = new ArrayList<>(stored);
    written.set(place, pooling);
    Epilogue pooled =
        epilogue.thenPool(
            choice.pooling(product, pooling).orElseThrow(), epilogue.result() + place);
    product(product, pooled, reads, group.nodes(), written);
  }

  private ElementRange elementwise(Loop loop) {
    if (loops.compile(loop) instanceof LoopKernel.Elementwise elementwise) {
      return elementwise;
    }
    throw new IllegalStateException("an epilogue with reductions: " + loop);
  }

  /**
   * The values that leave the group; first the one that takes the place of the product's result.
   */
  private List<Node> storedBy(Group group, List<Node> tail, Node value) {
    List<Node> stored =
        new ArrayList<>(tail.stream().filter(node -> isWritten(group, node)).toList());
    Optional<Node> successor =
        isWritten(group, value)
            ? Optional.empty()
            : stored.stream()
                .filter(node -> node.type().equals(group.producer().orElseThrow().type()))
                .findFirst();
    successor.ifPresent(stored::remove);
    stored.addFirst(successor.orElse(value));
    return stored;
  }

  private boolean isWritten(Group group, Node node) {
    return grouping.isStored(node)
        || group.pooling().filter(pooling -> pooling.operand(0) == node).isPresent();
  }

  private void product(
      Node product,
      Epilogue epilogue,
      List<Buffer> extraReads,
      List<Node> nodes,
      List<Node> written) {
    List<Buffer> reads = new ArrayList<>();
    for (Node operand : product.operands()) {
      reads.add(whole(operand));
    }
    Optional<Packing> packing =
        isFrozen.test(product.operand(1)) ? choice.packing(product, epilogue) : Optional.empty();
    packing.ifPresent(cut -> reads.set(1, packed(product.operand(1), cut, reads.get(1))));
    reads.addAll(extraReads);
    Kernel kernel = packing.isPresent() ? packing.get().main() : choice.product(product, epilogue);
    addStep(product.op().operatorName(), kernel, nodes, reads, written, Optional.empty());
  }

  /** The weights in the order in which all products read them that read them alike. */
  private Buffer packed(Node node, Packing packing, Buffer weights) {
    return packed.computeIfAbsent(
        new Packed(weights, packing.pack().function()), _ -> pack(node, packing, weights));
  }

  private Buffer pack(Node node, Packing packing, Buffer weights) {
    DType dtype = weights.dtype();
    Buffer result =
        new Buffer(weights.name() + " (packed)", dtype, packing.length(), Buffer.Home.ARENA);
    steps.add(
        new Step(
            Step.PACK,
            ImmutableList.of(node),
            packing.pack(),
            ImmutableList.of(weights),
            ImmutableList.of(result),
            temporary(packing.pack(), result),
            ImmutableList.of(),
            Optional.empty()));
    return result;
  }

  /** The buffer that holds exactly the elements of a node, copied there if they lie elsewhere. */
  Buffer whole(Node node) {
    View view = view(node);
    if (view.isWhole()) {
      return view.buffer();
    }
    Buffer known = materialised.get(node);
    if (known == null) {
      known = copy(node);
      materialised.put(node, known);
    }
    return known;
  }

  /** Adds a step that copies the elements of a value to a buffer of their own. */
  Buffer copy(Node node) {
    View view = view(node);
    Buffer result = buffer(node, Buffer.Home.ARENA);
    int[] strides = Ints.toArray(Longs.asList(view.strides()));
    steps.add(
        new Step(
            "copy",
            ImmutableList.of(node),
            Movements.gathering(node.type(), Math.toIntExact(view.base()), strides),
            ImmutableList.of(view.buffer()),
            ImmutableList.of(result),
            Optional.empty(),
            ImmutableList.copyOf(waits.getOrDefault(node, Set.of())),
            Optional.empty()));
    return result;
  }
}
