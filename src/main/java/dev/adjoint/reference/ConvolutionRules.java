package dev.adjoint.reference;

import dev.adjoint.op.Convolution;
import java.util.stream.IntStream;

/** {@link Convolution}. */
final class ConvolutionRules {
  private ConvolutionRules() {}

  static Grid apply(Convolution op, Call call) {
    return switch (op) {
      case Convolution.Correlation correlation ->
          new Sum(correlation, call.operand(0), call.operand(1)).into(call.result());
    };
  }

  /** The sum over taps and features, for each element of the result. */
  private record Sum(Convolution.Correlation op, Grid x, Grid w) {
    Grid into(Grid y) {
      Extent taps =
          Extent.of(
              IntStream.range(0, op.window().size())
                  .mapToLong(axis -> w.size(kernelAxis((char) ('0' + axis))))
                  .toArray());
      y.extent().forEach(output -> taps.forEach(tap -> addTap(y, output, tap)));
      return y;
    }

    private int inputAxis(char name) {
      return op.layout().input().indexOf(name);
    }

    private int kernelAxis(char name) {
      return op.layout().kernel().indexOf(name);
    }

    private int outputAxis(char name) {
      return op.layout().output().indexOf(name);
    }

    private void addTap(Grid y, long[] output, long[] tap) {
      long[] input = new long[x.rank()];
      long[] kernel = new long[w.rank()];
      for (int axis = 0; axis < tap.length; axis++) {
        char name = (char) ('0' + axis);
        long step = output[outputAxis(name)];
        long size = x.size(inputAxis(name));
        long source = Windows.source(op.window().get(axis), step, tap[axis], size);
        if (source == Windows.NOTHING) {
          return;
        }
        input[inputAxis(name)] = source;
        kernel[kernelAxis(name)] = tap[axis];
      }
      addFeatures(y, output, input, kernel);
    }

    /** Adds one tap's products over the features that the output's group reads. */
    private void addFeatures(Grid y, long[] output, long[] input, long[] kernel) {
      long feature = output[outputAxis('f')];
      long features = y.size(outputAxis('f'));
      long read = w.size(kernelAxis('i'));
      long featureGroup = feature / (features / op.featureGroups());
      long batchGroup = feature / (features / op.batchGroups());
      long batches = x.size(inputAxis('b')) / op.batchGroups();
      input[inputAxis('b')] = batchGroup * batches + output[outputAxis('b')];
      kernel[kernelAxis('o')] = feature;
      int target = y.at(output);
      for (long c = 0; c < read; c++) {
        input[inputAxis('f')] = featureGroup * read + c;
        kernel[kernelAxis('i')] = c;
        y.addProduct(target, x, x.at(input), w, w.at(kernel));
      }
    }
  }
}
