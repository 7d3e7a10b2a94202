package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.change;
import static dev.adjoint.check.GradientFault.ruleOfAnother;
import static dev.adjoint.check.GradientFault.times;
import static dev.adjoint.check.GradientFault.with;
import static dev.adjoint.check.GradientFault.wrongAnswer;
import static dev.adjoint.check.GradientFault.wrongRule;

import dev.adjoint.check.GradientFault.Given;
import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Value;
import dev.adjoint.graph.Vjp;
import dev.adjoint.op.Convolution.Correlation;
import dev.adjoint.op.CorrelationLayout;
import dev.adjoint.op.Movement;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import java.util.List;

/** Mistakes in the rule of {@link Correlation}. */
final class ConvolutionFaults {
  private ConvolutionFaults() {}

  static List<GradientFault> all() {
    List<Given> oneD = List.of(real(2, 7, 2), real(3, 2, 3));
    Correlation plain = correlation(WindowAxis.UNIT);
    Correlation strided = correlation(WindowAxis.of(2, Dim.of(0), Dim.of(0)));
    Correlation dilated = correlation(new WindowAxis(1, Dim.of(0), Dim.of(0), 1, 2));
    Correlation twoGroups = grouped(2);
    List<Given> grouped = List.of(real(2, 5, 4), real(3, 2, 6));
    Correlation depthwise = grouped(4);
    Correlation square = correlation(WindowAxis.UNIT, WindowAxis.UNIT);
    return List.of(
        wrongRule(
            "convolution without the flip",
            plain,
            oneD,
            at ->
                change(
                    plain.vjp(with(at, 1, at.operand(1).reverse(0))),
                    1,
                    _ -> trueKernel(plain, at))),
        ruleOfAnother("convolution's stride used as dilation", strided, oneD, dilated),
        ruleOfAnother("convolution's dilation used as stride", dilated, oneD, strided),
        ruleOfAnother(
            "convolution's padding off by one",
            correlation(padded(1, 1)),
            oneD,
            correlation(padded(0, 2))),
        ruleOfAnother(
            "negative padding taken for positive at the other end",
            correlation(padded(-1, 1)),
            oneD,
            correlation(padded(1, -1))),
        ruleOfAnother(
            "transposed convolution's input dilation ignored",
            correlation(new WindowAxis(1, Dim.of(0), Dim.of(0), 2, 1)),
            oneD,
            correlation(padded(3, 3))),
        wrongRule(
            "grouped convolution's kernel gradient in the wrong group order",
            twoGroups,
            grouped,
            at -> change(twoGroups.vjp(at), 1, ConvolutionFaults::swapHalves)),
        wrongRule(
            "grouped convolution reads the wrong group's kernel",
            twoGroups,
            grouped,
            at -> change(twoGroups.vjp(with(at, 1, swapHalves(at.operand(1)))), 1, value -> value)),
        wrongRule(
            "grouped convolution forgets every group but the first",
            twoGroups,
            grouped,
            at ->
                change(
                    twoGroups.vjp(at),
                    1,
                    value ->
                        value
                            .slice(2, 0, 3)
                            .pad(
                                List.of(
                                    Movement.PadAxis.NONE,
                                    Movement.PadAxis.NONE,
                                    Movement.PadAxis.of(0, 3))))),
        wrongRule(
            "depthwise convolution with its multipliers interleaved wrongly",
            depthwise,
            List.of(real(2, 5, 4), real(3, 1, 8)),
            at ->
                change(
                    depthwise.vjp(at),
                    1,
                    value -> value.reshape(3, 1, 4, 2).transpose(0, 1, 3, 2).reshape(3, 1, 8))),
        wrongAnswer(
            "convolution's kernel gradient as a mean over the batch", plain, oneD, 1, times(0.5)),
        wrongRule(
            "convolution flips one axis only",
            square,
            List.of(real(1, 5, 4, 2), real(3, 2, 2, 3)),
            at ->
                change(
                    square.vjp(with(at, 1, at.operand(1).reverse(1))),
                    1,
                    _ -> trueKernel(square, at))),
        wrongRule(
            "convolution's kernel gradient with height and width swapped",
            square,
            List.of(real(1, 5, 5, 2), real(3, 3, 2, 3)),
            at -> change(square.vjp(at), 1, value -> value.transpose(1, 0, 2, 3))));
  }

  private static Correlation correlation(WindowAxis... window) {
    return new Correlation(List.of(window), CorrelationLayout.featuresLast(window.length), 1, 1);
  }

  private static Correlation grouped(long groups) {
    return new Correlation(List.of(WindowAxis.UNIT), CorrelationLayout.featuresLast(1), groups, 1);
  }

  private static WindowAxis padded(long low, long high) {
    return WindowAxis.of(1, Dim.of(low), Dim.of(high));
  }

  private static Value trueKernel(Correlation truth, Vjp at) {
    return ((Cotangent.Of) truth.vjp(at).get(1)).value();
  }

  private static Value swapHalves(Value kernel) {
    return Movement.concat(2, List.of(kernel.slice(2, 3, 6), kernel.slice(2, 0, 3)));
  }
}
