package dev.adjoint.bench;

import org.openjdk.jmh.annotations.Param;

/** A fused loop over a large array, and what a step costs that has next to nothing to do. */
public class Loops extends AdjointBenchmark {
  /** The workload's name. */
  @Param({"chain relu(a*x+b)*sigmoid(x)", "dispatch of 1,000 nodes"})
  public String loop;

  @Override
  Workload workload() {
    return Workload.named(loop);
  }
}
