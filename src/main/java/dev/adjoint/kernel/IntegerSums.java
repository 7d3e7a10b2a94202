package dev.adjoint.kernel;

import dev.adjoint.tensor.DType;

/** Products of integers, which wrap around, in plain loops: a task a row. */
final class IntegerSums implements Kernel {
  private final DType dtype;
  private final ProductShape shape;
  private final Epilogue epilogue;

  private IntegerSums(DType dtype, ProductShape shape, Epilogue epilogue) {
    this.dtype = dtype;
    this.shape = shape;
    this.epilogue = epilogue;
  }

  static Kernel product(DType dtype, ProductShape shape, Epilogue epilogue) {
    requireTailOnly(epilogue);
    return new IntegerSums(dtype, shape, epilogue);
  }

  static void requireTailOnly(Epilogue epilogue) {
    if (epilogue.hasSteps()) {
      throw new IllegalArgumentException(
          "Products of integers take a tail only, given %s.".formatted(epilogue));
    }
  }

  @Override
  public int tasks(int phase) {
    return shape.batch() * shape.m();
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    int batch = task / shape.m();
    int row = task % shape.m();
    int aAt = arguments.offset(0) + shape.aBatch().at(batch) + shape.aRow().at(row);
    int bAt = arguments.offset(1) + shape.bBatch().at(batch);
    int from = task * shape.n();
    for (int n = 0; n < shape.n(); n++) {
      int at = arguments.offset(epilogue.result()) + from + n;
      int column = bAt + shape.bColumn().at(n);
      if (dtype == DType.INT32) {
        arguments.ints(epilogue.result())[at] =
            dot(arguments.ints(0), aAt, arguments.ints(1), column);
      } else {
        arguments.longs(epilogue.result())[at] =
            dot(arguments.longs(0), aAt, arguments.longs(1), column);
      }
    }
    if (epilogue.tail().isPresent()) {
      epilogue.tail().get().run(arguments, from, from + shape.n());
    }
  }

  private int dot(int[] a, int aAt, int[] b, int bAt) {
    int sum = 0;
    for (int k = 0; k < shape.k(); k++) {
      sum += a[aAt + shape.aDepth().at(k)] * b[bAt + shape.bDepth().at(k)];
    }
    return sum;
  }

  private long dot(long[] a, int aAt, long[] b, int bAt) {
    long sum = 0;
    for (int k = 0; k < shape.k(); k++) {
      sum += a[aAt + shape.aDepth().at(k)] * b[bAt + shape.bDepth().at(k)];
    }
    return sum;
  }
}
