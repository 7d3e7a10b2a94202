package dev.adjoint.check;

import java.util.List;
import java.util.stream.Stream;

/** Mistakes as they are made in gradient rules; the sizes are such that the types still fit. */
final class GradientFaults {
  static final List<GradientFault> ALL =
      Stream.of(
              ArithmeticFaults.all(),
              PointwiseFaults.all(),
              MovementFaults.all(),
              ChoiceFaults.all(),
              ReductionFaults.all(),
              ProbabilityFaults.all(),
              ScanFaults.all(),
              IndexingFaults.all(),
              ContractionFaults.all(),
              ConvolutionFaults.all(),
              PoolingFaults.all(),
              SecondOrderFaults.all())
          .flatMap(List::stream)
          .toList();

  private GradientFaults() {}
}
