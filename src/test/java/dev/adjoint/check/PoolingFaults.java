package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.ruleOfAnother;
import static dev.adjoint.check.GradientFault.times;
import static dev.adjoint.check.GradientFault.with;
import static dev.adjoint.check.GradientFault.wrongAnswer;
import static dev.adjoint.check.GradientFault.wrongRule;

import dev.adjoint.check.GradientFault.Given;
import dev.adjoint.graph.Cotangent;
import dev.adjoint.graph.Vjp;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.tensor.Dim;
import java.util.List;

/** Mistakes in the rules of {@link Pooling}. */
final class PoolingFaults {
  private PoolingFaults() {}

  static List<GradientFault> all() {
    List<Given> x = List.of(real(2, 6));
    List<Long> sizes = List.of(1L, 3L);
    List<WindowAxis> lowPadded = List.of(WindowAxis.UNIT, WindowAxis.of(2, Dim.of(1), Dim.of(0)));
    List<WindowAxis> highPadded = List.of(WindowAxis.UNIT, WindowAxis.of(2, Dim.of(0), Dim.of(1)));
    return List.of(
        ruleOfAnother(
            "max pooling scatters to the wrong window",
            new Pooling.MaxPool(sizes, lowPadded),
            x,
            new Pooling.MaxPool(sizes, highPadded)),
        ruleOfAnother(
            "max pooling scatters to every place",
            new Pooling.MaxPool(sizes, lowPadded),
            x,
            new Pooling.SumPool(sizes, lowPadded)),
        wrongRule(
            "max pooling scatters to the minimum",
            new Pooling.MaxPool(sizes, lowPadded),
            x,
            at -> new Pooling.MaxPool(sizes, lowPadded).vjp(with(at, 0, at.x().neg()))),
        wrongAnswer(
            "sum pooling divides by the window",
            new Pooling.SumPool(sizes, lowPadded),
            x,
            0,
            times(1 / 3.0)),
        ruleOfAnother(
            "sum pooling's padding off by one",
            new Pooling.SumPool(sizes, lowPadded),
            x,
            new Pooling.SumPool(sizes, highPadded)),
        wrongRule(
            "max pooling's scatter scatters again",
            new Pooling.MaxPoolScatter(sizes, lowPadded),
            List.of(real(2, 6), real(2, 3)),
            at ->
                at.answers(
                    Cotangent.Rule.zero(), Vjp.rule(() -> at.dy().maxPool(sizes, lowPadded)))));
  }
}
