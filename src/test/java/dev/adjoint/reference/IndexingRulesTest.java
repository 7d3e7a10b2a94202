package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.ANY;
import static dev.adjoint.reference.OperatorCase.FLOATING;
import static dev.adjoint.reference.OperatorCase.NUMERIC;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.evaluate;
import static dev.adjoint.reference.OperatorCase.exact;
import static dev.adjoint.reference.OperatorCase.exactIn;
import static dev.adjoint.reference.OperatorCase.tensor;
import static dev.adjoint.reference.OperatorCase.typed;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Op;
import dev.adjoint.op.Indexing;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexingRulesTest implements OperatorCases {
  private static final Tensor X = tensor("[2, 3]", 0, 1, 2, 3, 0, 5);

  @Override
  public List<OperatorCase> cases() {
    return all(gathered(), scattered(), taken(), addedAlong(), largest());
  }

  private static List<OperatorCase> gathered() {
    return all(
        exactIn(
            ANY,
            new Indexing.Gather(1),
            tensor("[2, 2, 2]", 2, 0, 0, 1, 5, 3, 3, 0),
            X,
            typed("i64[2, 2]", 2, 0, 0, 1)),
        exactIn(ANY, new Indexing.Gather(0), tensor("[1, 3]", 3, 0, 5), X, Tensor.vector(1)),
        exactIn(ANY, new Indexing.Gather(1), tensor("[2]", 2, 5), X, Tensor.scalar(2)),
        exactIn(ANY, new Indexing.Gather(0), tensor("[0, 3]"), X, typed("i32[0]")));
  }

  private static List<OperatorCase> scattered() {
    Tensor base = tensor("[3, 2]", 1, 2, 3, 4, 5, 6);
    return all(
        exactIn(
            NUMERIC,
            new Indexing.ScatterAdd(0),
            tensor("[3, 2]", 1, 2, 43, 64, 25, 36),
            base,
            Tensor.vector(1L, 2, 1),
            tensor("[3, 2]", 10, 20, 20, 30, 30, 40)),
        exactIn(
            NUMERIC,
            new Indexing.ScatterAdd(1),
            tensor("[3, 2]", 1, 12, 3, 24, 5, 36),
            base,
            Tensor.scalar(1),
            tensor("[3]", 10, 20, 30)),
        List.of(
            exact(
                new Indexing.ScatterAdd(0),
                Tensor.vector(Integer.MIN_VALUE, 0),
                Tensor.vector(Integer.MAX_VALUE, 0),
                Tensor.vector(0),
                Tensor.vector(1))));
  }

  private static List<OperatorCase> taken() {
    return all(
        exactIn(
            ANY,
            new Indexing.TakeAlongAxis(1),
            tensor("[2, 4]", 2, 2, 0, 1, 0, 5, 3, 3),
            X,
            typed("i64[2, 4]", 2, 2, 0, 1, 1, 2, 0, 0)),
        exactIn(
            ANY,
            new Indexing.TakeAlongAxis(0),
            tensor("[1, 3]", 3, 1, 5),
            X,
            typed("i32[1, 3]", 1, 0, 1)));
  }

  private static List<OperatorCase> addedAlong() {
    Tensor base = tensor("[2, 3]", 1, 2, 3, 4, 5, 6);
    return all(
        exactIn(
            NUMERIC,
            new Indexing.ScatterAddAlongAxis(1),
            tensor("[2, 3]", 1, 2, 33, 34, 45, 6),
            base,
            typed("i64[2, 2]", 2, 2, 1, 0),
            tensor("[2, 2]", 10, 20, 40, 30)),
        exactIn(
            NUMERIC,
            new Indexing.ScatterAddAlongAxis(0),
            tensor("[2, 3]", 11, 2, 3, 4, 25, 36),
            base,
            typed("i32[1, 3]", 0, 1, 1),
            tensor("[1, 3]", 10, 20, 30)));
  }

  private static List<OperatorCase> largest() {
    Tensor x = tensor("[2, 4]", 3, 7, 7, 1, 2, 2, 9, 2);
    return all(
        exactIn(NUMERIC, new Indexing.TopKIndices(3, 1), typed("i64[2, 3]", 1, 2, 0, 2, 0, 1), x),
        exactIn(NUMERIC, new Indexing.TopKIndices(1, 0), typed("i64[1, 4]", 0, 0, 1, 1), x),
        exactIn(NUMERIC, new Indexing.TopKIndices(0, 1), typed("i64[2, 0]"), x),
        exactIn(
            FLOATING,
            new Indexing.TopKIndices(6, 0),
            Tensor.vector(1L, 3, 4, 0, 2, 5),
            Tensor.vector(-0.0, NaN, 0.0, NaN, 8, NEGATIVE_INFINITY)));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 3, 4294967296L, Long.MIN_VALUE})
  void anIndexOutsideTheAxisNamesTheNodeAndTheIndex(long index) {
    EvaluationException wrong =
        failure(new Indexing.Gather(1), X, Tensor.of(new long[] {0, 1, 2, index}, 2, 2));

    assertEquals(Optional.of("y"), wrong.node());
    assertEquals(
        """
        gather 'y': index %d at [1, 1] of operand 1 lies outside axis 1 of operand 0, which has 3 \
        elements.
          operand 0  'x0'  f64[2, 3]
          operand 1  'x1'  i64[2, 2]\
        """
            .formatted(index),
        wrong.getMessage());
  }

  @Test
  void everyIndexingOperatorChecksItsIndices() {
    Tensor index = typed("i64[1, 3]", 0, 2, 0);
    Tensor ones = tensor("[1, 3]", 1, 1, 1);
    Tensor slices = tensor("[2, 1, 3]", 1, 1, 1, 1, 1, 1);

    for (EvaluationException wrong :
        List.of(
            failure(new Indexing.TakeAlongAxis(0), X, index),
            failure(new Indexing.ScatterAddAlongAxis(0), X, index, ones),
            failure(new Indexing.ScatterAdd(1), tensor("[2, 2]", 1, 2, 3, 4), index, slices))) {
      assertTrue(
          wrong.getMessage().contains("index 2 at [0, 1] of operand 1 lies outside axis"),
          wrong.getMessage());
    }
  }

  private static EvaluationException failure(Op op, Tensor... operands) {
    return assertThrows(
        EvaluationException.class, () -> evaluate(Interpreter.create(), op, operands));
  }
}
