package dev.adjoint.kernel.loop;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Control;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Primitive;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.testing.Computed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A random loop beside the graph that means the same, whose inputs are what the loop reads through
 * its views.
 */
final class DrawnLoop {
  private static final int[] SIZES = {1, 2, 3, 7, 15, 16, 17, 31, 33, 40};
  private static final List<Primitive> FLOATING =
      List.of(
          new Arithmetic.Div(),
          new Arithmetic.Mod(),
          new Pointwise.Sqrt(),
          new Pointwise.Floor(),
          new Pointwise.Ceil(),
          new Pointwise.Round());
  private static final List<Primitive> NUMERIC =
      List.of(
          new Arithmetic.Add(),
          new Arithmetic.Sub(),
          new Arithmetic.Mul(),
          new Arithmetic.Max(),
          new Arithmetic.Min(),
          new Pointwise.Neg(),
          new Pointwise.Abs(),
          new Pointwise.Sign(),
          new Logic.Less(),
          new Logic.LessEqual(),
          new Logic.Greater(),
          new Logic.GreaterEqual(),
          new Logic.Clamp());
  private static final List<Primitive> ANY =
      List.of(new Logic.Equal(), new Logic.NotEqual(), new Control.Identity());
  private static final List<Primitive> BOOLEAN =
      List.of(
          new Logic.And(), new Logic.Or(), new Logic.Xor(), new Logic.Not(), new Logic.Select());

  final Random random;
  final List<Integer> sizes;
  final LoopBuilder loop;
  final GraphBuilder graph = GraphBuilder.create("drawn");
  final List<Object> arguments = new ArrayList<>();
  final Map<String, Tensor> leaves = new HashMap<>();
  private final List<Integer> values = new ArrayList<>();
  private final List<Value> meanings = new ArrayList<>();

  /**
   * Draws the index space.
   *
   * @param rowAxes at most how many axes form a row
   */
  DrawnLoop(long seed, int rowAxes) {
    this.random = new Random(seed);
    int rank = Math.max(rowAxes, random.nextInt(5));
    int[] drawn = new int[rank];
    int elements = 1;
    for (int axis = 0; axis < rank; axis++) {
      int size = random.nextInt(60) == 0 ? 0 : SIZES[random.nextInt(SIZES.length)];
      drawn[axis] = (long) elements * size > 3000 ? 1 : size;
      elements *= drawn[axis];
    }
    this.sizes = IntStream.of(drawn).boxed().toList();
    this.loop = new LoopBuilder(sizes, rowAxes);
  }

  int elements() {
    return Loop.product(sizes);
  }

  TensorType type(DType dtype) {
    return new TensorType(
        dtype, dev.adjoint.tensor.Shape.of(sizes.stream().mapToLong(Integer::longValue).toArray()));
  }

  /** An argument read through a random view, and the same elements as an input. */
  int leaf(DType dtype) {
    int rank = sizes.size();
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    if (random.nextInt(3) == 0) {
      java.util.Collections.shuffle(order, random);
    }
    Integer[] strides = new Integer[rank];
    int offset = random.nextInt(3);
    int stride = random.nextInt(8) == 0 ? 2 : 1;
    int length = offset + 1;
    for (int axis : order.reversed()) {
      int size = sizes.get(axis);
      int kind = random.nextInt(8);
      strides[axis] = kind == 0 ? 0 : kind == 1 ? -stride : stride;
      int span = Math.max(0, size - 1) * stride;
      offset += kind == 1 ? span : 0;
      length += kind == 0 ? 0 : span;
      stride = kind == 0 ? stride : stride * Math.max(1, size + (kind == 2 ? 1 : 0));
    }
    Access access = new Access(arguments.size(), dtype, offset, List.of(strides));
    Object array = LoopRunner.array(dtype, length + 4);
    for (int i = 0; i < length + 4; i++) {
      set(dtype, array, i);
    }
    arguments.add(array);
    return add(loop.read(access), input(access, array));
  }

  private void set(DType dtype, Object array, int i) {
    double special =
        switch (random.nextInt(40)) {
          case 0 -> Double.NaN;
          case 1 -> Double.NEGATIVE_INFINITY;
          case 2 -> -0.0;
          case 3 -> 0.0;
          default -> random.nextGaussian() * 4;
        };
    switch (dtype) {
      case FLOAT32 -> ((float[]) array)[i] = (float) special;
      case FLOAT64 -> ((double[]) array)[i] = special;
      case INT32 ->
          ((int[]) array)[i] = random.nextInt(9) == 0 ? random.nextInt() : random.nextInt(9) - 4;
      case INT64 ->
          ((long[]) array)[i] = random.nextInt(9) == 0 ? random.nextLong() : random.nextInt(9) - 4;
      case BOOL -> ((boolean[]) array)[i] = random.nextBoolean();
    }
  }

  private Value input(Access access, Object array) {
    int[] places = new int[elements()];
    for (int e = 0; e < places.length; e++) {
      int rest = e;
      int place = access.offset();
      for (int axis = sizes.size() - 1; axis >= 0; axis--) {
        place += rest % sizes.get(axis) * access.stride(axis);
        rest /= sizes.get(axis);
      }
      places[e] = place;
    }
    String name = "x" + access.argument();
    Tensor tensor = gathered(access.dtype(), array, places);
    leaves.put(name, tensor);
    return graph.input(name, tensor.type());
  }

  private Tensor gathered(DType dtype, Object array, int[] places) {
    Object copy = LoopRunner.array(dtype, places.length);
    for (int e = 0; e < places.length; e++) {
      System.arraycopy(array, places[e], copy, e, 1);
    }
    return LoopRunner.tensor(dtype, copy, sizes);
  }

  int add(int value, Value meaning) {
    values.add(value);
    meanings.add(meaning);
    return values.size() - 1;
  }

  /** Applies an operator to drawn values. */
  int apply(Primitive op, int... operands) {
    int[] positions = IntStream.of(operands).map(values::get).toArray();
    List<Value> of = IntStream.of(operands).mapToObj(meanings::get).toList();
    return add(loop.apply(op, positions), graph.add(op, of));
  }

  DType dtype(int drawn) {
    return loop.dtype(values.get(drawn));
  }

  int value(int drawn) {
    return values.get(drawn);
  }

  Value meaning(int drawn) {
    return meanings.get(drawn);
  }

  /** Draws operators whose results are exact, over all dtypes or over some. */
  void exactOperators(int count, List<DType> dtypes) {
    for (int i = 0; i < 1 + random.nextInt(3); i++) {
      leaf(dtypes.get(random.nextInt(dtypes.size())));
    }
    for (int i = 0; i < count; i++) {
      int x = random.nextInt(values.size());
      switch (random.nextInt(8)) {
        case 0 -> number(dtype(x));
        case 1 -> iota(dtype(x));
        case 2 -> apply(new Control.Cast(dtypes.get(random.nextInt(dtypes.size()))), x);
        default -> exactOperator(x);
      }
    }
  }

  private void number(DType dtype) {
    double number = random.nextInt(7) - 3;
    add(
        loop.scalar(dtype, dtype == DType.BOOL ? Math.abs(number % 2) : number),
        graph
            .constant(LoopRunner.tensor(dtype, constant(dtype, number), List.of()))
            .broadcast(type(dtype).shape()));
  }

  private static Object constant(DType dtype, double number) {
    return switch (dtype) {
      case FLOAT32 -> new float[] {(float) number};
      case FLOAT64 -> new double[] {number};
      case INT32 -> new int[] {(int) number};
      case INT64 -> new long[] {(long) number};
      case BOOL -> new boolean[] {number % 2 != 0};
    };
  }

  private void iota(DType dtype) {
    if (dtype != DType.BOOL && !sizes.isEmpty()) {
      int axis = random.nextInt(sizes.size());
      add(
          loop.iota(dtype, axis),
          graph.add(new dev.adjoint.op.Source.Iota(type(dtype), axis), List.of()));
    }
  }

  private void exactOperator(int x) {
    List<Primitive> possible = new ArrayList<>(ANY);
    if (dtype(x) == DType.BOOL) {
      possible.addAll(BOOLEAN);
    } else {
      possible.addAll(NUMERIC);
    }
    if (dtype(x).isFloating()) {
      possible.addAll(FLOATING);
    }
    Primitive op = possible.get(random.nextInt(possible.size()));
    switch (op) {
      case Logic.Select select -> {
        int a = random.nextInt(values.size());
        apply(select, x, a, like(a));
      }
      case Logic.Clamp clamp -> apply(clamp, x, like(x), like(x));
      case Pointwise pointwise -> apply(pointwise, x);
      case Control control -> apply(control, x);
      case Logic.Not not -> apply(not, x);
      default -> apply(op, x, like(x));
    }
  }

  /** A drawn value of the same dtype. */
  private int like(int x) {
    List<Integer> same =
        IntStream.range(0, values.size()).filter(v -> dtype(v) == dtype(x)).boxed().toList();
    return same.get(random.nextInt(same.size()));
  }

  int count() {
    return values.size();
  }

  /** What the reference makes of values. */
  List<Tensor> expected(List<Value> wanted) {
    return Computed.asWritten(wanted, leaves);
  }
}
