package dev.adjoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Runs a kernel as a plan would: on parts of larger arrays, that hold anything before, its tasks in
 * any order. Fails if the kernel writes outside its result, or changes an operand.
 */
final class KernelRunner {
  private static final int BAND = 5;

  private final Random random;

  KernelRunner(long seed) {
    this.random = new Random(seed);
  }

  /** The result of a kernel of one result. */
  Tensor run(Kernel kernel, List<Tensor> operands, TensorType result) {
    int size = Math.toIntExact(result.shape().elementCount());
    Arguments arguments = new Arguments(operands.size() + 2);
    for (int i = 0; i < operands.size(); i++) {
      set(arguments, i, operands.get(i));
    }
    int y = operands.size();
    Object before = junk(result.dtype(), size + 2 * BAND);
    Object array = junk(result.dtype(), size + 2 * BAND);
    System.arraycopy(before, 0, array, 0, size + 2 * BAND);
    arguments.set(y, array, BAND);
    arguments.set(y + 1, junk(result.dtype(), kernel.temporary() + BAND), BAND);
    run(kernel, arguments);

    for (int i = 0; i < BAND; i++) {
      assertEquals(Array.get(before, i), Array.get(array, i), "written before the result");
      int behind = BAND + size + i;
      assertEquals(
          Array.get(before, behind), Array.get(array, behind), "written behind the result");
    }
    for (int i = 0; i < operands.size(); i++) {
      Tensor operand = operands.get(i);
      assertEquals(
          operand, tensor(arguments.array(i), arguments.offset(i), operand.type()), "changed " + i);
    }
    return tensor(array, BAND, result);
  }

  private void run(Kernel kernel, Arguments arguments) {
    Workspace workspace = new Workspace(kernel.workspace(), kernel.workspace());
    for (int phase = 0; phase < kernel.phases(); phase++) {
      List<Integer> tasks =
          new ArrayList<>(IntStream.range(0, kernel.tasks(phase)).boxed().toList());
      Collections.shuffle(tasks, random);
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

  private Object junk(DType dtype, int length) {
    return switch (dtype) {
      case FLOAT32 -> {
        float[] array = new float[length];
        IntStream.range(0, length).forEach(i -> array[i] = 1e30f * random.nextFloat());
        yield array;
      }
      case FLOAT64 -> random.doubles(length, 1e30, 1e31).toArray();
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
    int size = Math.toIntExact(type.shape().elementCount());
    Object part = Array.newInstance(array.getClass().componentType(), size);
    System.arraycopy(array, offset, part, 0, size);
    return switch (part) {
      case float[] floats -> Tensor.adopt(floats, type.shape());
      case double[] doubles -> Tensor.adopt(doubles, type.shape());
      case int[] ints -> Tensor.adopt(ints, type.shape());
      case long[] longs -> Tensor.adopt(longs, type.shape());
      case boolean[] booleans -> Tensor.adopt(booleans, type.shape());
      default -> throw new AssertionError(array);
    };
  }
}
