package dev.adjoint.op;

import static dev.adjoint.op.ShapeRules.breaks;
import static dev.adjoint.op.ShapeRules.input;
import static dev.adjoint.op.ShapeRules.refused;
import static dev.adjoint.op.ShapeRules.type;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Contraction.Dot}, and the matrix product and Einstein's summation on top of it. */
class ContractionTest {
  private static Op dot(
      List<Integer> lhs, List<Integer> rhs, List<Integer> lhsBatch, List<Integer> rhsBatch) {
    return new Contraction.Dot(lhs, rhs, lhsBatch, rhsBatch);
  }

  private static Op dot(int lhs, int rhs) {
    return dot(List.of(lhs), List.of(rhs), List.of(), List.of());
  }

  @Test
  void resultsHaveBatchThenLeftThenRightAxes() {
    assertEquals("i32[N, 4]", type(dot(1, 0), "i32[N, 3]", "i32[3, 4]"));
    assertEquals(
        "f32[5, N, 2, 7]",
        type(
            dot(List.of(3), List.of(0), List.of(2, 0), List.of(2, 1)),
            "f32[N, 2, 5, 3]",
            "f32[3, N, 5, 7]"));
    assertEquals(
        "f32[2, 3]", type(dot(List.of(), List.of(), List.of(), List.of()), "f32[2]", "f32[3]"));
    assertEquals("f32[2, 4]", type(dot(1, 0), "f32[2, 0]", "f32[0, 4]"));
  }

  @Test
  void constraints() {
    breaks(
        "C1",
        "batch [] and [0]",
        dot(List.of(1), List.of(1), List.of(), List.of(0)),
        "f32[2, 3]",
        "f32[2, 3]");
    breaks(
        "C1",
        "contracting [1] and []",
        dot(List.of(1), List.of(), List.of(), List.of()),
        "f32[2, 3]",
        "f32[3]");
    breaks("C2", "operand 0 has rank 1", dot(1, 0), "f32[3]", "f32[3]");
    breaks("C2", "operand 1 has rank 1", dot(0, 2), "f32[3]", "f32[3]");
    breaks("C2", "operand 0", dot(-1, 0), "f32[3]", "f32[3]");
    breaks(
        "C2", "distinct", dot(List.of(0), List.of(0), List.of(0), List.of(0)), "f32[3]", "f32[3]");
    breaks(
        "C2",
        "distinct",
        dot(List.of(0, 0), List.of(0, 1), List.of(), List.of()),
        "f32[3]",
        "f32[3, 3]");
    breaks(
        "C3",
        "axis 1 of the left side has size 3, axis 0 of the right side has size 4",
        dot(1, 0),
        "f32[2, 3]",
        "f32[4, 5]");
    breaks(
        "C3",
        "size N",
        dot(List.of(1), List.of(1), List.of(0), List.of(0)),
        "f32[N, 3]",
        "f32[M, 3]");
    breaks("dtype", "one dtype", dot(0, 0), "f32[3]", "f64[3]");
    breaks("dtype", "numeric", dot(0, 0), "bool[3]", "bool[3]");
    breaks("arity", "takes 2 operands", dot(0, 0), "f32[3]");
    breaks(
        "",
        "at most 8 axes",
        dot(List.of(), List.of(), List.of(), List.of()),
        "f32[1, 1, 1, 1, 1]",
        "f32[1, 1, 1, 1]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          f32[N, 3]       | f32[3, 4]    | f32[N, 4]
          f32[3]          | f32[3]       | f32[]
          f32[3]          | f32[3, 4]    | f32[4]
          f32[2, 3]       | f32[3]       | f32[2]
          f32[5, 2, 3]    | f32[3]       | f32[5, 2]
          f32[5, 2, 3]    | f32[3, 4]    | f32[5, 2, 4]
          f32[5, 2, 3]    | f32[5, 3, 4] | f32[5, 2, 4]
          f32[2, 3]       | f32[5, 3, 4] | f32[5, 2, 4]
          f32[3]          | f32[5, 3, 4] | f32[5, 4]
          f32[N, 1, 2, 3] | f32[6, 3, 4] | f32[N, 6, 2, 4]
          """)
  void matrixProductsFollowNumPy(String left, String right, String result) {
    Value a = input(left);
    Value b = a.builder().input("b", TensorType.parse(right));
    assertEquals(result, a.matmul(b).type().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          f32[2, 3]    | f32[4, 5]    | The left side has 3 columns, the right side has 4 rows
          f32[3]       | f32[5, 4, 3] | The left side has 3 columns, the right side has 4 rows
          f32[2, 3]    | f32[2]       | The left side has 3 columns, the right side has 2 rows
          f32[2, N]    | f32[M, 2]    | The left side has N columns, the right side has M rows
          f32[5, 2, 3] | f32[4, 3, 2] | Their batch sizes do not broadcast
          f32[]        | f32[3]       | A scalar has no rows or columns
          f32[3]       | f32[]        | A scalar has no rows or columns
          """)
  void matrixProductsThatDoNotFit(String left, String right, String words) {
    Value a = input(left);
    Value b = a.builder().input("b", TensorType.parse(right));
    refused(() -> a.matmul(b), "'x' " + left, "'b' " + right, words);
    assertEquals(2, a.builder().size());
  }

  private static Value einsum(String equation, String... types) {
    GraphBuilder g = GraphBuilder.create("g");
    List<Value> operands = new ArrayList<>();
    for (String type : types) {
      operands.add(g.input("x" + operands.size(), TensorType.parse(type)));
    }
    return Einsum.of(equation, operands);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ij,jk->ik      | f32[N, 3] f32[3, 4]          | f32[N, 4]
          ij,jk          | f32[N, 3] f32[3, 4]          | f32[N, 4]
          bij,bjk->bik   | f32[N, 2, 3] f32[N, 3, 4]    | f32[N, 2, 4]
          ij->ji         | f32[2, 3]                    | f32[3, 2]
          ba             | f32[2, 3]                    | f32[3, 2]
          ij->           | f32[2, 3]                    | f32[]
          ii->i          | f32[3, 3]                    | f32[3]
          ii             | f32[3, 3]                    | f32[]
          iij->ji        | f32[3, 3, 2]                 | f32[2, 3]
          iii->i         | f32[3, 3, 3]                 | f32[3]
          i,j->ij        | f32[2] f32[3]                | f32[2, 3]
          i,i->          | f32[N] f32[N]                | f32[]
          ij,jk,kl->il   | f32[2, 3] f32[3, 4] f32[4, 5] | f32[2, 5]
          ij,j,i->       | f32[2, 3] f32[3] f32[2]      | f32[]
          ik,jk->ij      | f32[2, 3] f32[4, 3]          | f32[2, 4]
          ij,kl->k       | f32[2, 3] f32[4, 5]          | f32[4]
          , ->           | f32[] f32[]                  | f32[]
          bhqd,bhkd->bhqk | f32[N, 2, 5, 3] f32[N, 2, 7, 3] | f32[N, 2, 5, 7]
          Ab,bA->A       | i32[2, 3] i32[3, 2]          | i32[2]
          """)
  void einsteinSummation(String equation, String types, String result) {
    String[] operands = types.replace(", ", ",").split(" ");
    assertEquals(result, einsum(equation, operands).type().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ij,jk->ik | f32[2,3]          | it names 2 operands, given 1
          ij->ik    | f32[2,3]          | no operand has the letter 'k'
          ij->ii    | f32[2,3]          | the result names 'i' twice
          ijk->i    | f32[2,3]          | 'ijk' names 3 axes, its operand 'x0' is f32[2, 3]
          ii->i     | f32[2,3]          | share a letter and differ in size
          ij,jk->ik | f32[2,3] f32[4,5] | the letter 'j' is 3 and 4
          ij,jk->ik | f32[2,N] f32[M,5] | the letter 'j' is N and M
          i1->i     | f32[2,3]          | not of the form
          ...i->i   | f32[2,3]          | not of the form
          ij-ji     | f32[2,3]          | not of the form
          ij->j->i  | f32[2,3]          | not of the form
          """)
  void equationsThatDoNotFit(String equation, String types, String words) {
    refused(() -> einsum(equation, types.split(" ")), "einsum '" + equation + "'", words);
  }

  @Test
  void anEinsumOfNothingIsRefused() {
    refused(() -> Einsum.of("", List.of()), "names 1 operands, given 0");
    refused(() -> einsum("i,i->i", "bool[3]", "bool[3]"), "numeric");
  }

  @Test
  void multiplyAddsCountTheDirectAlgorithm() {
    Value a = input("f32[N, 3]");
    Value b = a.builder().input("b", TensorType.parse("f32[3, 4]"));
    a.builder().signature("s").output("y", a.matmul(b));
    assertEquals("12*N", cost(a.builder()));
  }

  private static String cost(GraphBuilder g) {
    var last = g.build().nodes().getLast();
    return last.op().multiplyAdds(last.describeOperands()).toString();
  }
}
