package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.op.Source;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GraphTextTest {
  private static final OperatorCatalog CATALOG =
      OperatorCatalog.installed().with(List.of(Everything.class));

  private static GraphException refused(String text) {
    return assertThrows(GraphException.class, () -> Graph.parse(text, CATALOG));
  }

  // Printing and reading back.

  @Test
  void aTrainingGraphAsText() {
    GraphBuilder g = GraphBuilder.create("line");
    g.metadata("classes", "X, \"O\"");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 3]"));
    Value w = g.parameter("w", Tensor.of(new float[] {1, -0.5f, 0}, 3, 1));
    Value n = g.state("count", Tensor.scalar(0L));
    g.signature("predict").input("features", x).output("y", x.matmul(w));
    try (var _ = g.scope("update")) {
      g.signature("count").update(n, n.add(1));
    }
    Graph graph = g.build();
    assertEquals(
        """
        graph "line"
        metadata "classes" = "X, \\"O\\""
        %x : f32[N, 3] = input()
        %w : f32[3, 1] = parameter()
        %w/constant : f32[3, 1] = constant() {value=f32[3, 1](1.0, -0.5, 0.0)}
        %count : i64[] = parameter() {trainable=false}
        %count/constant : i64[] = constant() {value=i64[](0)}
        %dot : f32[N, 1] = dot(%x, %w) {lhs_contract=[1], rhs_contract=[0]}
        %update/constant : i64[] = constant() {value=i64[](1)}
        %update/add : i64[] = add(%count, %update/constant)
        initial %w = %w/constant
        initial %count = %count/constant
        signature "predict" ("features" = %x) -> ("y" = %dot)
        signature "count" () -> () update (%count = %update/add)
        """
            .replace("lhs_contract", "lhsContract")
            .replace("rhs_contract", "rhsContract"),
        graph.toString());
    assertEquals(graph, Graph.parse(graph.toString()));
    assertEquals(graph.toString(), Graph.parse(graph.toString()).toString());
    assertEquals(
        "%update/add : i64[] = add(%count, %update/constant)", graph.nodes().get(7).toString());
  }

  @Test
  void everyKindOfAttribute() {
    GraphBuilder g = GraphBuilder.create("kinds");
    g.add(Everything.EXAMPLE);
    Graph graph = g.build();
    assertEquals(
        """
        graph "kinds"
        %everything : f32[] = everything() {small=-5, large=-9223372036854775808, boxed=7, real=-0.0, \
        flag=true, words="a \\"quoted\\" \\\\ line\\n\\u0009tab é \\u0001", mode=up_and_down, dtype=bool, \
        size=(N + 1)//2, shape=[2*N, 3], type=i64[N, (H + 1)//2], \
        tensor=f32[2, 1](1.5, NaN), numbers=[1, -2], nested=[["a", ","], []], \
        pairs=[{first=1}, {first=3, second=4}], pair={first=0}, alone=[1, N]}
        """,
        graph.toString());
    assertEquals(graph, Graph.parse(graph.toString(), CATALOG));
  }

  @Test
  void aSizeMayHoldCommasInParentheses() {
    Dim size = Dim.parse("max(N, H)//2");
    String text =
        "graph \"g\"\n%x : f32[max(N, H), 2] = input()\n%s : i64[] = size() {size=max(N, H)//2}\n";
    assertEquals(new Source.Size(size), Graph.parse(text).node("s").op());
    assertEquals(Dim.parse("max(N, H)"), Graph.parse(text).node("x").type().dim(0));
  }

  static Stream<Arguments> tensors() {
    float[] many = new float[65];
    many[64] = 1;
    return Stream.of(
        Arguments.of(Tensor.scalar(1.5f), "f32[](1.5)"),
        Arguments.of(
            Tensor.vector(Float.NaN, Float.POSITIVE_INFINITY, -0f, Float.MIN_VALUE),
            "f32[4](NaN, Infinity, -0.0, 1.4E-45)"),
        Arguments.of(
            Tensor.vector(-1e300, Double.NEGATIVE_INFINITY, 0.1),
            "f64[3](-1.0E300, -Infinity, 0.1)"),
        Arguments.of(
            Tensor.vector(Integer.MIN_VALUE, Integer.MAX_VALUE), "i32[2](-2147483648, 2147483647)"),
        Arguments.of(
            Tensor.vector(Long.MIN_VALUE, (1L << 53) + 1),
            "i64[2](-9223372036854775808, 9007199254740993)"),
        Arguments.of(Tensor.vector(true, false), "bool[2](true, false)"),
        Arguments.of(Tensor.zeros(DType.FLOAT32, 0, 3), "f32[0, 3]()"),
        Arguments.of(Tensor.zeros(DType.BOOL, 2, 3, 0), "bool[2, 3, 0]()"),
        Arguments.of(Tensor.vector(0f, -0f), "f32[2](0.0, -0.0)"),
        Arguments.of(Tensor.vector(-0f, -0f), "f32[2](splat -0.0)"),
        Arguments.of(Tensor.fill(DType.INT64, Shape.of(30, 40), 7), "i64[30, 40](splat 7)"),
        Arguments.of(Tensor.fill(DType.BOOL, Shape.of(2), 1), "bool[2](splat true)"),
        Arguments.of(Tensor.of(many, 5, 13), "f32[5, 13](base64 \"" + "A".repeat(344) + "gD8=\")"));
  }

  @ParameterizedTest
  @MethodSource("tensors")
  void tensorsKeepEveryBit(Tensor tensor, String text) {
    GraphBuilder g = GraphBuilder.create("g");
    g.constant(tensor);
    Graph graph = g.build();
    String line = "%%constant : %s = constant() {value=%s}".formatted(tensor.type(), text);
    assertEquals(line, graph.nodes().getFirst().toString());
    assertEquals(graph, Graph.parse(graph.toString()));
  }

  @Test
  void sixtyFourElementsAreListed() {
    long[] data = new long[64];
    data[63] = 1;
    GraphBuilder g = GraphBuilder.create("g");
    g.constant(Tensor.of(data, 64));
    assertTrue(g.build().toString().endsWith("(" + "0, ".repeat(63) + "1)}\n"));
  }

  @Test
  void spaceAndLineEndsAreFree() {
    Graph graph =
        Graph.parse("graph\"g\"\r\n  %x:f32 [ N,3 ]=input( )\t%y : f32[N, 3] = neg\n( %x )\n{ }");
    assertEquals(
        "graph \"g\"\n%x : f32[N, 3] = input()\n%y : f32[N, 3] = neg(%x)\n", graph.toString());
  }

  @Test
  void attributesMayComeInAnyOrderAndSayTheirDefaults() {
    String text = "graph \"g\" %p : f32[2] = parameter() {trainable=true, type=f32[2]}";
    assertEquals("%p : f32[2] = parameter()", Graph.parse(text).node("p").toString());
  }

  // What is refused.

  private static final String X = "graph \"g\"\n%x : f32[2, 3] = input()\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          %y : f32[2, 3] = nag(%x)                         | there is no operator 'nag'
          %y : f32[2, 3] = neg(%z)                         | has no node 'z'
          %y : f32[2, 3] = neg(%y)                         | has no node 'y'
          %y : f32[2, 4] = neg(%x)                         | 'y' says f32[2, 4], the rule of neg says f32[2, 3]
          %y : f64[2, 3] = neg(%x)                         | 'y' says f64[2, 3], the rule of neg says f32[2, 3]
          %y : f32[2, 3] = neg(%x, %x)                     | takes 1 operand, given 2
          %y : f32[2, 3] = neg()                           | takes 1 operand, given 0
          %x : f32[2, 3] = neg(%x)                         | 'x' is taken
          %y/ : f32[2, 3] = neg(%x)                        | 'y/' cannot name a node
          %y : f16[2, 3] = neg(%x)                         | No dtype is called 'f16'
          %y : f32[2, -3] = neg(%x)                        | A size is not negative
          %y : f32[2, 3 = neg(%x)                          | expected ']'
          %y : f32[2, 3] = neg(%x                          | expected ')'
          %y f32[2, 3] = neg(%x)                           | expected ':', found 'f32[2, 3] = neg(%x)'
          %y : f32[2] = reduce_sum(%x) {axes=[1], axes=[1]} | has the attribute 'axes' twice
          %y : f32[2] = reduce_sum(%x) {axis=[1]}          | has no attribute 'axis', only [axes, keepDims]
          %y : f32[2] = reduce_sum(%x)                     | lacks the attribute 'axes'
          %y : f32[2] = reduce_sum(%x) {axes=[1, 0]}       | ascending and distinct
          %y : f32[2] = reduce_sum(%x) {axes=[-1]}         | ascending and distinct
          %y : f32[2] = reduce_sum(%x) {axes=[2]}          | lacks an axis of [2]
          %y : f32[2] = reduce_sum(%x) {axes=[9999999999]} | does not fit in 32 bits
          %y : f32[2] = reduce_sum(%x) {axes=[a]}          | expected an integer
          %y : f32[2] = reduce_sum(%x) {axes=[1], keepDims=yes} | expected 'false'
          %y : f32[2, 3] = cast(%x) {dtype=f16}            | No dtype is called 'f16'
          %y : f32[6] = reshape(%x) {shape=[7]}            | [7] has 7 elements, the operand has 6
          %y : f32[6] = reshape(%x) {shape=[4611686018427387904, 4]} | does not fit 64 bits
          %y : f32[2] = constant() {value=f32[2](1.0)}     | expected ','
          %y : f32[2] = constant() {value=f32[2](1.0, 2.0, 3.0)} | expected ')'
          %y : f32[2] = constant() {value=f32[2](1.0, x)}  | 'x' is not a number
          %y : i32[1] = constant() {value=i32[1](3000000000)} | not a number
          %y : f32[2] = constant() {value=f32[N](1.0, 2.0)} | a tensor's sizes must be numbers
          %y : f32[0] = constant() {value=f32[0](splat 1.0)} | has no element to repeat
          %y : f32[70] = constant() {value=f32[70](1.0)}   | too many elements to be listed
          %y : f32[2] = constant() {value=f32[2](base64 "AAAA")} | needs 2 elements of 4 bytes, given 3 bytes
          %y : f32[2] = constant() {value=f32[2](base64 "!!!!")} | Illegal base64
          %y : f64[536870912] = constant() {value=f64[536870912](splat 1.0)} | the repeated values of a text may take 1073741824 bytes together
          %y : i64[2305843009213693952] = constant() {value=i64[2305843009213693952](base64 "")} | given 0 bytes
          initial %x = %x                                  | not a parameter
          initial %q = %x                                  | has no node 'q'
          signature "s" ("x" = %y) -> ("y" = %x)           | has no node 'y'
          signature "s" ("x" = %x, "x" = %x) -> ("y" = %x) | 'x' already
          signature "s" ("x" = %x) -> ("y" = %x, "y" = %x) | two outputs named 'y'
          signature "s" ("x" = %x) ("y" = %x)              | expected '->'
          signature "s" ("x" = %x) -> () update (%x = %x)  | not a parameter
          signature s                                      | expected '"'
          signature "s                                     | expected '"', found 'the end'
          signature "\\q"                                  | '\\q' is no escape
          signature "\\u00g0"                              | not a number
          signature "\\u00                                 | expected four hexadecimal digits
          nonsense                                         | 'signature' or 'metadata', found 'nonsense'
          """)
  void anErrorNamesTheLineAndWhatIsWrong(String statement, String words) {
    String message = refused(X + statement + "\n").getMessage();
    assertTrue(message.startsWith("Line 3 of the graph text: "), message);
    assertTrue(message.contains(words), message);
  }

  @Test
  void theErrorKeepsNodeAndConstraint() {
    GraphException e = refused(X + "%y : f32[6] = reshape(%x) {shape=[7]}");
    assertEquals("y", e.node().orElseThrow());
    assertEquals("C1", e.constraint().orElseThrow());
  }

  @Test
  void thingsAreSaidOnce() {
    assertTrue(
        refused("graph \"g\"\nmetadata \"k\" = \"1\"\nmetadata \"k\" = \"2\"")
            .getMessage()
            .contains("Line 3 of the graph text: The metadata 'k' is given twice."));
    String parameter =
        "graph \"g\"\n%p : i32[] = parameter()\n%c : i32[] = constant() {value=i32[](1)}\n";
    assertTrue(
        refused(parameter + "initial %p = %c\ninitial %p = %c")
            .getMessage()
            .contains("Line 5 of the graph text: The first value of 'p' is given twice."));
    assertTrue(
        refused(X + "signature \"s\" () -> (\"y\" = %x)\nsignature \"s\" () -> (\"z\" = %x)")
            .getMessage()
            .contains("Line 4 of the graph text: The signature 's' is given twice."));
  }

  @Test
  void aWholeGraphIsNeeded() {
    assertEquals(
        "Line 1 of the graph text: expected 'graph', found 'the end'.", refused("").getMessage());
    assertTrue(refused(X + "signature \"s\" () -> ()").getMessage().contains("neither an output"));
  }

  @Test
  void aRecordThatRefusesItsValuesIsAnErrorOfItsLine() {
    GraphBuilder g = GraphBuilder.create("kinds");
    g.add(Everything.EXAMPLE);
    String text = g.build().toString().replace("first=3", "first=-3");
    String message = refused(text).getMessage();
    assertEquals("Line 2 of the graph text: pair: first is negative: -3", message);
  }

  @Test
  void anUnknownChoiceListsThoseThatExist() {
    GraphBuilder g = GraphBuilder.create("kinds");
    g.add(Everything.EXAMPLE);
    String text = g.build().toString().replace("up_and_down", "UP_AND_DOWN");
    assertTrue(
        refused(text).getMessage().contains("'UP_AND_DOWN' is not one of nearest, up_and_down."));
  }
}
