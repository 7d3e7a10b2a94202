package dev.adjoint.kernel.loop;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Workspace;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Runs a kernel on arrays, task by task, the tasks of a phase from the last to the first. */
final class LoopRunner {
  private LoopRunner() {}

  /** Runs with the given arguments; the temporary array is added behind them. */
  static void run(Kernel kernel, DType firstResult, Object... arrays) {
    Arguments arguments = arguments(kernel, firstResult, arrays);
    Workspace workspace = workspace(kernel);
    for (int phase = 0; phase < kernel.phases(); phase++) {
      for (int task = kernel.tasks(phase) - 1; task >= 0; task--) {
        kernel.run(phase, task, arguments, workspace);
      }
    }
  }

  static Workspace workspace(Kernel kernel) {
    Workspace workspace = new Workspace(kernel.workspace(), kernel.workspace());
    Arrays.fill(workspace.floats(), Float.NaN);
    Arrays.fill(workspace.doubles(), Double.NaN);
    return workspace;
  }

  static Arguments arguments(Kernel kernel, DType firstResult, Object... arrays) {
    boolean temporary = kernel.temporary() > 0;
    Arguments arguments = new Arguments(arrays.length + (temporary ? 1 : 0));
    for (int i = 0; i < arrays.length; i++) {
      arguments.set(i, arrays[i], 0);
    }
    if (temporary) {
      arguments.set(arrays.length, array(firstResult, kernel.temporary()), 0);
    }
    return arguments;
  }

  static Object array(DType dtype, int length) {
    return switch (dtype) {
      case FLOAT32 -> new float[length];
      case FLOAT64 -> new double[length];
      case INT32 -> new int[length];
      case INT64 -> new long[length];
      case BOOL -> new boolean[length];
    };
  }

  /** The array as a tensor. */
  static Tensor tensor(DType dtype, Object array, List<Integer> sizes) {
    Shape shape = Shape.of(sizes.stream().mapToLong(Integer::longValue).toArray());
    return switch (dtype) {
      case FLOAT32 -> Tensor.adopt((float[]) array, shape);
      case FLOAT64 -> Tensor.adopt((double[]) array, shape);
      case INT32 -> Tensor.adopt((int[]) array, shape);
      case INT64 -> Tensor.adopt((long[]) array, shape);
      case BOOL -> Tensor.adopt((boolean[]) array, shape);
    };
  }
}
