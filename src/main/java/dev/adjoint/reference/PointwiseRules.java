package dev.adjoint.reference;

import dev.adjoint.op.Pointwise;

/** {@link Pointwise}. */
final class PointwiseRules {
  private PointwiseRules() {}

  static Grid apply(Pointwise op, Call call) {
    return switch (op) {
      case Pointwise.Neg() -> call.map(x -> -x, x -> -x);
      case Pointwise.Abs() -> call.map(Math::abs, Math::abs);
      case Pointwise.Sign() -> call.map(Math::signum, Long::signum);
      case Pointwise.Exp() -> call.map(StrictMath::exp);
      case Pointwise.Expm1() -> call.map(StrictMath::expm1);
      case Pointwise.Log() -> call.map(StrictMath::log);
      case Pointwise.Log1p() -> call.map(StrictMath::log1p);
      case Pointwise.Sqrt() -> call.map(Math::sqrt);
      case Pointwise.Rsqrt() -> call.map(x -> 1 / Math.sqrt(x));
      case Pointwise.Sin() -> call.map(StrictMath::sin);
      case Pointwise.Cos() -> call.map(StrictMath::cos);
      case Pointwise.Tanh() -> call.map(StrictMath::tanh);
      case Pointwise.Sigmoid() -> call.map(PointwiseRules::sigmoid);
      case Pointwise.Softplus() -> call.map(PointwiseRules::softplus);
      case Pointwise.Erf() -> call.map(ErrorFunction::erf);
      case Pointwise.Floor() -> call.map(Math::floor);
      case Pointwise.Ceil() -> call.map(Math::ceil);
      case Pointwise.Round() -> call.map(Math::rint);
    };
  }

  private static double sigmoid(double x) {
    // Of the two forms the one whose exponential is at most 1.
    return x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }
}
