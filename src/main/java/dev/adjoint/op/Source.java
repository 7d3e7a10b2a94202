package dev.adjoint.op;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;

/** Values that come from no other: constants, counting, sizes, random numbers. */
public sealed interface Source extends Primitive, NotDifferentiable {
  @Override
  default String reasonNotDifferentiable() {
    return "it reads no value of floating point";
  }

  /** A tensor that is part of the graph. No operands. */
  record Constant(Tensor value) implements Source {
    @Override
    public TensorType infer(Operands in) {
      in.none();
      return value.type();
    }
  }

  /**
   * Counts along an axis: {@code y[.., i, ..] = i}, exactly where the dtype can hold it. No
   * operands; the result has the attribute's type, which is numeric. (C1) The axis exists.
   */
  record Iota(TensorType type, int axis) implements Source {
    @Override
    public TensorType infer(Operands in) {
      in.none();
      in.require("dtype", type.dtype() != DType.BOOL, "counts in numbers, not in BOOL.");
      in.require(
          "C1", axis >= 0 && axis < type.rank(), "%s has no axis %s to count along.", type, axis);
      return type;
    }
  }

  /** A size, possibly an expression of named ones, as an INT64 scalar. No operands. */
  record Size(Dim size) implements Source {
    @Override
    public TensorType infer(Operands in) {
      in.none();
      return TensorType.of(DType.INT64);
    }
  }

  /**
   * Random numbers from a counter-based generator, Philox4x32-10 (Salmon, Moraes, Dror and Shaw,
   * "Parallel random numbers: as easy as 1, 2, 3", SC 2011). Operands: {@code key} and {@code
   * counter}, INT64 scalars. The result is a pure function of both and of the type: the same graph,
   * key and counter give the same bits on any number of threads.
   *
   * <p>Block b of four 32-bit words is Philox of the 128-bit counter whose low 64 bits are b and
   * whose high 64 bits are {@code counter}, under the 64-bit {@code key}; all little-endian in
   * words.
   *
   * <p>(C1) Key and counter are INT64 scalars. (C2) The operator makes numbers of the dtype.
   */
  sealed interface Random extends Source {
    /** The type of the result. */
    TensorType type();

    /** Checks the operands and the dtype of the result. */
    default TensorType inferRandom(Operands in, boolean accepted, String dtypes) {
      in.count(2);
      TensorType scalar = TensorType.of(DType.INT64);
      in.require(
          "C1",
          in.get(0).equals(scalar) && in.get(1).equals(scalar),
          "the key and the counter must be %s.",
          scalar);
      in.require("C2", accepted, "makes %s, not %s.", dtypes, type().dtype());
      return type();
    }

    @Override
    default String reasonNotDifferentiable() {
      return "its key and counter are integers";
    }
  }

  /** The words themselves: element e is word {@code e mod 4} of block {@code e / 4}. INT32. */
  record RandomBits(TensorType type) implements Random {
    @Override
    public TensorType infer(Operands in) {
      return inferRandom(in, type.dtype() == DType.INT32, "INT32");
    }
  }

  /**
   * Uniform in [0, 1). FLOAT32: element e is {@code (w >>> 8) * 2^-24} of word w as in {@link
   * RandomBits}. FLOAT64: element e is {@code ((h << 32 | l) >>> 11) * 2^-53} of the words l, h at
   * {@code 2e} and {@code 2e + 1}.
   */
  record RandomUniform(TensorType type) implements Random {
    @Override
    public TensorType infer(Operands in) {
      return inferRandom(in, type.dtype().isFloating(), "floating point");
    }
  }

  /**
   * Standard normal, by Box and Muller: elements 2k and 2k + 1 are {@code r cos(t)} and {@code r
   * sin(t)} with {@code r = sqrt(-2 log(1 - u))}, {@code t = 2 pi v} and u, v the elements 2k and
   * 2k + 1 of {@link RandomUniform} in the same dtype.
   */
  record RandomNormal(TensorType type) implements Random {
    @Override
    public TensorType infer(Operands in) {
      return inferRandom(in, type.dtype().isFloating(), "floating point");
    }
  }

  /** A size as a scalar of the given dtype: a constant if it is known. */
  static Value size(GraphBuilder builder, Dim size, DType dtype) {
    return size.isConstant()
        ? builder.constant(Tensor.scalar(size.value()).cast(dtype))
        : builder.add(new Size(size)).cast(dtype);
  }

  /** {@link Iota}: 0, 1, 2 and so on along {@code axis}. */
  static Value iota(GraphBuilder builder, TensorType type, int axis) {
    return builder.add(new Iota(type, axis));
  }

  /** {@link RandomUniform}: uniform in [0, 1). */
  static Value uniform(Value key, Value counter, TensorType type) {
    return key.builder().add(new RandomUniform(type), key, counter);
  }

  /** {@link RandomNormal}: standard normal. */
  static Value normal(Value key, Value counter, TensorType type) {
    return key.builder().add(new RandomNormal(type), key, counter);
  }

  /**
   * True with the given probability, a scalar of floating point: where {@link RandomUniform} of its
   * dtype is below it.
   */
  static Value bernoulli(Value key, Value counter, Value probability, TensorType type) {
    return uniform(key, counter, type.withDType(probability.dtype())).lt(probability);
  }

  /** The family's methods on values. */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** A scalar constant of this value's dtype. */
    default Value scalar(double value) {
      return self().builder().constant(self().dtype(), value);
    }

    /** A constant of this value's type, the same everywhere. */
    default Value like(double value) {
      return scalar(value).broadcast(self().shape());
    }

    /** {@link Size}: the size along {@code axis} as an INT64 scalar. */
    default Value sizeOf(int axis) {
      return size(self().builder(), self().dim(axis), DType.INT64);
    }
  }
}
