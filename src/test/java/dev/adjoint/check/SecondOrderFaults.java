package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.wrongInSecondOrder;

import dev.adjoint.graph.Value;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Probability;
import java.util.List;

/** Mistakes that show only in the second derivative. */
final class SecondOrderFaults {
  private SecondOrderFaults() {}

  static List<GradientFault> all() {
    return List.of(
        wrongInSecondOrder(
            "tanh whose gradient holds the result constant",
            new Pointwise.Tanh(),
            List.of(real(2, 3)),
            at ->
                at.cotangents(() -> {
                  Value y = at.y().stopGradient();
                  return at.dy().mul(y.like(1).sub(y.mul(y)));
                })),
        wrongInSecondOrder(
            "mul whose gradient holds the other factor constant",
            new Arithmetic.Mul(),
            List.of(real(2, 3), real(2, 3)),
            at ->
                at.cotangents(
                    () -> at.dy().mul(at.operand(1).stopGradient()),
                    () -> at.dy().mul(at.x().stopGradient()))),
        wrongInSecondOrder(
            "softmax whose gradient holds the sum constant",
            new Probability.Softmax(Axes.of(1)),
            List.of(real(2, 3)),
            at ->
                at.cotangents(() -> {
                  Value weighted = at.dy().mul(at.y());
                  return weighted.sub(at.y().mul(weighted.sumKeepDims(1).stopGradient()));
                })),
        wrongInSecondOrder(
            "exp whose gradient is cut off from the result",
            new Pointwise.Exp(),
            List.of(real(2, 3)),
            at -> at.cotangents(() -> at.dy().mul(at.y().stopGradient()))));
  }
}
