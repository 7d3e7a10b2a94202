package dev.adjoint.bench;

/**
 * What one contender took for one workload on a number of threads.
 *
 * @param workload what was computed
 * @param contender by whom
 * @param threads on how many threads
 * @param median of the times of a run, in nanoseconds
 * @param p99 the time that one run in a hundred exceeds, in nanoseconds
 */
record Measurement(Workload workload, Contender contender, int threads, double median, double p99) {
  /** Operations or bytes a nanosecond, of what is counted in such. */
  double rate() {
    return switch (workload) {
      case Workload.MultiplyAdds peak -> threads * peak.flops() / median;
      case Workload.Arithmetic counted -> counted.flops() / median;
      case Workload.Traffic counted -> counted.bytes() / median;
      default -> throw new IllegalStateException("not counted: " + workload.name());
    };
  }

  /** The figure of the table: a rate for what is counted, else a time. */
  String figure() {
    return switch (workload) {
      case Workload.Arithmetic _, Workload.Traffic _ -> "%.1f".formatted(rate());
      case Workload.TrainingStep _ -> "%.1f".formatted(median / 1e6);
      case Workload.Inference(_, var batch) ->
          batch == 1
              ? "%.2f (p99 %.2f)".formatted(median / 1e6, p99 / 1e6)
              : "%,.0f".formatted(batch / (median / 1e9));
      case Workload.Dispatch(var nodes) -> "%.3f".formatted(median / 1e3 / nodes);
    };
  }

  /** What the figure is measured in. */
  static String unit(Workload workload) {
    return switch (workload) {
      case Workload.Arithmetic _ -> "GFLOP/s";
      case Workload.Traffic _ -> "GB/s";
      case Workload.TrainingStep _ -> "ms";
      case Workload.Inference(_, var batch) -> batch == 1 ? "ms" : "images/s";
      case Workload.Dispatch _ -> "µs a node";
    };
  }
}
