package dev.adjoint.graph;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.op.Pointwise;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphBuilderTest {
  private final GraphBuilder g = GraphBuilder.create("net");

  private static GraphException refused(Executable call, String... words) {
    return assertRefused(GraphException.class, call, words);
  }

  private Value vector(String name) {
    return g.input(name, DType.FLOAT32, 3);
  }

  // Names and scopes.

  @Test
  void nodesAreNamedAfterTheirOperatorAndNumberedFromTheSecondOn() {
    Value x = vector("x");
    assertEquals(List.of("neg", "neg_1", "neg_2"), names(x.neg(), x.neg(), x.neg()));
  }

  private static List<String> names(Value... values) {
    return List.of(values).stream().map(Value::name).toList();
  }

  @Test
  void scopesNestAndNumberingStartsAgainInEach() {
    Value x = vector("x");
    try (var _ = g.scope("block")) {
      try (var _ = g.scope("inner")) {
        assertEquals(List.of("block/inner/neg", "block/inner/neg_1"), names(x.neg(), x.neg()));
      }
      assertEquals("block/neg", x.neg().name());
    }
    assertEquals("neg", x.neg().name());
  }

  @Test
  void aScopeOfTheSameNameIsTheSameScopeAndAFreshOneIsNot() {
    Value x = vector("x");
    try (var _ = g.scope("conv")) {
      assertEquals("conv/neg", x.neg().name());
    }
    try (var _ = g.scope("conv")) {
      assertEquals("conv/neg_1", x.neg().name());
    }
    try (var _ = g.freshScope("conv")) {
      assertEquals("conv_1/neg", x.neg().name());
    }
    try (var _ = g.freshScope("conv")) {
      assertEquals("conv_2/neg", x.neg().name());
    }
  }

  @Test
  void aFreshScopeAvoidsTheNamesOfALoadedGraph() {
    try (var _ = g.freshScope("conv")) {
      g.parameter("w", Tensor.vector(1f));
    }
    GraphBuilder loaded = Graph.parse(g.build().toString()).toBuilder();
    try (var _ = loaded.freshScope("conv")) {
      assertEquals("conv_1/w", loaded.parameter("w", Tensor.vector(2f)).name());
    }
  }

  @Test
  void aFreshNameAvoidsOneThatLooksNumbered() {
    Value x = vector("x");
    x.neg().as("abs_1");
    assertEquals(List.of("abs", "abs_2"), names(x.abs(), x.abs()));
  }

  @Test
  void asNamesANodeInTheOpenScopeAndFreesTheOldName() {
    Value x = vector("x");
    Value y = x.neg();
    try (var _ = g.scope("s")) {
      assertSame(y, y.as("minus"));
    }
    assertEquals("s/minus", y.name());
    assertSame(y, g.value("s/minus"));
    refused(() -> g.value("neg"), "'net'", "'neg'");
    assertSame(y, y.as("s/minus"));
    assertEquals("%s/minus : f32[3]", y.toString());
  }

  @Test
  void aTakenNameIsRefusedAndSaysByWhat() {
    Value x = vector("x");
    Value y = x.neg().as("y");
    GraphException e = refused(() -> vector("y"), "'y'", "neg", "f32[3]", "scope");
    assertEquals("y", e.node().orElseThrow());
    refused(() -> x.abs().as("y"), "taken");
    assertSame(y, g.value("y"));
  }

  @Test
  @SuppressWarnings("NullAway") // As from callers that do not check for nulls.
  void aMissingNameIsRefused() {
    refused(() -> GraphBuilder.create(""), "A graph needs a name, given an empty one");
    refused(() -> GraphBuilder.create(null), "A graph needs a name, given null");
    refused(() -> g.input(null, DType.FLOAT32, 3), "needs a name, given null");
    refused(() -> g.scope(null), "needs a name, given null");
    refused(() -> g.freshScope(null), "needs a name, given null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a%", "/a", "a/", "a//b", "ä", "a\n", "a:b"})
  void aMalformedNameIsRefused(String name) {
    refused(() -> vector(name), "'" + name + "' cannot name a node");
    refused(() -> g.scope(name), "cannot name a scope");
    refused(() -> g.freshScope(name), "cannot name a scope");
    Value x = vector("x");
    refused(() -> x.as(name), "cannot name a node");
    assertEquals("x", x.name());
  }

  // Foreign values.

  @Test
  void aValueOfAnotherBuilderIsRefusedEverywhereAndItsBuilderStaysAsItWas() {
    GraphBuilder other = GraphBuilder.create("other");
    Value foreign = other.input("far", DType.FLOAT32, 1);
    Value matrix = other.input("matrix", DType.FLOAT32, 2, 3, 4);
    Value x = vector("x");
    List<Executable> calls =
        List.of(
            () -> x.add(foreign),
            () -> x.matmul(matrix),
            () -> g.add(new Pointwise.Neg(), foreign),
            () -> g.signature("s").output("y", foreign),
            () -> g.signature("s").input("y", foreign),
            () -> g.initial(g.parameter("p", TensorType.of(DType.FLOAT32, 1)), foreign));
    for (Executable call : calls) {
      refused(call, "'other'", "'net'", "one builder");
    }
    assertEquals(2, other.size());
  }

  @Test
  void aMissingOperandIsNamed() {
    Value x = vector("x");
    List<Value> operands = Collections.singletonList(null);
    refused(() -> g.add(new Pointwise.Neg(), operands), "neg", "operand 0 is null");
    List<Value> nothing = new ArrayList<>(operands);
    refused(() -> x.add(nothing.getFirst()), "'x'", "operand 1 is null");
  }

  // Parameters.

  @Test
  void aParameterKeepsItsFirstValueInAScopeOfItsName() {
    Value w = g.parameter("w", Tensor.vector(1f, 2f));
    Value n = g.state("count", Tensor.scalar(7L));
    Value free = g.parameter("free", TensorType.of(DType.FLOAT64, 2, 3));
    Graph graph = g.build();
    assertEquals("w/constant", graph.initials().get(graph.node("w")).name());
    assertEquals(2, graph.initials().size());
    assertEquals(
        List.of("w", "count", "free"), graph.parameters().stream().map(Node::name).toList());
    assertEquals(List.of(w, n, free), g.parameters());
    assertEquals(List.of(w, free), g.trainableParameters());
  }

  @Test
  void anInitializerSeesTheFullNameAndTheType() {
    TensorType type = TensorType.of(DType.FLOAT32, 2);
    List<Object> seen = new ArrayList<>();
    try (var _ = g.scope("s")) {
      g.parameter(
          "w",
          type,
          (builder, name, wanted) -> {
            seen.addAll(List.of(name, wanted));
            return builder.constant(Tensor.zeros(DType.FLOAT32, 2));
          });
    }
    assertEquals(List.of("s/w", type), seen);
  }

  @Test
  void aFirstValueMustBeOfTheParametersTypeAndDependOnNothingOpen() {
    Value w = g.parameter("w", TensorType.of(DType.FLOAT32, 2));
    refused(() -> g.initial(w, g.constant(Tensor.vector(1.0, 2.0))), "'w'", "f32[2]", "f64[2]");
    refused(() -> g.initial(vector("x"), vector("z")), "'x'", "input", "not a parameter");
    g.initial(w, g.input("open", DType.FLOAT32, 2).neg());
    refused(g::build, "'open'", "first value");
  }

  @Test
  void aParameterHasConstantSizes() {
    GraphException e =
        refused(
            () -> g.parameter("w", new TensorType(DType.FLOAT32, Shape.parse("[N]"))),
            "'w'",
            "f32[N]");
    assertEquals("C1", e.constraint().orElseThrow());
  }

  @Test
  void aConstantThatTheDtypeCannotHoldIsRefused() {
    Value n = g.input("n", DType.INT32, 2);
    refused(() -> n.mul(0.5), "i32", "0.5");
    refused(() -> n.add(3e9), "i32", "3.0E9");
    refused(() -> n.add(Double.NaN), "i32", "NaN");
    refused(() -> g.constant(DType.BOOL, 2), "bool", "2.0");
    assertEquals(TensorType.of(DType.INT32, 2), n.add(-7).type());
    assertEquals(TensorType.of(DType.FLOAT32), g.constant(DType.FLOAT32, 0.1).type());
  }

  // Signatures.

  @Test
  void inputsThatAreReadAreAddedInTheOrderOfTheirMaking() {
    Value a = vector("a");
    Value b = vector("b");
    vector("unread");
    g.signature("s").output("y", b.add(a));
    Signature s = g.build().signature("s");
    assertEquals(List.of("a", "b"), s.inputs().keySet().asList());
    assertEquals("a", s.input("a").name());
    refused(() -> s.input("c"), "'c'", "[a, b]");
  }

  @Test
  void explicitInputsComeFirstUnderTheirNamesAndStayWhenUnread() {
    Value a = vector("a");
    Value b = vector("b");
    Value unread = vector("unread");
    g.signature("s").input("second", b).input("idle", unread).output("y", b.add(a));
    Signature s = g.build().signature("s");
    assertEquals(List.of("second", "idle", "a"), s.inputs().keySet().asList());
    assertEquals("b", s.input("second").name());
  }

  @Test
  void wrongInputsAreRefused() {
    Value a = vector("a");
    Value b = vector("b");
    SignatureBuilder s = g.signature("s");
    refused(() -> s.input("y", a.neg()), "'s'", "neg", "not an input");
    s.input("in", a);
    refused(() -> s.input("in", b), "two inputs named 'in'");
    refused(() -> s.input("again", a), "'a' already");
    SignatureBuilder clash = g.signature("clash").input("b", a).output("y", a.add(b));
    refused(g::build, "'clash'", "two inputs named 'b'");
    assertSame(clash, g.signature("clash"));
  }

  @Test
  void updatesAreCheckedWhenTheyAreMade() {
    Value w = g.parameter("w", Tensor.vector(1f));
    Value x = g.input("x", DType.FLOAT32, 1);
    SignatureBuilder s = g.signature("step").update(w, w.add(x));
    refused(() -> s.update(w, x), "'step'", "'w' twice");
    refused(() -> s.update(x, w), "'x'", "not a parameter");
    Value v = g.parameter("v", Tensor.vector(1.0));
    refused(() -> s.update(v, x), "'v'", "f64[1]", "f32[1]");
    Signature built = g.build().signature("step");
    assertEquals("add", built.updates().values().iterator().next().name());
    assertEquals(List.of("x"), built.inputs().keySet().asList());
  }

  @Test
  void aSignatureNeedsAnOutputOrAnUpdateAndCanBeRemoved() {
    g.signature("empty").input("x", vector("x"));
    refused(g::build, "'empty'", "neither an output nor an update");
    g.removeSignature("empty");
    assertEquals(Map.of(), g.build().signatures());
  }

  @Test
  void outputsAreNamedOnceAndOneNodeMayHaveTwoNames() {
    Value x = vector("x");
    SignatureBuilder s = g.signature("s").output("y", x);
    refused(() -> s.output("y", x.neg()), "two outputs named 'y'");
    s.output("z", x);
    assertEquals(2, g.build().signature("s").outputs().size());
    refused(() -> g.build().signature("t"), "'net'", "'t'", "[s]");
  }

  // The whole.

  @Test
  void buildingTwiceGivesEqualGraphsAndTheBuilderGoesOn() {
    Value x = vector("x");
    SignatureBuilder s = g.signature("s").output("y", x.neg());
    g.metadata("classes", "X, O");
    Graph first = g.build();
    Graph second = g.build();
    assertEquals(first, second);
    assertEquals(first.hashCode(), second.hashCode());
    s.output("z", x.abs());
    Graph third = g.build();
    assertEquals(2, first.nodes().size());
    assertEquals(3, third.nodes().size());
    assertNotEquals(first, third);
    assertEquals(Map.of("classes", "X, O"), third.metadata());
  }

  @Test
  void graphsThatDifferInOnePlaceDiffer() {
    List<BiConsumer<GraphBuilder, Value>> endings =
        List.of(
            (b, x) -> b.signature("s").output("y", x.neg()),
            (b, x) -> b.signature("s").output("y", x.abs()),
            (b, x) -> b.signature("s").output("z", x.neg()),
            (b, x) -> b.signature("t").output("y", x.neg()),
            (b, x) -> b.signature("s").output("y", x.neg().as("renamed")),
            (b, x) -> b.signature("s").input("renamed", x).output("y", x.neg()),
            (b, x) -> {
              b.signature("s").output("y", x.neg());
              b.metadata("k", "v");
            },
            (b, x) -> {
              b.signature("s").output("y", x.neg());
              b.parameter("w", Tensor.vector(1f));
            });
    List<Graph> graphs = new ArrayList<>();
    for (BiConsumer<GraphBuilder, Value> ending : endings) {
      GraphBuilder b = GraphBuilder.create("net");
      ending.accept(b, b.input("x", DType.FLOAT32, 3));
      graphs.add(b.build());
    }
    for (Graph a : graphs) {
      for (Graph b : graphs) {
        assertEquals(a == b, a.equals(b), () -> a + "\n" + b);
      }
    }
  }

  @Test
  void aBuiltGraphCanBeExtended() {
    Value x = vector("x");
    Value w = g.parameter("w", Tensor.vector(1f, 2f, 3f));
    g.signature("predict").output("y", x.mul(w));
    g.metadata("k", "v");
    Graph graph = g.build();
    assertEquals(graph, graph.toBuilder().build());

    GraphBuilder more = graph.toBuilder();
    Value y = more.value("mul");
    more.signature("train").output("loss", y.sum()).update(more.value("w"), y);
    more.signature("predict").output("twice", y.mul(2));
    Graph extended = more.build();
    assertEquals(graph.nodes().size() + 4, extended.nodes().size());
    assertEquals("mul_1", extended.signature("predict").outputs().get("twice").name());
    assertEquals(List.of("y"), graph.signature("predict").outputs().keySet().asList());
    assertEquals(List.of("x"), extended.signature("train").inputs().keySet().asList());
    assertEquals("w/constant", extended.initials().get(extended.node("w")).name());
  }

  @Test
  void bindingReplacesNamedSizesEverywhere() {
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 7, 7]"));
    g.signature("s").output("y", x.reshape(Shape.parse("[N*49]")).mean());
    Graph bound = g.build().bind(Map.of("N", 2L, "unused", 3L));
    assertEquals(TensorType.of(DType.FLOAT32, 2, 7, 7), bound.node("x").type());
    assertEquals(TensorType.of(DType.FLOAT32, 98), bound.node("reshape").type());
    refused(() -> g.build().bind(Map.of("N", -1L)), "'N'", "-1");
  }

  @Test
  void bindingThatDoesNotSuitAnOperatorNamesTheNode() {
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N]"));
    x.slice(0, 2, 5).as("part");
    GraphException e = refused(() -> g.build().bind(Map.of("N", 4L)), "'part'", "C2");
    assertEquals("part", e.node().orElseThrow());
    GraphBuilder shrinking = GraphBuilder.create("shrinking");
    shrinking.input("short", DType.FLOAT32, Shape.parse("[N - 3]"));
    refused(() -> shrinking.build().bind(Map.of("N", 1L)), "'short'");
  }

  @Test
  void lookingUpWhatIsNotThereSaysSo() {
    Graph graph = g.build();
    refused(() -> graph.node("nowhere"), "'net'", "'nowhere'");
    assertTrue(graph.find("nowhere").isEmpty());
  }
}
