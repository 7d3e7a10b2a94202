package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.op.Pointwise;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One broken invariant a test. The nodes are made by hand, as no builder would. */
class VerifierTest {
  private static final TensorType TYPE = TensorType.of(DType.FLOAT32, 2, 3);
  private static final TensorType OTHER = TensorType.of(DType.FLOAT32, 3);

  private final Node x = new Node(0, "x", new Input(TYPE), List.of(), TYPE);
  private final Node w = new Node(1, "w", new Parameter(TYPE, true), List.of(), TYPE);
  private final Node y = new Node(2, "y", new Pointwise.Neg(), List.of(x), TYPE);

  private static Graph graph(Node... nodes) {
    return new Graph("g", List.of(nodes), Map.of(), Map.of(), Map.of());
  }

  private Graph withSignature(
      Map<String, Node> inputs, Map<String, Node> outputs, Map<Node, Node> updates) {
    Signature s =
        new Signature(
            "s",
            ImmutableMap.copyOf(inputs),
            ImmutableMap.copyOf(outputs),
            ImmutableMap.copyOf(updates));
    return new Graph("g", List.of(x, w, y), Map.of("s", s), Map.of(), Map.of());
  }

  private Graph withInitial(Node parameter, Node first) {
    return new Graph("g", List.of(x, w, y), Map.of(), Map.of(parameter, first), Map.of());
  }

  private static void wrong(Graph graph, String node, String words) {
    GraphException e = assertThrows(GraphException.class, () -> Verifier.verify(graph));
    assertEquals(node, e.node().orElse(""));
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  @Test
  void aSoundGraphPasses() {
    assertDoesNotThrow(
        () -> Verifier.verify(withSignature(Map.of("x", x), Map.of("y", y), Map.of(w, y))));
  }

  @Test
  void positionsAreTrue() {
    wrong(graph(w), "w", "is at position 0 and says 1");
  }

  @Test
  void namesAreUnique() {
    wrong(
        graph(x, w, new Node(2, "x", new Input(TYPE), List.of(), TYPE)),
        "x",
        "has the name of another node");
  }

  @Test
  void namesAreWellFormed() {
    wrong(graph(new Node(0, "a b", new Input(TYPE), List.of(), TYPE)), "a b", "malformed name");
  }

  @Test
  void operandsComeFirst() {
    Node late = new Node(1, "late", new Input(TYPE), List.of(), TYPE);
    Node early = new Node(0, "early", new Pointwise.Neg(), List.of(late), TYPE);
    wrong(graph(early, late), "early", "reads 'late', which does not come before it");
  }

  @Test
  void operandsAreOfTheSameGraph() {
    Node foreign = new Node(0, "foreign", new Input(TYPE), List.of(), TYPE);
    Node reader = new Node(1, "reader", new Pointwise.Neg(), List.of(foreign), TYPE);
    wrong(graph(x, reader), "reader", "reads 'foreign' of another graph");
  }

  @Test
  void typesAreWhatTheRuleSays() {
    Node lie = new Node(1, "lie", new Pointwise.Neg(), List.of(x), OTHER);
    wrong(graph(x, lie), "lie", "says f32[3], its rule says f32[2, 3]");
  }

  @Test
  void operandsFitTheOperator() {
    Node lonely = new Node(0, "lonely", new Pointwise.Neg(), List.of(), TYPE);
    wrong(graph(lonely), "lonely", "takes 1 operand, given 0");
  }

  @Test
  void onlyParametersHaveFirstValues() {
    wrong(withInitial(x, w), "x", "has a first value and is no parameter");
  }

  @Test
  void aFirstValueHasTheParametersTypeAndGraph() {
    Node foreign = new Node(2, "c", new Pointwise.Neg(), List.of(x), TYPE);
    wrong(withInitial(w, foreign), "w", "has a first value 'c' of type f32[2, 3]");
    Node small = new Node(0, "small", new Parameter(OTHER, true), List.of(), OTHER);
    Graph graph = new Graph("g", List.of(small, w), Map.of(), Map.of(small, w), Map.of());
    wrong(graph, "small", "has a first value 'w' of type f32[2, 3]");
  }

  @Test
  void aFirstValueReadsNothingOpen() {
    wrong(withInitial(w, y), "x", "is read by the first value of a parameter");
  }

  @Test
  void aSignatureIsListedUnderItsName() {
    Signature s = new Signature("s", ImmutableMap.of(), ImmutableMap.of("w", w), ImmutableMap.of());
    wrong(
        new Graph("g", List.of(x, w), Map.of("t", s), Map.of(), Map.of()),
        "",
        "signature 't' is listed as 's'");
  }

  @Test
  void aSignatureDoesSomething() {
    wrong(withSignature(Map.of(), Map.of(), Map.of()), "", "neither an output nor an update");
  }

  @Test
  void aSignaturesInputsAreInputs() {
    wrong(
        withSignature(Map.of("w", w), Map.of("w", w), Map.of()),
        "w",
        "is no input, as signature 's' says");
  }

  @Test
  void anInputHasOneNameInASignature() {
    wrong(withSignature(Map.of("a", x, "b", x), Map.of("y", y), Map.of()), "x", "under two names");
  }

  @Test
  void outputsAreOfTheGraph() {
    Node foreign = new Node(0, "foreign", new Input(TYPE), List.of(), TYPE);
    wrong(withSignature(Map.of(), Map.of("y", foreign), Map.of()), "foreign", "is not of this");
  }

  @Test
  void onlyParametersAreUpdated() {
    wrong(
        withSignature(Map.of("x", x), Map.of(), Map.of(x, y)),
        "x",
        "is updated and is no parameter");
  }

  @Test
  void anUpdateHasTheParametersType() {
    Node small = new Node(0, "small", new Parameter(OTHER, true), List.of(), OTHER);
    Node big = new Node(1, "big", new Parameter(TYPE, true), List.of(), TYPE);
    Signature s =
        new Signature("s", ImmutableMap.of(), ImmutableMap.of(), ImmutableMap.of(small, big));
    wrong(
        new Graph("g", List.of(small, big), Map.of("s", s), Map.of(), Map.of()),
        "small",
        "is updated by a value of f32[2, 3]");
  }

  @Test
  void anUpdateIsOfTheGraph() {
    Node foreign = new Node(1, "foreign", new Parameter(TYPE, true), List.of(), TYPE);
    wrong(withSignature(Map.of(), Map.of(), Map.of(foreign, w)), "foreign", "by another graph");
  }

  @Test
  void aSignatureHasEveryInputThatItReads() {
    wrong(
        withSignature(Map.of(), Map.of("y", y), Map.of()),
        "x",
        "is read by the signature 's' but is none of its inputs");
  }
}
