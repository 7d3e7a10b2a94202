package dev.adjoint.kernel;

import dev.adjoint.tensor.DType;

/** Correlations of integers, which wrap around, in plain loops: a task an image and group. */
final class IntegerCorrelation implements Kernel {
  private final DType dtype;
  private final CorrelationShape shape;
  private final Epilogue epilogue;

  IntegerCorrelation(DType dtype, CorrelationShape shape, Epilogue epilogue) {
    IntegerSums.requireTailOnly(epilogue);
    this.dtype = dtype;
    this.shape = shape;
    this.epilogue = epilogue;
  }

  @Override
  public int phases() {
    return epilogue.tail().isPresent() ? 2 : 1;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? shape.batch() * shape.groups() : 1;
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    if (phase == 1) {
      epilogue.tail().orElseThrow().run(arguments, 0, shape.resultSize());
      return;
    }
    int group = task % shape.groups();
    int image = task / shape.groups();
    CorrelationShape.Axis d = shape.axes().get(0);
    CorrelationShape.Axis h = shape.axes().get(1);
    CorrelationShape.Axis w = shape.axes().get(2);
    for (int z = 0; z < d.output(); z++) {
      for (int y = 0; y < h.output(); y++) {
        for (int x = 0; x < w.output(); x++) {
          for (int n = group * shape.columns(); n < (group + 1) * shape.columns(); n++) {
            int place =
                image * shape.yBatch()
                    + z * d.yStride()
                    + y * h.yStride()
                    + x * w.yStride()
                    + n * shape.yFeature();
            element(arguments, image, group, n, z, y, x, place);
          }
        }
      }
    }
  }

  private void element(
      Arguments arguments, int image, int group, int n, int z, int y, int x, int place) {
    int batchGroup = shape.batchGroups() > 1 ? group : 0;
    int featureGroup = shape.featureGroups() > 1 ? group : 0;
    int from =
        (batchGroup * shape.batch() + image) * shape.xBatch()
            + featureGroup * shape.depth() * shape.xFeature();
    long sum = 0;
    for (int i = 0; i < shape.axes().get(0).taps(); i++) {
      int dAt = source(shape.axes().get(0), z, i);
      for (int j = 0; dAt >= 0 && j < shape.axes().get(1).taps(); j++) {
        int hAt = source(shape.axes().get(1), y, j);
        for (int k = 0; hAt >= 0 && k < shape.axes().get(2).taps(); k++) {
          int wAt = source(shape.axes().get(2), x, k);
          if (wAt >= 0) {
            int tap =
                i * shape.axes().get(0).wStride()
                    + j * shape.axes().get(1).wStride()
                    + k * shape.axes().get(2).wStride()
                    + n * shape.wColumn();
            sum += features(arguments, from + dAt + hAt + wAt, tap);
          }
        }
      }
    }
    int at = arguments.offset(epilogue.result()) + place;
    if (dtype == DType.INT32) {
      arguments.ints(epilogue.result())[at] = (int) sum;
    } else {
      arguments.longs(epilogue.result())[at] = sum;
    }
  }

  /** The offset of the input's element under a tap, or -1 if there is none. */
  private static int source(CorrelationShape.Axis axis, int step, int tap) {
    int at = step * axis.stride() + tap * axis.dilation() - axis.low();
    boolean inside =
        at >= 0 && at % axis.inputDilation() == 0 && at / axis.inputDilation() < axis.input();
    return inside ? at / axis.inputDilation() * axis.xStride() : -1;
  }

  private long features(Arguments arguments, int x, int w) {
    long sum = 0;
    for (int c = 0; c < shape.depth(); c++) {
      int xAt = arguments.offset(0) + x + c * shape.xFeature();
      int wAt = arguments.offset(1) + w + c * shape.wDepth();
      sum +=
          dtype == DType.INT32
              ? (long) arguments.ints(0)[xAt] * arguments.ints(1)[wAt]
              : arguments.longs(0)[xAt] * arguments.longs(1)[wAt];
    }
    return sum;
  }
}
