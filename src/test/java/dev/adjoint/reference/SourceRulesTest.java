package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.ANY;
import static dev.adjoint.reference.OperatorCase.NUMERIC;
import static dev.adjoint.reference.OperatorCase.all;
import static dev.adjoint.reference.OperatorCase.close;
import static dev.adjoint.reference.OperatorCase.evaluate;
import static dev.adjoint.reference.OperatorCase.exact;
import static dev.adjoint.reference.OperatorCase.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SourceRulesTest implements OperatorCases {
  /** The digits of pi of the third published vector: its key and the high half of its counter. */
  private static final Tensor KEY = Tensor.scalar(0x299f31d0a4093822L);

  private static final Tensor COUNTER = Tensor.scalar(0x0370734413198a2eL);
  private static final Tensor ZERO = Tensor.scalar(0L);

  @Override
  public List<OperatorCase> cases() {
    return all(constants(), counts(), randoms());
  }

  private static List<OperatorCase> constants() {
    return all(
        ANY.stream()
            .map(d -> tensor("[2, 1]", 0, 1).cast(d))
            .map(value -> exact(new Source.Constant(value), value))
            .toList(),
        List.of(exact(new Source.Size(Dim.of(7)), Tensor.scalar(7L))));
  }

  private static List<OperatorCase> counts() {
    return all(
        NUMERIC.stream()
            .map(d ->
                exact(
                    new Source.Iota(TensorType.of(d, 2, 3), 1),
                    tensor("[2, 3]", 0, 1, 2, 0, 1, 2).cast(d)))
            .toList(),
        NUMERIC.stream()
            .map(d ->
                exact(
                    new Source.Iota(TensorType.of(d, 2, 3), 0),
                    tensor("[2, 3]", 0, 0, 0, 1, 1, 1).cast(d)))
            .toList(),
        List.of(
            exact(
                new Source.Iota(TensorType.of(DType.INT32, 0, 3), 1),
                Tensor.zeros(DType.INT32, 0, 3))));
  }

  private static List<OperatorCase> randoms() {
    TensorType f32 = TensorType.of(DType.FLOAT32, 5);
    TensorType f64 = TensorType.of(DType.FLOAT64, 5);
    return List.of(
        // The first four words are the first published vector of Random123.
        exact(
            new Source.RandomBits(TensorType.of(DType.INT32, 3, 3)),
            Tensor.of(
                new int[] {
                  0x6627e8d5,
                  0xe169c58d,
                  0xbc57ac4c,
                  0x9b00dbd8,
                  -119223132,
                  1555169499,
                  -1314556693,
                  159317863,
                  83534633
                },
                3,
                3),
            ZERO,
            ZERO),
        exact(
            new Source.RandomBits(TensorType.of(DType.INT32, 4)),
            Tensor.vector(413142372, -1548752519, 1150772855, -1787102947),
            Tensor.scalar(-1L),
            Tensor.scalar(-2L)),
        exact(
            new Source.RandomBits(TensorType.of(DType.INT32, 4)),
            Tensor.vector(-1240841970, 1639806848, -1522583208, 1028778815),
            KEY,
            COUNTER),
        exact(
            new Source.RandomUniform(f32),
            Tensor.vector(
                0.7110939621925354f,
                0.38179725408554077f,
                0.6454959511756897f,
                0.23953121900558472f,
                0.1925942301750183f),
            KEY,
            COUNTER),
        exact(
            new Source.RandomUniform(f64),
            Tensor.vector(
                0.3817972840534276,
                0.2395312338242065,
                0.041873285358909995,
                0.24915786381440264,
                0.0112505102340692),
            KEY,
            COUNTER),
        close(
            new Source.RandomNormal(f32),
            Tensor.vector(
                -1.1608544101525704f,
                1.0657037971632228f,
                0.09466176030658253f,
                1.437049120536853f,
                0.6315999272698481f),
            KEY,
            COUNTER),
        new OperatorCase(
            new Source.RandomNormal(f64),
            Tensor.vector(
                0.06446471710224638,
                0.9786327259033041,
                0.0015476451635002952,
                0.2924860412913479,
                -0.10365187453967475),
            // A cosine near its zero turns the rounding of the angle into a relative error.
            3e-13,
            List.of(KEY, COUNTER)));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void uniformNumbersSpreadEvenly(DType dtype) {
    double[] u =
        evaluate(
                Interpreter.create(),
                new Source.RandomUniform(TensorType.of(dtype, 20000)),
                KEY,
                COUNTER)
            .asDoubles();

    assertTrue(Arrays.stream(u).allMatch(x -> x >= 0 && x < 1));
    // Four standard errors of the mean and of the variance of so many.
    assertEquals(0.5, mean(u), 4 * Math.sqrt(1 / 12.0 / 20000));
    assertEquals(1 / 12.0, variance(u), 4 * Math.sqrt(1 / 180.0 / 20000));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void normalNumbersHaveTheirMoments(DType dtype) {
    double[] z =
        evaluate(
                Interpreter.create(),
                new Source.RandomNormal(TensorType.of(dtype, 20000)),
                KEY,
                COUNTER)
            .asDoubles();

    assertEquals(0, mean(z), 4 * Math.sqrt(1 / 20000.0));
    assertEquals(1, variance(z), 4 * Math.sqrt(2 / 20000.0));
    long beyond = Arrays.stream(z).filter(x -> Math.abs(x) > 1.959963984540054).count();
    assertEquals(0.05, beyond / 20000.0, 4 * Math.sqrt(0.05 * 0.95 / 20000));
  }

  private static double mean(double[] numbers) {
    return Arrays.stream(numbers).average().orElseThrow();
  }

  private static double variance(double[] numbers) {
    double mean = mean(numbers);
    return Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
  }

  @Test
  void doubleKeepsTheStreamOfFloats() {
    Source.RandomUniform op = new Source.RandomUniform(TensorType.of(DType.FLOAT32, 9));

    Tensor floats = evaluate(Interpreter.create(), op, KEY, COUNTER);
    Tensor doubles = evaluate(Interpreter.inDouble(), op, KEY, COUNTER);

    assertEquals(floats.cast(DType.FLOAT64), doubles);
  }

  @Test
  void anotherCounterGivesOtherNumbers() {
    Source.RandomBits op = new Source.RandomBits(TensorType.of(DType.INT32, 4));

    Tensor first = evaluate(Interpreter.create(), op, KEY, Tensor.scalar(0L));
    Tensor second = evaluate(Interpreter.create(), op, KEY, Tensor.scalar(1L));

    assertNotEquals(first, second);
  }
}
