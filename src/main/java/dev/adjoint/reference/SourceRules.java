package dev.adjoint.reference;

import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;

/** {@link Source}. */
final class SourceRules {
  private SourceRules() {}

  static Grid apply(Source op, Call call) {
    return switch (op) {
      case Source.Constant(var value) -> Grid.of(value, call.dtype());
      case Source.Iota(_, var axis) -> iota(call, axis);
      case Source.Size(var size) -> {
        Grid y = call.result();
        y.set(0, size.value());
        yield y;
      }
      case Source.RandomBits _ -> {
        Philox generator = generator(call);
        Grid y = call.result();
        for (int e = 0; e < y.count(); e++) {
          y.set(e, (long) generator.word(e));
        }
        yield y;
      }
      case Source.RandomUniform(var type) -> {
        Uniform uniform = new Uniform(generator(call), type.dtype());
        Grid y = call.result();
        for (int e = 0; e < y.count(); e++) {
          y.set(e, uniform.element(e));
        }
        yield y;
      }
      case Source.RandomNormal(var type) -> {
        Uniform uniform = new Uniform(generator(call), type.dtype());
        Grid y = call.result();
        for (int e = 0; e < y.count(); e++) {
          y.set(e, normal(uniform, e));
        }
        yield y;
      }
    };
  }

  private static Grid iota(Call call, int axis) {
    Grid y = call.result();
    y.extent()
        .forEach(index -> {
          if (y.isFloating()) {
            y.set(y.at(index), (double) index[axis]);
          } else {
            y.set(y.at(index), index[axis]);
          }
        });
    return y;
  }

  private static Philox generator(Call call) {
    return new Philox(call.operand(0).getLong(0), call.operand(1).getLong(0));
  }

  /** The elements of {@link Source.RandomUniform}. */
  private record Uniform(Philox generator, DType dtype) {
    double element(long e) {
      if (dtype == DType.FLOAT32) {
        return (generator.word(e) >>> 8) * 0x1p-24;
      }
      long low = Integer.toUnsignedLong(generator.word(2 * e));
      long high = Integer.toUnsignedLong(generator.word(2 * e + 1));
      return ((high << 32 | low) >>> 11) * 0x1p-53;
    }
  }

  private static double normal(Uniform uniform, long e) {
    long first = e - e % 2;
    double radius = Math.sqrt(-2 * StrictMath.log(1 - uniform.element(first)));
    double angle = 2 * Math.PI * uniform.element(first + 1);
    return radius * (e == first ? StrictMath.cos(angle) : StrictMath.sin(angle));
  }
}
