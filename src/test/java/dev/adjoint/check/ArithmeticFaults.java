package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.positive;
import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.ruleOfAnother;
import static dev.adjoint.check.GradientFault.times;
import static dev.adjoint.check.GradientFault.wrongAnswer;
import static dev.adjoint.check.GradientFault.wrongRule;

import dev.adjoint.check.GradientFault.Given;
import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Movement;
import java.util.List;

/** Mistakes in the rules of {@link Arithmetic}. */
final class ArithmeticFaults {
  private ArithmeticFaults() {}

  static List<GradientFault> all() {
    List<Given> two = List.of(real(2, 3), real(2, 3));
    List<Given> positive = List.of(positive(2, 3), positive(2, 3));
    return List.of(
        wrongAnswer("add forgets its second operand", new Arithmetic.Add(), two, 1, times(0)),
        wrongAnswer("sub without the sign", new Arithmetic.Sub(), two, 1, times(-1)),
        wrongRule(
            "mul without the other factor",
            new Arithmetic.Mul(),
            two,
            at -> at.cotangents(at::dy, () -> at.dy().mul(at.x()))),
        wrongRule(
            "mul with the operands swapped",
            new Arithmetic.Mul(),
            two,
            at -> at.cotangents(() -> at.dy().mul(at.x()), () -> at.dy().mul(at.operand(1)))),
        wrongAnswer("div with the wrong sign", new Arithmetic.Div(), positive, 1, times(-1)),
        wrongRule(
            "div forgets to divide again",
            new Arithmetic.Div(),
            positive,
            at -> at.cotangents(() -> at.dy().div(at.operand(1)), () -> at.dy().mul(at.y()).neg())),
        wrongRule(
            "pow keeps the exponent",
            new Arithmetic.Pow(),
            positive,
            at ->
                at.cotangents(
                    () -> at.dy().mul(at.operand(1)).mul(at.y()),
                    () -> at.dy().mul(at.y()).mul(at.x().log()))),
        wrongRule(
            "pow without the logarithm",
            new Arithmetic.Pow(),
            positive,
            at ->
                at.cotangents(
                    () -> at.dy().mul(at.operand(1)).mul(at.y()).div(at.x()),
                    () -> at.dy().mul(at.y()))),
        wrongRule(
            "max to both operands", new Arithmetic.Max(), two, at -> at.cotangents(at::dy, at::dy)),
        ruleOfAnother("min as max", new Arithmetic.Min(), two, new Arithmetic.Max()),
        wrongRule(
            "mod without the floor",
            new Arithmetic.Mod(),
            positive,
            at -> at.cotangents(at::dy, () -> at.dy().mul(at.x().div(at.operand(1))).neg())),
        wrongRule(
            "mul by a subtly wrong factor",
            new Arithmetic.Mul(),
            two,
            at ->
                at.cotangents(
                    () -> at.dy().mul(at.operand(1)).mul(1 + 1e-5), () -> at.dy().mul(at.x()))),
        wrongRule(
            "mul loses one element",
            new Arithmetic.Mul(),
            List.of(real(10, 10), real(10, 10)),
            at ->
                at.cotangents(
                    () ->
                        at.dy()
                            .mul(at.operand(1))
                            .slice(0, 1, 10)
                            .pad(List.of(Movement.PadAxis.of(1, 0), Movement.PadAxis.NONE)),
                    () -> at.dy().mul(at.x()))),
        wrongAnswer(
            "mul drops accumulation over a value used twice",
            new Arithmetic.Mul(),
            List.of(real(3), real(3)),
            0,
            times(0.5)));
  }
}
