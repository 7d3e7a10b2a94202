package dev.adjoint.runtime;

import com.google.common.primitives.Ints;
import dev.adjoint.graph.Node;
import dev.adjoint.kernel.loop.Access;
import dev.adjoint.kernel.loop.Loop;
import dev.adjoint.kernel.loop.LoopBuilder;
import dev.adjoint.kernel.loop.RowFunctions;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Primitive;
import dev.adjoint.op.Probability;
import dev.adjoint.op.Reduction;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Writes a group of nodes down as a {@link Loop}. The folded axes come last in the loop's index
 * space, whatever their place in the nodes' shapes; views of operands become strides.
 */
final class LoopLowering {
  /**
   * A loop and what it reads and writes.
   *
   * @param loop its arguments are the reads, then the writes
   * @param reads the views' buffers, each once
   * @param writes the nodes whose values are stored
   * @param inPlace a buffer that is read where the first result is written, and nowhere else
   */
  record Lowered(Loop loop, List<Buffer> reads, List<Node> writes, Optional<Buffer> inPlace) {}

  private final Group group;
  private final Function<Node, View> views;
  private final Predicate<Buffer> isScalarConstant;
  private final Function<Buffer, Tensor> constant;
  private final int firstArgument;
  private final int[] order;
  private final int rowAxes;
  private final List<Integer> sizes;
  private final LoopBuilder builder;
  private final Map<Node, Integer> numbers = new HashMap<>();
  private final Map<Buffer, Integer> arguments = new LinkedHashMap<>();
  private final Map<Access, Integer> accesses = new HashMap<>();

  /**
   * Prepares.
   *
   * @param views where the values from outside the group lie
   * @param constant the value of a constant buffer of one element, if it is one
   * @param firstArgument the number of the loop's first argument: 0, or after a product's own
   */
  LoopLowering(
      Group group,
      Function<Node, View> views,
      Function<Buffer, Optional<Tensor>> constant,
      int firstArgument) {
    this.group = group;
    this.views = views;
    this.isScalarConstant = buffer -> constant.apply(buffer).isPresent();
    this.constant = buffer -> constant.apply(buffer).orElseThrow();
    this.firstArgument = firstArgument;
    Axes folded = group.rowAxes().orElse(new Axes(List.of()));
    int rank = group.space().rank();
    this.order =
        IntStream.concat(
                IntStream.range(0, rank).filter(axis -> !folded.contains(axis)),
                folded.indices().stream().mapToInt(Integer::intValue))
            .toArray();
    this.rowAxes = folded.count();
    this.sizes = IntStream.of(order).mapToObj(axis -> (int) group.space().size(axis)).toList();
    this.builder = new LoopBuilder(sizes, rowAxes);
  }

  /**
   * The loop.
   *
   * @param nodes those of the group that it computes
   * @param stored those whose values are needed outside
   * @param given a value that the loop finds at its first result's argument, computed before it
   */
  Lowered lower(List<Node> nodes, List<Node> stored, Optional<Node> given) {
    findReads(nodes, given);
    int firstResult = firstArgument + arguments.size();
    given.ifPresent(node -> {
      DType dtype = node.type().dtype();
      numbers.put(node, builder.read(Access.rowMajor(firstResult, dtype, sizes)));
    });
    nodes.forEach(node -> numbers.put(node, compute(node)));
    for (int i = 0; i < stored.size(); i++) {
      Node node = stored.get(i);
      int argument = firstResult + i;
      if (group.isRowValue(node)) {
        builder.storeRow(number(node), argument);
      } else {
        Access whole = access(View.whole(anonymous(node), node.type()), argument);
        builder.store(number(node), whole);
      }
    }
    return new Lowered(builder.build(), List.copyOf(arguments.keySet()), stored, inPlace(stored));
  }

  private static Buffer anonymous(Node node) {
    return new Buffer(
        node.name(), node.type().dtype(), Arrays.elements(node.type()), Buffer.Home.ARENA);
  }

  private void findReads(List<Node> nodes, Optional<Node> given) {
    for (Node node : nodes) {
      for (Node operand : node.operands()) {
        boolean inside =
            group.contains(operand)
                && (nodes.contains(operand) || given.equals(Optional.of(operand)));
        if (!inside) {
          Buffer buffer = views.apply(operand).buffer();
          boolean readAtLabels = node.op() instanceof Probability.SparseSoftmaxCrossEntropy;
          if (readAtLabels || !isScalarConstant.test(buffer)) {
            arguments.putIfAbsent(buffer, firstArgument + arguments.size());
          }
        }
      }
    }
  }

  private int number(Node node) {
    Integer number = numbers.get(node);
    return number != null ? number : read(node);
  }

  private int read(Node node) {
    View view = views.apply(node);
    if (isScalarConstant.test(view.buffer())) {
      return scalar(constant.apply(view.buffer()));
    }
    return accesses.computeIfAbsent(access(view, argument(view.buffer())), builder::read);
  }

  private int argument(Buffer buffer) {
    Integer argument = arguments.get(buffer);
    if (argument == null) {
      throw new IllegalStateException(buffer + " is no operand of the loop");
    }
    return argument;
  }

  private int scalar(Tensor value) {
    return value.dtype().isFloating()
        ? builder.scalar(value.dtype(), value.getDouble(0))
        : builder.scalar(value.dtype(), value.getLong(0));
  }

  /** The strides of a value in the loop's index space; 0 along a row for a value a row. */
  private Access access(View view, int argument) {
    long[] strides = view.strides();
    long[] full = new long[order.length];
    if (view.sizes().length == order.length) {
      for (int axis = 0; axis < full.length; axis++) {
        boolean repeated = view.sizes()[axis] == 1 && group.space().size(axis) != 1;
        full[axis] = repeated ? 0 : strides[axis];
      }
    } else {
      for (int axis = 0; axis < strides.length; axis++) {
        full[order[axis]] = strides[axis];
      }
    }
    List<Integer> permuted =
        IntStream.of(order).mapToObj(axis -> Math.toIntExact(full[axis])).toList();
    return new Access(argument, view.type().dtype(), Math.toIntExact(view.base()), permuted);
  }

  private int compute(Node node) {
    return switch (node.op()) {
      case Reduction reduction ->
          RowFunctions.reduce(builder, reduction, number(node.operand(0)), rowLength());
      case Probability probability -> probability(probability, node);
      case Movement _ -> number(node.operand(0));
      case Primitive primitive ->
          builder.apply(
              primitive, Ints.toArray(node.operands().stream().map(this::number).toList()));
      default -> throw new IllegalStateException(node + " in a loop");
    };
  }

  private int probability(Probability op, Node node) {
    return switch (op) {
      case Probability.Softmax _ -> RowFunctions.softmax(builder, number(node.operand(0)));
      case Probability.LogSoftmax _ -> RowFunctions.logSoftmax(builder, number(node.operand(0)));
      case Probability.SoftmaxCrossEntropy _ ->
          RowFunctions.softmaxCrossEntropy(
              builder, number(node.operand(0)), number(node.operand(1)));
      case Probability.SparseSoftmaxCrossEntropy _ -> sparse(node);
    };
  }

  /** Reads one element of each row once more, at the row's label. */
  private int sparse(Node node) {
    int x = number(node.operand(0));
    int label = number(node.operand(1));
    View view = views.apply(node.operand(0));
    Access whole = access(view, argument(view.buffer()));
    int last = sizes.size() - 1;
    List<Integer> startOfRow = new ArrayList<>(whole.strides());
    int stride = startOfRow.set(last, 0);
    Access access = new Access(whole.argument(), whole.dtype(), whole.offset(), startOfRow);
    return RowFunctions.sparseSoftmaxCrossEntropy(
        builder, x, access, label, sizes.get(last), stride);
  }

  private long rowLength() {
    return sizes.subList(sizes.size() - rowAxes, sizes.size()).stream()
        .mapToLong(Integer::longValue)
        .reduce(1, Math::multiplyExact);
  }

  /** Element by element, what a result replaces is read before. */
  private Optional<Buffer> inPlace(List<Node> stored) {
    if (rowAxes > 0 || stored.isEmpty()) {
      return Optional.empty();
    }
    DType dtype = stored.getFirst().type().dtype();
    List<Integer> rowMajor = Access.rowMajor(sizes);
    for (Map.Entry<Buffer, Integer> read : arguments.entrySet()) {
      List<Access> ofBuffer =
          accesses.keySet().stream()
              .filter(access -> access.argument() == read.getValue())
              .toList();
      boolean matches =
          ofBuffer.size() == 1
              && ofBuffer.getFirst().offset() == 0
              && ofBuffer.getFirst().strides().equals(rowMajor)
              && read.getKey().dtype() == dtype;
      if (matches) {
        return Optional.of(read.getKey());
      }
    }
    return Optional.empty();
  }
}
