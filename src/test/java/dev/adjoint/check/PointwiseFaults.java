package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.positive;
import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.ruleOfAnother;
import static dev.adjoint.check.GradientFault.times;
import static dev.adjoint.check.GradientFault.wrongAnswer;
import static dev.adjoint.check.GradientFault.wrongRule;

import dev.adjoint.check.GradientFault.Given;
import dev.adjoint.op.Control;
import dev.adjoint.op.Pointwise;
import java.util.List;

/** Mistakes in the rules of {@link Pointwise} operators, and of the identity. */
final class PointwiseFaults {
  private PointwiseFaults() {}

  static List<GradientFault> all() {
    List<Given> x = List.of(real(2, 3));
    List<Given> positive = List.of(positive(2, 3));
    return List.of(
        wrongAnswer("neg without the sign", new Pointwise.Neg(), x, 0, times(-1)),
        wrongRule("abs without the sign", new Pointwise.Abs(), x, at -> at.cotangents(at::dy)),
        wrongRule("exp forgets dy", new Pointwise.Exp(), x, at -> at.cotangents(at::y)),
        wrongRule(
            "exp with x for y",
            new Pointwise.Exp(),
            x,
            at -> at.cotangents(() -> at.dy().mul(at.x()))),
        wrongRule(
            "expm1 as exp",
            new Pointwise.Expm1(),
            x,
            at -> at.cotangents(() -> at.dy().mul(at.y()))),
        ruleOfAnother("log1p as log", new Pointwise.Log1p(), positive, new Pointwise.Log()),
        wrongRule(
            "log with a product",
            new Pointwise.Log(),
            positive,
            at -> at.cotangents(() -> at.dy().mul(at.x()))),
        wrongAnswer("sqrt without the factor 2", new Pointwise.Sqrt(), positive, 0, times(2)),
        wrongRule(
            "rsqrt with the square",
            new Pointwise.Rsqrt(),
            positive,
            at -> at.cotangents(() -> at.dy().mul(at.y().mul(at.y())).mul(-0.5))),
        wrongRule(
            "sin with a sine",
            new Pointwise.Sin(),
            x,
            at -> at.cotangents(() -> at.dy().mul(at.y()))),
        wrongAnswer("cos without the sign", new Pointwise.Cos(), x, 0, times(-1)),
        wrongRule(
            "tanh with y not squared",
            new Pointwise.Tanh(),
            x,
            at -> at.cotangents(() -> at.dy().mul(at.y().like(1).sub(at.y())))),
        wrongRule(
            "sigmoid without 1 - y",
            new Pointwise.Sigmoid(),
            x,
            at -> at.cotangents(() -> at.dy().mul(at.y()))),
        wrongRule(
            "softplus mirrored",
            new Pointwise.Softplus(),
            x,
            at -> at.cotangents(() -> at.dy().mul(at.x().neg().sigmoid()))),
        wrongAnswer(
            "erf with sqrt(2 / pi)",
            new Pointwise.Erf(),
            x,
            0,
            times(Math.sqrt(2 / Math.PI) / (2 / Math.sqrt(Math.PI)))),
        wrongRule(
            "erf with x not squared",
            new Pointwise.Erf(),
            x,
            at ->
                at.cotangents(
                    () -> at.dy().mul(at.x().abs().neg().exp()).mul(2 / Math.sqrt(Math.PI)))),
        wrongRule("floor passes dy on", new Pointwise.Floor(), x, at -> at.cotangents(at::dy)),
        wrongRule("sign passes dy on", new Pointwise.Sign(), x, at -> at.cotangents(at::dy)),
        wrongAnswer("identity doubles", new Control.Identity(), x, 0, times(2)),
        wrongRule(
            "a rule that is not linear in dy",
            new Pointwise.Neg(),
            x,
            at -> at.cotangents(() -> at.dy().mul(at.dy().abs()).neg())));
  }
}
