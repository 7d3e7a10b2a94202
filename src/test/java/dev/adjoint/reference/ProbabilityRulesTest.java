package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.FLOATING;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.closeIn;
import static dev.adjoint.reference.OperatorCase.evaluate;
import static dev.adjoint.reference.OperatorCase.exactIn;
import static dev.adjoint.reference.OperatorCase.tensor;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.op.Axes;
import dev.adjoint.op.Probability;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbabilityRulesTest implements OperatorCases {
  private static final Tensor X = tensor("[2, 3]", 1, 2, 4, 0, -1, 3);
  private static final Tensor LARGE = tensor("[2, 3]", 1e4, -1e4, 1e4, 1e4, -1e4, 9999);

  @Override
  public List<OperatorCase> cases() {
    return all(softmaxes(), logSoftmaxes(), crossEntropies(), sparseCrossEntropies());
  }

  private static List<OperatorCase> softmaxes() {
    return all(
        closeIn(
            FLOATING,
            new Probability.Softmax(Axes.of(1)),
            tensor(
                "[2, 3]",
                0.04201006613406605,
                0.11419519938459448,
                0.8437947344813395,
                0.04661262257797389,
                0.01714782554552039,
                0.9362395518765058),
            X),
        closeIn(
            FLOATING,
            new Probability.Softmax(Axes.of(0)),
            tensor(
                "[2, 3]",
                0.7310585786300049,
                0.9525741268224333,
                0.7310585786300049,
                0.2689414213699951,
                0.04742587317756678,
                0.2689414213699951),
            X),
        closeIn(
            FLOATING,
            new Probability.Softmax(Axes.of(0, 1)),
            tensor(
                "[2, 3]",
                0.03154963320110001,
                0.08576079462509835,
                0.6336913225737218,
                0.011606461431184656,
                0.00426977854528211,
                0.23312200962361299),
            X),
        closeIn(
            FLOATING,
            new Probability.Softmax(Axes.of(1)),
            tensor("[2, 3]", 0.5, 0, 0.5, 0.7310585786300049, 0, 0.2689414213699951),
            LARGE),
        exactIn(
            FLOATING,
            new Probability.Softmax(Axes.of(1)),
            tensor("[4, 2]", NaN, NaN, NaN, NaN, NaN, NaN, 0, 1),
            odd()),
        exactIn(FLOATING, new Probability.Softmax(Axes.of(1)), tensor("[2, 0]"), tensor("[2, 0]")),
        exactIn(FLOATING, new Probability.Softmax(Axes.of()), tensor("[]", 1), tensor("[]", 7)));
  }

  private static Tensor odd() {
    return tensor(
        "[4, 2]",
        NaN,
        1,
        POSITIVE_INFINITY,
        1,
        NEGATIVE_INFINITY,
        NEGATIVE_INFINITY,
        NEGATIVE_INFINITY,
        5);
  }

  private static List<OperatorCase> logSoftmaxes() {
    return all(
        closeIn(
            FLOATING,
            new Probability.LogSoftmax(Axes.of(1)),
            tensor(
                "[2, 3]",
                -3.1698460195562856,
                -2.1698460195562856,
                -0.16984601955628564,
                -3.0658839037574293,
                -4.065883903757429,
                -0.06588390375742917),
            X),
        closeIn(
            FLOATING,
            new Probability.LogSoftmax(Axes.of(1)),
            tensor(
                "[2, 3]",
                -0.6931471805599453,
                -20000.69314718056,
                -0.6931471805599453,
                -0.3132616875182228,
                -20000.31326168752,
                -1.3132616875182228),
            LARGE),
        exactIn(
            FLOATING,
            new Probability.LogSoftmax(Axes.of(1)),
            tensor("[4, 2]", NaN, NaN, NaN, NaN, NaN, NaN, NEGATIVE_INFINITY, 0),
            odd()));
  }

  private static List<OperatorCase> crossEntropies() {
    Tensor labels = tensor("[2, 3]", 0.25, 0, 0.75, 0, 2, 0);
    return all(
        closeIn(
            FLOATING,
            new Probability.SoftmaxCrossEntropy(1),
            Tensor.vector(0.9198460195562856, 8.131767807514859),
            X,
            labels),
        closeIn(
            FLOATING,
            new Probability.SoftmaxCrossEntropy(0),
            Tensor.vector(0.9198460195562856, 8.131767807514859),
            tensor("[3, 2]", 1, 0, 2, -1, 4, 3),
            tensor("[3, 2]", 0.25, 0, 0, 2, 0.75, 0)),
        closeIn(
            FLOATING,
            new Probability.SoftmaxCrossEntropy(1),
            Tensor.vector(20000.69314718056, 0.3132616875182228),
            LARGE,
            tensor("[2, 3]", 0, 1, 0, 1, 0, 0)),
        // A label of nothing is worth nothing, even where the logarithm is -infinity.
        exactIn(
            FLOATING,
            new Probability.SoftmaxCrossEntropy(1),
            Tensor.vector(0.0, 0, 0, POSITIVE_INFINITY),
            tensor("[4, 2]", 5, 5, NEGATIVE_INFINITY, 5, 1e4, -1e4, NEGATIVE_INFINITY, 5),
            tensor("[4, 2]", 0, 0, 0, 1, 1, 0, 1, 0)),
        exactIn(
            FLOATING,
            new Probability.SoftmaxCrossEntropy(1),
            Tensor.vector(0.0, 0),
            tensor("[2, 0]"),
            tensor("[2, 0]")));
  }

  private static List<OperatorCase> sparseCrossEntropies() {
    List<OperatorCase> cases = new ArrayList<>();
    for (Tensor labels : List.of(Tensor.vector(2, 0), Tensor.vector(2L, 0))) {
      cases.addAll(
          closeIn(
              FLOATING,
              new Probability.SparseSoftmaxCrossEntropy(1),
              Tensor.vector(0.16984601955628564, 3.0658839037574293),
              X,
              labels));
      cases.addAll(
          closeIn(
              FLOATING,
              new Probability.SparseSoftmaxCrossEntropy(0),
              Tensor.vector(0.16984601955628564, 3.0658839037574293),
              tensor("[3, 2]", 1, 0, 2, -1, 4, 3),
              labels));
      cases.addAll(
          closeIn(
              FLOATING,
              new Probability.SparseSoftmaxCrossEntropy(1),
              Tensor.vector(0.6931471805599453, 0.3132616875182228),
              LARGE,
              labels));
    }
    return cases;
  }

  @Test
  void aLabelOutsideTheAxisIsNamed() {
    for (long label : new long[] {-1, 3}) {
      EvaluationException wrong =
          assertThrows(
              EvaluationException.class,
              () ->
                  evaluate(
                      Interpreter.create(),
                      new Probability.SparseSoftmaxCrossEntropy(1),
                      X,
                      Tensor.vector(0, label)));

      assertEquals(
          """
          sparse_softmax_cross_entropy 'y': index %d at [1] of operand 1 lies outside axis 1 of \
          operand 0, which has 3 elements.
            operand 0  'x0'  f64[2, 3]
            operand 1  'x1'  i64[2]\
          """
              .formatted(label),
          wrong.getMessage());
    }
  }
}
