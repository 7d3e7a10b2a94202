package dev.adjoint.kernel;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Runs a kernel of one result on tensors, phase by phase. Arrays begin at odd offsets and hold NaN
 * where the kernel must write before it reads.
 */
final class KernelRun {
  private static final int SHIFT = 3;

  private KernelRun() {}

  /** The result, with the tasks of each phase in an order that the seed decides; 0 is ascending. */
  static Tensor run(Kernel kernel, TensorType result, long seed, Tensor... operands) {
    Object y = array(result.dtype(), elements(result));
    int count = operands.length + 1 + (kernel.temporary() > 0 ? 1 : 0);
    Arguments arguments = new Arguments(count);
    for (int i = 0; i < operands.length; i++) {
      arguments.set(i, arrayOf(operands[i]), SHIFT);
    }
    arguments.set(operands.length, y, SHIFT);
    if (kernel.temporary() > 0) {
      arguments.set(count - 1, array(result.dtype(), kernel.temporary()), SHIFT);
    }
    Workspace workspace = new Workspace(kernel.workspace(), kernel.workspace());
    Arrays.fill(workspace.floats(), Float.NaN);
    Arrays.fill(workspace.doubles(), Double.NaN);
    for (int phase = 0; phase < kernel.phases(); phase++) {
      List<Integer> tasks =
          new ArrayList<>(IntStream.range(0, kernel.tasks(phase)).boxed().toList());
      if (seed != 0) {
        Collections.shuffle(tasks, new Random(seed));
      }
      for (int task : tasks) {
        kernel.run(phase, task, arguments, workspace);
      }
    }
    return tensor(result, y);
  }

  static int elements(TensorType type) {
    return Math.toIntExact(type.shape().elements().value());
  }

  private static Object array(DType dtype, int count) {
    return switch (dtype) {
      case FLOAT32 -> {
        float[] array = new float[count + 2 * SHIFT];
        Arrays.fill(array, Float.NaN);
        yield array;
      }
      case FLOAT64 -> {
        double[] array = new double[count + 2 * SHIFT];
        Arrays.fill(array, Double.NaN);
        yield array;
      }
      case INT32 -> new int[count + 2 * SHIFT];
      case INT64 -> new long[count + 2 * SHIFT];
      case BOOL -> new boolean[count + 2 * SHIFT];
    };
  }

  private static Object arrayOf(Tensor tensor) {
    Object array = array(tensor.dtype(), tensor.size());
    switch (array) {
      case float[] floats -> tensor.copyTo(floats, SHIFT);
      case double[] doubles -> tensor.copyTo(doubles, SHIFT);
      case int[] ints -> tensor.copyTo(ints, SHIFT);
      case long[] longs -> tensor.copyTo(longs, SHIFT);
      default -> throw new IllegalArgumentException("No kernel here takes " + tensor.type());
    }
    return array;
  }

  private static Tensor tensor(TensorType type, Object array) {
    long[] sizes =
        IntStream.range(0, type.rank()).mapToLong(axis -> type.dim(axis).value()).toArray();
    int end = SHIFT + elements(type);
    return switch (array) {
      case float[] floats -> Tensor.of(Arrays.copyOfRange(floats, SHIFT, end), sizes);
      case double[] doubles -> Tensor.of(Arrays.copyOfRange(doubles, SHIFT, end), sizes);
      case int[] ints -> Tensor.of(Arrays.copyOfRange(ints, SHIFT, end), sizes);
      case long[] longs -> Tensor.of(Arrays.copyOfRange(longs, SHIFT, end), sizes);
      default -> throw new IllegalArgumentException("No kernel here writes " + type);
    };
  }
}
