package dev.adjoint.bench;

import org.openjdk.jmh.annotations.Param;

/** Products of square matrices. */
public class Products extends AdjointBenchmark {
  /** Rows and columns. */
  @Param({"512", "1024", "2048"})
  public int n;

  @Override
  Workload workload() {
    return new Workload.Product(n);
  }
}
