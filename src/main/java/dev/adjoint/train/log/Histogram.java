package dev.adjoint.train.log;

import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.log.proto.HistogramProto;
import java.util.Arrays;

/**
 * How a tensor's elements are distributed, in buckets of one width between the least and the
 * greatest.
 */
final class Histogram {
  private static final int BUCKETS = 40;

  private Histogram() {}

  static HistogramProto of(Tensor tensor) {
    double[] values = Arrays.stream(tensor.asDoubles()).filter(Double::isFinite).toArray();
    HistogramProto.Builder out = HistogramProto.newBuilder();
    if (values.length == 0) {
      return out.addBucketLimit(Double.MAX_VALUE).addBucket(0).build();
    }
    double least = Arrays.stream(values).min().orElseThrow();
    double greatest = Arrays.stream(values).max().orElseThrow();
    out.setMin(least).setMax(greatest).setNum(values.length);
    out.setSum(Arrays.stream(values).sum());
    out.setSumSquares(Arrays.stream(values).map(value -> value * value).sum());
    double width = (greatest - least) / BUCKETS;
    if (!(width > 0) || Double.isInfinite(width)) {
      return out.addBucketLimit(Math.nextUp(greatest)).addBucket(values.length).build();
    }
    long[] counts = new long[BUCKETS];
    for (double value : values) {
      counts[Math.min((int) ((value - least) / width), BUCKETS - 1)]++;
    }
    for (int i = 0; i < BUCKETS; i++) {
      out.addBucketLimit(i == BUCKETS - 1 ? Math.nextUp(greatest) : least + (i + 1) * width);
      out.addBucket((double) counts[i]);
    }
    return out.build();
  }
}
