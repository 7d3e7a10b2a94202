package dev.adjoint.bench;

import org.openjdk.jmh.annotations.Param;

/** Convolutions of a batch of 32, in all three directions. */
public class Convolutions extends AdjointBenchmark {
  /** Height, width and planes, planes made, kernel. */
  @Param({
    "28x28x1->32 5x5",
    "14x14x32->64 5x5",
    "56x56x64->64 3x3",
    "28x28x128->128 3x3",
    "14x14x256->1024 1x1",
    "56x56x128 depthwise 3x3"
  })
  public String shape;

  /** What is computed. */
  @Param({"forward", "dX", "dW"})
  public String pass;

  @Override
  Workload workload() {
    return Workload.named("conv %s %s".formatted(shape, pass));
  }
}
