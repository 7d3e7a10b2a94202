package dev.adjoint.bench;

import org.openjdk.jmh.annotations.Param;

/** Training steps and predictions. */
public class Networks extends AdjointBenchmark {
  /** The workload's name. */
  @Param({
    "train MNIST SGD",
    "train MNIST ADAM",
    "train VGG-like SGD",
    "infer MNIST batch 1",
    "infer MNIST batch 64"
  })
  public String network;

  @Override
  Workload workload() {
    return Workload.named(network);
  }
}
