package dev.adjoint.op;

import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/**
 * Elementwise functions of one number. Operand {@code x}: any shape, of floating point unless an
 * operator says numeric; result: the type of {@code x}. NaN gives NaN. Each element depends on its
 * own operand only, so the bits are the same on any number of threads.
 */
public sealed interface Pointwise extends Primitive, Differentiable {
  @Override
  default TensorType infer(Operands in) {
    TensorType type = in.single();
    in.floating(0);
    return type;
  }

  /**
   * Numeric. {@code y = -x}. Integers: the smallest one is its own negation. Gradient: {@code dx =
   * -dy}.
   */
  record Neg() implements Pointwise {
    @Override
    public TensorType infer(Operands in) {
      return inferNumeric(in);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().neg());
    }

    @Override
    public Linearity linearity() {
      return Linearity.LINEAR;
    }
  }

  /**
   * Numeric. {@code y = |x|}. Integers: the smallest one is its own absolute value. Gradient:
   * {@code dx = dy * sign(x)}, so 0 at 0.
   */
  record Abs() implements Pointwise {
    @Override
    public TensorType infer(Operands in) {
      return inferNumeric(in);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().mul(at.x().sign()));
    }
  }

  /**
   * Numeric. -1, 0 or 1; for floating point a zero keeps its sign and NaN stays NaN. Gradient: 0
   * everywhere it exists.
   */
  record Sign() implements Pointwise {
    @Override
    public TensorType infer(Operands in) {
      return inferNumeric(in);
    }

    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.zeros();
    }
  }

  /** {@code y = e^x}. Gradient: {@code dx = dy * y}. */
  record Exp() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().mul(at.y()));
    }
  }

  /** {@code y = e^x - 1}, accurate near 0. Gradient: {@code dx = dy * e^x}. */
  record Expm1() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().mul(at.x().exp()));
    }
  }

  /** The natural logarithm; -infinity at 0, NaN below. Gradient: {@code dx = dy / x}. */
  record Log() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().div(at.x()));
    }
  }

  /** {@code y = log(1 + x)}, accurate near 0. Gradient: {@code dx = dy / (1 + x)}. */
  record Log1p() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().div(at.x().add(1)));
    }
  }

  /**
   * The square root; NaN below 0.
   *
   * <p>Gradient: {@code dx = dy / (2 y)}, which is infinite at 0, but 0 there if dy is 0: a
   * cotangent that does not ask does not turn into NaN.
   */
  record Sqrt() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> {
        Value zero = at.y().like(0);
        Value unasked = at.y().eq(zero).and(at.dy().eq(zero));
        return at.dy().div(Logic.select(unasked, at.y().like(1), at.y()).mul(2));
      });
    }
  }

  /**
   * {@code y = 1 / sqrt(x)}; infinity of its sign at a zero, NaN below. Gradient: {@code dx = -dy *
   * y^3 / 2}.
   */
  record Rsqrt() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().mul(at.y().mul(at.y()).mul(at.y())).mul(-0.5));
    }
  }

  /** The sine of x in radians. Gradient: {@code dx = dy * cos(x)}. */
  record Sin() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().mul(at.x().cos()));
    }
  }

  /** The cosine of x in radians. Gradient: {@code dx = -dy * sin(x)}. */
  record Cos() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().mul(at.x().sin()).neg());
    }
  }

  /**
   * The hyperbolic tangent. Gradient: {@code dx = dy * (1 - y^2)}, accurate to a rounding of 1: a
   * slope below that, where y is next to 1 or -1, comes out as 0.
   */
  record Tanh() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().mul(at.y().like(1).sub(at.y().mul(at.y()))));
    }
  }

  /**
   * {@code y = 1 / (1 + e^-x)}, without overflow. Gradient: {@code dx = dy * y * sigmoid(-x)},
   * which keeps its accuracy where y is next to 1.
   */
  record Sigmoid() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().mul(at.y()).mul(at.x().neg().sigmoid()));
    }
  }

  /**
   * {@code y = log(1 + e^x)}, computed as {@code max(x, 0) + log1p(e^-|x|)}. Gradient: {@code dx =
   * dy * sigmoid(x)}.
   */
  record Softplus() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> at.dy().mul(at.x().sigmoid()));
    }
  }

  /**
   * The error function, {@code 2 / sqrt(pi) * integral from 0 to x of e^(-t^2) dt}. Gradient:
   * {@code dx = dy * 2 / sqrt(pi) * e^(-x^2)}.
   */
  record Erf() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.cotangents(() -> {
        // In two parts, so that a FLOAT32 graph holds the factor to double precision as well.
        double factor = 2 / Math.sqrt(Math.PI);
        Value slope = at.x().scalar((float) factor).add(factor - (float) factor);
        return at.dy().mul(at.x().mul(at.x()).neg().exp()).mul(slope);
      });
    }
  }

  /** The largest whole number that is not above x. Gradient: 0 everywhere it exists. */
  record Floor() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.zeros();
    }
  }

  /** The smallest whole number that is not below x. Gradient: 0 everywhere it exists. */
  record Ceil() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.zeros();
    }
  }

  /** The nearest whole number, at a tie the even one. Gradient: 0 everywhere it exists. */
  record Round() implements Pointwise {
    @Override
    public List<Cotangent> vjp(Vjp at) {
      return at.zeros();
    }
  }

  private static TensorType inferNumeric(Operands in) {
    TensorType type = in.single();
    in.numeric(0);
    return type;
  }

  /** The family's methods on values. */
  interface Methods {
    /** The value that the methods start from. */
    Value self();

    /** {@link Neg}: -this. */
    default Value neg() {
      return self().builder().add(new Neg(), self());
    }

    /** {@link Abs}: |this|. */
    default Value abs() {
      return self().builder().add(new Abs(), self());
    }

    /** {@link Sign}: -1, 0 or 1. */
    default Value sign() {
      return self().builder().add(new Sign(), self());
    }

    /** {@link Exp}: e^this. */
    default Value exp() {
      return self().builder().add(new Exp(), self());
    }

    /** {@link Expm1}: e^this - 1. */
    default Value expm1() {
      return self().builder().add(new Expm1(), self());
    }

    /** {@link Log}: the natural logarithm. */
    default Value log() {
      return self().builder().add(new Log(), self());
    }

    /** {@link Log1p}: log(1 + this). */
    default Value log1p() {
      return self().builder().add(new Log1p(), self());
    }

    /** {@link Sqrt}: the square root. */
    default Value sqrt() {
      return self().builder().add(new Sqrt(), self());
    }

    /** {@link Rsqrt}: 1 / sqrt(this). */
    default Value rsqrt() {
      return self().builder().add(new Rsqrt(), self());
    }

    /** {@link Sin}: the sine. */
    default Value sin() {
      return self().builder().add(new Sin(), self());
    }

    /** {@link Cos}: the cosine. */
    default Value cos() {
      return self().builder().add(new Cos(), self());
    }

    /** {@link Tanh}: the hyperbolic tangent. */
    default Value tanh() {
      return self().builder().add(new Tanh(), self());
    }

    /** {@link Sigmoid}: 1 / (1 + e^-this). */
    default Value sigmoid() {
      return self().builder().add(new Sigmoid(), self());
    }

    /** {@link Softplus}: log(1 + e^this). */
    default Value softplus() {
      return self().builder().add(new Softplus(), self());
    }

    /** {@link Erf}: the error function. */
    default Value erf() {
      return self().builder().add(new Erf(), self());
    }

    /** {@link Floor}: rounded down. */
    default Value floor() {
      return self().builder().add(new Floor(), self());
    }

    /** {@link Ceil}: rounded up. */
    default Value ceil() {
      return self().builder().add(new Ceil(), self());
    }

    /** {@link Round}: rounded to the nearest, ties to even. */
    default Value round() {
      return self().builder().add(new Round(), self());
    }
  }
}
