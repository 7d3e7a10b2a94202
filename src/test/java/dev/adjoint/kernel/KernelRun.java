package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Runs a kernel of one result as a plan would: phase by phase, on parts of larger arrays that hold
 * anything before. Fails if the kernel writes outside its result, or changes an operand.
 */
final class KernelRun {
  private static final int BAND = 5;

  private final Kernel kernel;
  private final Random random;
  private final boolean ascending;

  private KernelRun(Kernel kernel, long seed) {
    this.kernel = kernel;
    this.random = new Random(seed);
    this.ascending = seed == 0;
  }

  /** The result, with the tasks of each phase in an order that the seed decides; 0 is ascending. */
  static Tensor run(Kernel kernel, TensorType result, long seed, Tensor... operands) {
    return new KernelRun(kernel, seed).run(result, operands);
  }

  static int elements(TensorType type) {
    return Math.toIntExact(type.shape().elementCount());
  }

  private Tensor run(TensorType result, Tensor... operands) {
    int temporaries = kernel.temporary() > 0 ? 1 : 0;
    Arguments arguments = new Arguments(operands.length + 1 + temporaries);
    for (int i = 0; i < operands.length; i++) {
      set(arguments, i, operands[i]);
    }
    int size = elements(result);
    Object y = junk(result.dtype(), size + 2 * BAND);
    Object before = copyOf(y, 0, size + 2 * BAND);
    arguments.set(operands.length, y, BAND);
    if (temporaries > 0) {
      arguments.set(operands.length + 1, junk(result.dtype(), kernel.temporary() + BAND), BAND);
    }
    runPhases(arguments);

    for (int i = 0; i < BAND; i++) {
      assertEquals(Array.get(before, i), Array.get(y, i), "written before the result");
      int behind = BAND + size + i;
      assertEquals(Array.get(before, behind), Array.get(y, behind), "written behind the result");
    }
    for (int i = 0; i < operands.length; i++) {
      TensorType type = operands[i].type();
      Tensor after = tensor(arguments.array(i), arguments.offset(i), type);
      assertEquals(operands[i], after, "changed operand " + i);
    }
    return tensor(y, BAND, result);
  }

  private void runPhases(Arguments arguments) {
    Workspace workspace = new Workspace(kernel.workspace(), kernel.workspace());
    Arrays.fill(workspace.floats(), Float.NaN);
    Arrays.fill(workspace.doubles(), Double.NaN);
    for (int phase = 0; phase < kernel.phases(); phase++) {
      List<Integer> tasks =
          new ArrayList<>(IntStream.range(0, kernel.tasks(phase)).boxed().toList());
      if (!ascending) {
        Collections.shuffle(tasks, random);
      }
      for (int task : tasks) {
        kernel.run(phase, task, arguments, workspace);
      }
    }
  }

  private void set(Arguments arguments, int argument, Tensor value) {
    int offset = random.nextInt(BAND);
    Object array = junk(value.dtype(), value.size() + 2 * BAND);
    switch (array) {
      case float[] floats -> value.copyTo(floats, offset);
      case double[] doubles -> value.copyTo(doubles, offset);
      case int[] ints -> value.copyTo(ints, offset);
      case long[] longs -> value.copyTo(longs, offset);
      case boolean[] booleans -> value.copyTo(booleans, offset);
      default -> throw new AssertionError(array);
    }
    arguments.set(argument, array, offset);
  }

  /** NaN shows in a sum that reads it, a large number in a maximum. */
  private Object junk(DType dtype, int length) {
    return switch (dtype) {
      case FLOAT32 -> {
        float[] array = new float[length];
        IntStream.range(0, length)
            .forEach(i -> array[i] = random.nextBoolean() ? Float.NaN : 1e30f * random.nextFloat());
        yield array;
      }
      case FLOAT64 ->
          random
              .doubles(length, 1e30, 1e31)
              .map(number -> random.nextBoolean() ? Double.NaN : number)
              .toArray();
      case INT32 -> random.ints(length).toArray();
      case INT64 -> random.longs(length).toArray();
      case BOOL -> {
        boolean[] array = new boolean[length];
        IntStream.range(0, length).forEach(i -> array[i] = random.nextBoolean());
        yield array;
      }
    };
  }

  private static Tensor tensor(Object array, int offset, TensorType type) {
    return switch (copyOf(array, offset, elements(type))) {
      case float[] floats -> Tensor.adopt(floats, type.shape());
      case double[] doubles -> Tensor.adopt(doubles, type.shape());
      case int[] ints -> Tensor.adopt(ints, type.shape());
      case long[] longs -> Tensor.adopt(longs, type.shape());
      case boolean[] booleans -> Tensor.adopt(booleans, type.shape());
      default -> throw new AssertionError(array);
    };
  }

  private static Object copyOf(Object array, int offset, int length) {
    Object part = Array.newInstance(array.getClass().componentType(), length);
    System.arraycopy(array, offset, part, 0, length);
    return part;
  }
}
