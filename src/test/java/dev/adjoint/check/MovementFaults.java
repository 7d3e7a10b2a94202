package dev.adjoint.check;

import static dev.adjoint.check.GradientFault.Given.real;
import static dev.adjoint.check.GradientFault.ruleOfAnother;
import static dev.adjoint.check.GradientFault.times;
import static dev.adjoint.check.GradientFault.wrongAnswer;
import static dev.adjoint.check.GradientFault.wrongRule;

import dev.adjoint.op.Axes;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Permutation;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import java.util.List;

/** Mistakes in the rules of {@link Movement}. */
final class MovementFaults {
  private MovementFaults() {}

  static List<GradientFault> all() {
    return List.of(
        wrongRule(
            "broadcast sums the wrong axis",
            new Movement.Broadcast(Shape.of(3, 3)),
            List.of(real(3, 1)),
            at -> at.cotangents(() -> at.dy().sum(0).reshape(3, 1))),
        wrongAnswer(
            "broadcast averages",
            new Movement.Broadcast(Shape.of(4, 3)),
            List.of(real(3)),
            0,
            times(0.25)),
        wrongRule(
            "reshape in the wrong order",
            new Movement.Reshape(Shape.of(3, 2)),
            List.of(real(2, 3)),
            at -> at.cotangents(() -> at.dy().transpose())),
        wrongRule(
            "transpose not inverted",
            new Movement.Transpose(Permutation.of(1, 2, 0)),
            List.of(real(2, 2, 2)),
            at -> at.cotangents(() -> at.dy().transpose(1, 2, 0))),
        ruleOfAnother(
            "slice with its start off by one", slice(1, 4, 1), List.of(real(6)), slice(2, 5, 1)),
        ruleOfAnother(
            "slice with its stride ignored", slice(0, 5, 2), List.of(real(6)), slice(0, 3, 1)),
        ruleOfAnother(
            "pad with its interior ignored", pad(1, 2, 1), List.of(real(3), real()), pad(2, 3, 0)),
        ruleOfAnother(
            "pad with low and high swapped", pad(1, 2, 0), List.of(real(3), real()), pad(2, 1, 0)),
        wrongAnswer(
            "pad sums all of dy for its value",
            pad(1, 2, 0),
            List.of(real(3), real()),
            1,
            times(2)),
        wrongRule(
            "concat with its offsets swapped",
            new Movement.Concat(0),
            List.of(real(2, 3), real(4, 3)),
            at -> at.cotangents(() -> at.dy().slice(0, 4, 6), () -> at.dy().slice(0, 0, 4))),
        wrongRule(
            "reverse not reversed",
            new Movement.Reverse(Axes.of(1)),
            List.of(real(2, 3)),
            at -> at.cotangents(at::dy)),
        ruleOfAnother(
            "reverse along the wrong axis",
            new Movement.Reverse(Axes.of(1)),
            List.of(real(2, 3)),
            new Movement.Reverse(Axes.of(0))));
  }

  private static Movement.Slice slice(long start, long limit, long stride) {
    return new Movement.Slice(
        List.of(new Movement.SliceAxis(Dim.of(start), Dim.of(limit), stride)));
  }

  private static Movement.Pad pad(long low, long high, long interior) {
    return new Movement.Pad(List.of(new Movement.PadAxis(Dim.of(low), Dim.of(high), interior)));
  }
}
