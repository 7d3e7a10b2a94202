package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignatureTest {
  /** Binds a signature whose inputs a, b and so on have the declared types to the given ones. */
  private static Map<String, Long> bind(String[] declared, String[] given) {
    GraphBuilder g = GraphBuilder.create("g");
    SignatureBuilder s = g.signature("s");
    Map<String, TensorType> types = new LinkedHashMap<>();
    for (int i = 0; i < declared.length; i++) {
      String name = String.valueOf((char) ('a' + i));
      Value x = g.input(name, TensorType.parse(declared[i]));
      s.input(name, x).output(name, x);
      if (i < given.length) {
        types.put(name, TensorType.parse(given[i]));
      }
    }
    return g.build().signature("s").bindSizes(types);
  }

  private static String message(String[] declared, String... given) {
    return assertThrows(GraphException.class, () -> bind(declared, given)).getMessage();
  }

  private static String[] types(String... types) {
    return types;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          f32[N, 3]          | f32[5, 3]      | {N=5}
          f32[N, M]          | f32[5, 0]      | {M=0, N=5}
          f32[2*N + 1]       | f32[7]         | {N=3}
          f32[2*N + 1]       | f32[1]         | {N=0}
          f32[N*M, M]        | f32[6, 2]      | {M=2, N=3}
          f32[N, N + 2]      | f32[4, 6]      | {N=4}
          f32[(N + 1)//2, N] | f32[3, 5]      | {N=5}
          f32[8 - N]         | f32[3]         | {N=5}
          f32[49*N]          | f32[98]        | {N=2}
          f32[2, 3]          | f32[2, 3]      | {}
          f32[N*N, N]        | f32[9, 3]      | {N=3}
          """)
  void oneInputDecidesItsSizes(String declared, String given, String sizes) {
    assertEquals(sizes, bind(types(declared), types(given)).toString());
  }

  @Test
  void inputsShareNamesInWhateverOrderTheyDecideThem() {
    assertEquals(
        "{H=9, N=4}",
        bind(
                types("f32[N, (H - 1)//2]", "i32[N]", "f32[H]"),
                types("f32[4, 4]", "i32[4]", "f32[9]"))
            .toString());
  }

  @Test
  void twoSizesForOneNameAreRefused() {
    assertEquals(
        "signature 's': the input 'b' takes i32[N] where {N=4}, given i32[5].",
        message(types("f32[N, 2]", "i32[N]"), "f32[4, 2]", "i32[5]"));
  }

  @Test
  void aSizeWithoutSolutionIsRefused() {
    assertEquals(
        "signature 's': the input 'a' takes f32[2*N + 1] where {N=2}, given f32[6].",
        message(types("f32[2*N + 1]"), "f32[6]"));
    assertEquals(
        "signature 's': the input 'a' takes f32[N + 3] where {N=0}, given f32[2].",
        message(types("f32[N + 3]"), "f32[2]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          f32[N*N]        | f32[9] | [N]
          f32[N//2]       | f32[4] | [N]
          f32[12//N]      | f32[4] | [N]
          f32[M*N]        | f32[6] | [M, N]
          """)
  void aSizeThatDoesNotDecideItsNameIsRefused(String declared, String given, String open) {
    assertEquals(
        "signature 's': the input 'a' takes %s, given %s. This does not decide %s; add an input"
                .formatted(declared, given, open)
            + " whose size does.",
        message(types(declared), given));
  }

  @Test
  void aDivisionByABoundZeroIsAMisfit() {
    assertEquals(
        "signature 's': the input 'b' takes f32[12//N] where {N=0}, given f32[4].",
        message(types("f32[N]", "f32[12//N]"), "f32[0]", "f32[4]"));
  }

  @Test
  void dtypeRankAndSizeMustFit() {
    assertEquals(
        "signature 's': the input 'a' takes f32[N, 3], given f64[2, 3].",
        message(types("f32[N, 3]"), "f64[2, 3]"));
    assertEquals(
        "signature 's': the input 'a' takes f32[N, 3], given f32[2].",
        message(types("f32[N, 3]"), "f32[2]"));
    assertEquals(
        "signature 's': the input 'a' takes f32[N, 3] where {N=2}, given f32[2, 4].",
        message(types("f32[N, 3]"), "f32[2, 4]"));
    assertEquals(
        "signature 's': the input 'a' takes f32[N], given f32[M].",
        message(types("f32[N]"), "f32[M]"));
  }

  @Test
  void aMissingOrUnknownInputIsNamed() {
    assertEquals(
        "signature 's': the input 'b' f32[2] is missing, given only [a].",
        message(types("f32[N]", "f32[2]"), "f32[1]"));
    GraphBuilder g = GraphBuilder.create("g");
    Value x = g.input("x", TensorType.parse("f32[2]"));
    g.signature("s").output("y", x);
    Signature s = g.build().signature("s");
    Map<String, TensorType> given = Map.of("x", x.type(), "z", x.type());
    assertEquals(
        "signature 's' has no input 'z'. Its inputs are [x].",
        assertThrows(GraphException.class, () -> s.bindSizes(given)).getMessage());
  }
}
