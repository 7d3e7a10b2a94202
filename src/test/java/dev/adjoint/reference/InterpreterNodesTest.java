package dev.adjoint.reference;

import static dev.adjoint.testing.ExceptionAssertions.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values of single nodes. */
class InterpreterNodesTest {
  private final Interpreter interpreter = Interpreter.create();

  private final GraphBuilder g = GraphBuilder.create("nodes");
  private final Value x = g.input("x", DType.INT32, 2);
  private final Value z = g.input("z", DType.INT32, 2);
  private final Value ratio = x.div(z).as("ratio");
  private final Value twice = x.add(x).as("twice");
  private final Graph graph = g.build();

  private Node node(Value value) {
    return graph.node(value.name());
  }

  @Test
  void onlyWhatIsNeededIsComputed() {
    // The ratio would divide by a z that is not even given.
    assertEquals(
        List.of(Tensor.vector(2, 4)),
        interpreter.evaluate(graph, List.of(node(twice)), Map.of("x", Tensor.vector(1, 2))));
  }

  @Test
  void oneNodeMayBeAskedForTwiceAndBeReadToo() {
    Map<String, Tensor> leaves = Map.of("x", Tensor.vector(6, 7), "z", Tensor.vector(2, 2));

    assertEquals(
        List.of(
            Tensor.vector(3, 3), Tensor.vector(6, 7), Tensor.vector(3, 3), Tensor.vector(12, 14)),
        interpreter.evaluate(
            graph, List.of(node(ratio), node(x), node(ratio), node(twice)), leaves));
    assertEquals(List.of(), interpreter.evaluate(graph, List.of(), leaves));
  }

  @Test
  void whatIsMissingOrWrongIsNamed() {
    assertMessage(
        GraphException.class,
        "input 'x': its value i32[2] is missing, given only [].",
        () -> interpreter.evaluate(graph, List.of(node(twice)), Map.of()));
    assertMessage(
        GraphException.class,
        "input 'x': takes i32[2], given i64[2].",
        () ->
            interpreter.evaluate(graph, List.of(node(twice)), Map.of("x", Tensor.vector(1L, 2L))));
    assertMessage(
        GraphException.class,
        "'twice' is given a value, but it is a node of add. Only inputs and parameters are given"
            + " one.",
        () ->
            interpreter.evaluate(
                graph, List.of(node(twice)), Map.of("twice", Tensor.vector(1, 2))));
    assertMessage(
        GraphException.class,
        "'twice' is not a node of the graph 'nodes' that is evaluated. Ask that graph for its"
            + " node.",
        () -> interpreter.evaluate(g.build(), List.of(node(twice)), Map.of()));
  }

  @Test
  void symbolicSizesMustBeBound() {
    GraphBuilder symbolic = GraphBuilder.create("symbolic");
    symbolic.input("x", DType.FLOAT32, Shape.parse("[N]")).sizeOf(0).as("n");
    Graph open = symbolic.build();

    assertMessage(
        GraphException.class,
        "size 'n': The size N is symbolic and has no value; bind N first.",
        () -> interpreter.evaluate(open, List.of(open.node("n")), Map.of()));
    assertMessage(
        GraphException.class,
        "input 'x': its type f32[N] is symbolic. Bind [N] first, with Graph.bind or by running a"
            + " signature.",
        () -> interpreter.evaluate(open, List.of(open.node("x")), Map.of()));
  }

  @Test
  void aResultTooLargeForAnArrayIsRefused() {
    GraphBuilder large = GraphBuilder.create("large");
    large.constant(Tensor.scalar(1f)).broadcast(Shape.of(1L << 20, 1L << 20)).as("y");
    Graph built = large.build();

    assertMessage(
        GraphException.class,
        """
        broadcast 'y': an array of sizes [1048576, 1048576] has more than the 2147483639 elements \
        that fit one.
          operand 0  'constant'  f32[]\
        """,
        () -> interpreter.evaluate(built, List.of(built.node("y")), Map.of()));
  }

  @Test
  void everyNodeIsRoundedNotOnlyTheLast() {
    GraphBuilder chain = GraphBuilder.create("chain");
    // In float 1 is lost beside 2^24; in 32 bits the sum wraps around before it is halved.
    chain.constant(Tensor.scalar(1f)).add(16777216).sub(16777216).as("lost");
    chain.constant(Tensor.scalar(Integer.MAX_VALUE)).add(1).div(2).as("wrapped");
    Graph built = chain.build();

    assertEquals(
        List.of(Tensor.scalar(0f), Tensor.scalar(-1073741824)),
        interpreter.evaluate(built, List.of(built.node("lost"), built.node("wrapped")), Map.of()));
    assertEquals(
        List.of(Tensor.scalar(1.0)),
        Interpreter.inDouble().evaluate(built, List.of(built.node("lost")), Map.of()));
  }

  @Test
  void depthDoesNotMatter() {
    GraphBuilder deep = GraphBuilder.create("deep");
    Value y = deep.input("x", DType.INT64);
    for (int i = 0; i < 100_000; i++) {
      y = y.add(1);
    }
    deep.signature("count").output("y", y);

    assertEquals(
        Tensor.scalar(100_005L),
        interpreter.run(deep.build(), "count", Map.of("x", Tensor.scalar(5L))).output("y"));
  }
}
