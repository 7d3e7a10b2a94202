package dev.adjoint.check.generate;

import dev.adjoint.graph.Op;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Pointwise;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.function.Function;

/** Functions of one number and of two, the latter broadcast. */
final class ElementwiseSamplers {
  private static final Domain ROUNDED = new Domain.OffLattice(0.5);

  private ElementwiseSamplers() {}

  static List<OperatorSampler> all() {
    return List.of(
        unary(new Pointwise.Neg(), Choices::numeric, Domain.real()),
        unary(new Pointwise.Abs(), Choices::numeric, Domain.separated()),
        unary(new Pointwise.Sign(), Choices::numeric, Domain.separated()),
        unary(new Pointwise.Exp(), Domain.real()),
        unary(new Pointwise.Expm1(), Domain.real()),
        unary(new Pointwise.Log(), Domain.positive()),
        unary(new Pointwise.Log1p(), new Domain.Between(-0.75, 2)),
        unary(new Pointwise.Sqrt(), Domain.positive()),
        unary(new Pointwise.Rsqrt(), Domain.positive()),
        unary(new Pointwise.Sin(), Domain.real()),
        unary(new Pointwise.Cos(), Domain.real()),
        unary(new Pointwise.Tanh(), Domain.real()),
        unary(new Pointwise.Sigmoid(), Domain.real()),
        unary(new Pointwise.Softplus(), Domain.real()),
        unary(new Pointwise.Erf(), Domain.real()),
        unary(new Pointwise.Floor(), ROUNDED),
        unary(new Pointwise.Ceil(), ROUNDED),
        unary(new Pointwise.Round(), new Domain.OffLattice(0.5)),
        binary(new Arithmetic.Add(), Domain.real(), Domain.real()),
        binary(new Arithmetic.Sub(), Domain.real(), Domain.real()),
        binary(new Arithmetic.Mul(), Domain.real(), Domain.real()),
        binary(new Arithmetic.Div(), Domain.real(), new Domain.NonZero()),
        OperatorSampler.of(Arithmetic.Pow.class, ElementwiseSamplers::pow),
        binary(new Arithmetic.Max(), new Domain.Separated(0, 2), new Domain.Separated(1, 2)),
        binary(new Arithmetic.Min(), new Domain.Separated(0, 2), new Domain.Separated(1, 2)),
        binary(new Arithmetic.Mod(), ROUNDED, new Domain.PowerOfTwo()));
  }

  private static OperatorSampler unary(Op op, Domain domain) {
    return unary(op, Choices::floating, domain);
  }

  private static OperatorSampler unary(Op op, Function<Choices, DType> dtype, Domain domain) {
    return OperatorSampler.of(
        op.getClass(),
        choices -> OperatorSample.of(op, new Operand(choices.type(dtype.apply(choices)), domain)));
  }

  private static OperatorSampler binary(Op op, Domain first, Domain second) {
    return OperatorSampler.of(
        op.getClass(), choices -> binary(op, choices, choices.numeric(), first, second));
  }

  private static OperatorSample binary(
      Op op, Choices choices, DType dtype, Domain first, Domain second) {
    Shape shape = choices.shape();
    return OperatorSample.broadcasting(
        op,
        new Operand(new TensorType(dtype, choices.broadcastableTo(shape)), first),
        new Operand(new TensorType(dtype, choices.broadcastableTo(shape)), second));
  }

  /** A base above 0 with any exponent, or any base with an exponent that is a whole number. */
  private static OperatorSample pow(Choices choices) {
    DType dtype = choices.numeric();
    boolean whole = dtype.isInteger() || choices.chance(25);
    return binary(
        new Arithmetic.Pow(),
        choices,
        dtype,
        whole ? new Domain.NonZero() : Domain.positive(),
        whole ? new Domain.Whole(0, 4) : Domain.real());
  }
}
