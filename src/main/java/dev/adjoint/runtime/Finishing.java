package dev.adjoint.runtime;

import dev.adjoint.graph.Node;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What of a group's loop a product does by itself, in registers: a factor, a bias, a residual, a
 * relu, in this order.
 */
final class Finishing {
  private enum Part {
    NONE,
    SCALE,
    BIAS,
    RESIDUAL,
    RELU
  }

  private final Grouping grouping;
  private final Group group;
  private final Function<Node, View> views;
  private final Function<Buffer, Optional<Tensor>> constant;
  private final List<Node> absorbed = new ArrayList<>();
  private final List<Buffer> reads = new ArrayList<>();
  private Node value;
  private Part done = Part.NONE;
  private Epilogue epilogue = Epilogue.NONE;

  Finishing(
      Grouping grouping,
      Group group,
      Function<Node, View> views,
      Function<Buffer, Optional<Tensor>> constant) {
    this.grouping = grouping;
    this.group = group;
    this.views = views;
    this.constant = constant;
    this.value = group.producer().orElseThrow();
    while (absorbNext()) {}
  }

  /** The nodes that the epilogue computes. */
  List<Node> absorbed() {
    return absorbed;
  }

  /** What the epilogue reads, in the order of its operands. */
  List<Buffer> reads() {
    return reads;
  }

  /** The last of them, or the product itself: what the kernel leaves as its result. */
  Node value() {
    return value;
  }

  Epilogue epilogue() {
    return epilogue;
  }

  private boolean absorbNext() {
    List<Node> readers = grouping.readers(value);
    if (grouping.isStored(value) || readers.size() != 1) {
      return false;
    }
    Node reader = readers.getFirst();
    if (reader.operands().size() != 2 || reader.operand(0) == reader.operand(1)) {
      return false;
    }
    Node other = reader.operand(0) == value ? reader.operand(1) : reader.operand(0);
    if (group.contains(other) || !absorb(reader, views.apply(other))) {
      return false;
    }
    absorbed.add(reader);
    value = reader;
    return true;
  }

  private boolean absorb(Node reader, View other) {
    Optional<Double> scalar = constant.apply(other.buffer()).map(one -> one.getDouble(0));
    return switch (reader.op()) {
      case Arithmetic.Mul _ when scalar.isPresent() ->
          advance(Part.SCALE, epilogue.times(scalar.get()));
      case Arithmetic.Max _ when scalar.isPresent() && scalar.get() == 0 ->
          advance(Part.RELU, epilogue.thenRelu());
      case Arithmetic.Add _ when isBias(other) -> readOne(Part.BIAS, other, epilogue.addBias());
      case Arithmetic.Add _ when other.isWhole() ->
          readOne(Part.RESIDUAL, other, epilogue.addResidual());
      case Arithmetic.Sub _ when isTakenFrom(reader, other) ->
          readOne(Part.RESIDUAL, other, epilogue.times(-epilogue.scale()).addResidual());
      default -> false;
    };
  }

  /**
   * Whether what is done so far, at most a factor, is taken from another value, as in a step down.
   */
  private boolean isTakenFrom(Node reader, View other) {
    return reader.operand(1) == value && other.isWhole() && done.compareTo(Part.SCALE) <= 0;
  }

  private boolean readOne(Part part, View other, Epilogue next) {
    boolean advanced = advance(part, next);
    if (advanced) {
      reads.add(other.buffer());
    }
    return advanced;
  }

  private boolean advance(Part part, Epilogue next) {
    if (done.compareTo(part) >= 0) {
      return false;
    }
    done = part;
    epilogue = next;
    return true;
  }

  /** Whether a value is a whole vector, repeated along all axes but the last. */
  private static boolean isBias(View view) {
    int last = view.sizes().length - 1;
    if (last < 1 || view.base() != 0 || view.buffer().elements() != view.sizes()[last]) {
      return false;
    }
    for (int axis = 0; axis < last; axis++) {
      if (view.sizes()[axis] != 1 && view.strides()[axis] != 0) {
        return false;
      }
    }
    return view.sizes()[last] == 1 || view.strides()[last] == 1;
  }
}
