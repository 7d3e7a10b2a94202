package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.ANY;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.exactIn;
import static dev.adjoint.reference.OperatorCase.tensor;

import dev.adjoint.op.Axes;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Movement.PadAxis;
import dev.adjoint.op.Movement.SliceAxis;
import dev.adjoint.op.Permutation;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;

/** Elements are chosen so that they stay apart as booleans too, as far as two values can. */
class MovementRulesTest implements OperatorCases {
  private static final Tensor X = tensor("[2, 3]", 0, 1, 2, 3, 0, 5);

  @Override
  public List<OperatorCase> cases() {
    return all(shapes(), transposes(), broadcasts(), slices(), pads(), concats(), reverses());
  }

  private static List<OperatorCase> shapes() {
    return all(
        exactIn(ANY, new Movement.Reshape(Shape.of(3, 2)), tensor("[3, 2]", 0, 1, 2, 3, 0, 5), X),
        exactIn(ANY, new Movement.Reshape(Shape.of(6)), tensor("[6]", 0, 1, 2, 3, 0, 5), X),
        exactIn(ANY, new Movement.Reshape(Shape.scalar()), tensor("[]", 7), tensor("[1, 1]", 7)),
        exactIn(ANY, new Movement.Reshape(Shape.of(0, 5)), tensor("[0, 5]"), tensor("[3, 0]")));
  }

  private static List<OperatorCase> transposes() {
    return all(
        exactIn(
            ANY,
            new Movement.Transpose(Permutation.of(1, 0)),
            tensor("[3, 2]", 0, 3, 1, 0, 2, 5),
            X),
        // Axis 0 of the result is axis 2 of the operand: a cycle tells it from its inverse.
        exactIn(
            ANY,
            new Movement.Transpose(Permutation.of(2, 0, 1)),
            tensor("[3, 1, 2]", 0, 3, 1, 0, 2, 5),
            tensor("[1, 2, 3]", 0, 1, 2, 3, 0, 5)),
        exactIn(ANY, new Movement.Transpose(Permutation.of()), tensor("[]", 4), tensor("[]", 4)));
  }

  private static List<OperatorCase> broadcasts() {
    return all(
        exactIn(
            ANY,
            new Movement.Broadcast(Shape.of(2, 3)),
            tensor("[2, 3]", 0, 1, 2, 0, 1, 2),
            tensor("[3]", 0, 1, 2)),
        exactIn(
            ANY,
            new Movement.Broadcast(Shape.of(2, 3)),
            tensor("[2, 3]", 0, 0, 0, 4, 4, 4),
            tensor("[2, 1]", 0, 4)),
        exactIn(
            ANY, new Movement.Broadcast(Shape.of(1, 2)), tensor("[1, 2]", 9, 9), tensor("[]", 9)),
        exactIn(
            ANY, new Movement.Broadcast(Shape.of(0, 2)), tensor("[0, 2]"), tensor("[1, 2]", 1, 2)));
  }

  private static List<OperatorCase> slices() {
    Tensor x = tensor("[2, 5]", 0, 1, 2, 3, 4, 5, 6, 0, 8, 9);
    SliceAxis second = new SliceAxis(Dim.of(1), Dim.of(2), 1);
    return all(
        exactIn(
            ANY,
            new Movement.Slice(List.of(second, new SliceAxis(Dim.of(0), Dim.of(5), 2))),
            tensor("[1, 3]", 5, 0, 9),
            x),
        exactIn(
            ANY,
            new Movement.Slice(
                List.of(SliceAxis.all(Dim.of(2)), new SliceAxis(Dim.of(1), Dim.of(4), 2))),
            tensor("[2, 2]", 1, 3, 6, 8),
            x),
        exactIn(
            ANY,
            new Movement.Slice(List.of(second, new SliceAxis(Dim.of(3), Dim.of(3), 1))),
            tensor("[1, 0]"),
            x));
  }

  private static List<OperatorCase> pads() {
    Tensor x = tensor("[3]", 1, 0, 3);
    Tensor value = Tensor.scalar(9.0);
    return all(
        exactIn(ANY, pad(PadAxis.of(1, 2)), tensor("[6]", 9, 1, 0, 3, 9, 9), x, value),
        exactIn(ANY, pad(PadAxis.of(-1, 1)), tensor("[3]", 0, 3, 9), x, value),
        exactIn(
            ANY,
            pad(new PadAxis(Dim.of(0), Dim.of(0), 2)),
            tensor("[7]", 1, 9, 9, 0, 9, 9, 3),
            x,
            value),
        exactIn(
            ANY,
            pad(new PadAxis(Dim.of(-1), Dim.of(1), 1)),
            tensor("[5]", 9, 0, 9, 3, 9),
            x,
            value),
        // A shift, not a crop and then a pad: five are taken from three, and what is put behind
        // stands behind all of them.
        exactIn(ANY, pad(PadAxis.of(-5, 4)), tensor("[2]", 9, 9), x, value),
        exactIn(ANY, pad(PadAxis.of(4, -5)), tensor("[2]", 9, 9), x, value),
        exactIn(ANY, pad(PadAxis.of(-2, 1)), tensor("[2]", 3, 9), x, value),
        exactIn(
            ANY,
            pad(new PadAxis(Dim.of(1), Dim.of(1), 3)),
            tensor("[2]", 9, 9),
            tensor("[0]"),
            value),
        exactIn(
            ANY,
            pad(PadAxis.of(1, 0), PadAxis.of(0, -1)),
            tensor("[3, 2]", 9, 9, 0, 1, 3, 0),
            X,
            value),
        exactIn(ANY, pad(), tensor("[]", 4), tensor("[]", 4), value));
  }

  private static Movement.Pad pad(PadAxis... axes) {
    return new Movement.Pad(List.of(axes));
  }

  private static List<OperatorCase> concats() {
    return all(
        exactIn(
            ANY,
            new Movement.Concat(1),
            tensor("[2, 4]", 0, 1, 2, 7, 3, 0, 5, 0),
            X,
            tensor("[2, 0]"),
            tensor("[2, 1]", 7, 0)),
        exactIn(
            ANY,
            new Movement.Concat(0),
            tensor("[3, 3]", 0, 1, 2, 3, 0, 5, 6, 7, 8),
            X,
            tensor("[1, 3]", 6, 7, 8)),
        exactIn(ANY, new Movement.Concat(0), X, X));
  }

  private static List<OperatorCase> reverses() {
    return all(
        exactIn(ANY, new Movement.Reverse(Axes.of(1)), tensor("[2, 3]", 2, 1, 0, 5, 0, 3), X),
        exactIn(ANY, new Movement.Reverse(Axes.of(0)), tensor("[2, 3]", 3, 0, 5, 0, 1, 2), X),
        exactIn(ANY, new Movement.Reverse(Axes.of(0, 1)), tensor("[2, 3]", 5, 0, 3, 2, 1, 0), X));
  }
}
