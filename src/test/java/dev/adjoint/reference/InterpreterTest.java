package dev.adjoint.reference;

import static dev.adjoint.reference.OperatorCase.evaluate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Operands;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class InterpreterTest {
  private final Interpreter interpreter = Interpreter.create();

  @Nested
  class Signatures {
    /** A step that exchanges two parameters and counts; the batch is symbolic. */
    private static Graph exchange() {
      GraphBuilder g = GraphBuilder.create("exchange");
      Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 2]"));
      Value a = g.parameter("a", Tensor.vector(1f, 2f));
      Value b = g.parameter("b", Tensor.vector(3f, 4f));
      Value steps = g.state("steps", Tensor.scalar(0L));
      g.signature("predict").output("y", x.mul(a).add(b)).output("n", x.sizeOf(0));
      g.signature("step")
          .output("sum", a.add(b))
          .update(a, b)
          .update(b, a)
          .update(steps, steps.add(1));
      return g.build();
    }

    @Test
    void bindSizesFromTheInputs() {
      Interpreter.Result result =
          interpreter.run(
              exchange(),
              "predict",
              Map.of("x", Tensor.nested(new float[][] {{1, 1}, {2, 0}, {0, 3}})));

      assertEquals(Tensor.nested(new float[][] {{4, 6}, {5, 4}, {3, 10}}), result.output("y"));
      assertEquals(Tensor.scalar(3L), result.output("n"));
      assertEquals(List.of("y", "n"), List.copyOf(result.outputs().keySet()));
    }

    @Test
    void anEmptyBatchGivesAnEmptyResult() {
      Interpreter.Result result =
          interpreter.run(exchange(), "predict", Map.of("x", Tensor.zeros(DType.FLOAT32, 0, 2)));

      assertEquals(Tensor.zeros(DType.FLOAT32, 0, 2), result.output("y"));
    }

    @Test
    void updatesTakeEffectTogether() {
      Interpreter.Result first = interpreter.run(exchange(), "step", Map.of());
      Interpreter.Result second = interpreter.run(exchange(), "step", Map.of(), first.parameters());

      assertEquals(
          Map.of(
              "a", Tensor.vector(3f, 4f), "b", Tensor.vector(1f, 2f), "steps", Tensor.scalar(1L)),
          first.parameters());
      assertEquals(
          Map.of(
              "a", Tensor.vector(1f, 2f), "b", Tensor.vector(3f, 4f), "steps", Tensor.scalar(2L)),
          second.parameters());
    }

    @Test
    void parametersThatAreNotUpdatedAreReturned() {
      Interpreter.Result result =
          interpreter.run(exchange(), "predict", Map.of("x", Tensor.zeros(DType.FLOAT32, 1, 2)));

      assertEquals(interpreter.initialParameters(exchange()), result.parameters());
    }

    @Test
    void aParameterThatIsNotReadMayBeAbsent() {
      Map<String, Tensor> some = Map.of("a", Tensor.vector(0f, 1f), "b", Tensor.vector(5f, 5f));

      Interpreter.Result result =
          interpreter.run(
              exchange(), "predict", Map.of("x", Tensor.nested(new float[][] {{7, 7}})), some);

      assertEquals(Tensor.nested(new float[][] {{5, 12}}), result.output("y"));
      assertEquals(some, result.parameters());
    }

    @Test
    void whatIsMissingOrWrongIsNamed() {
      Tensor x = Tensor.zeros(DType.FLOAT32, 1, 2);
      Map<String, Tensor> noB = Map.of("a", Tensor.vector(1f, 2f));

      assertMessage(
          "parameter 'b': its value f32[2] is missing, given only [a, x].",
          () -> interpreter.run(exchange(), "predict", Map.of("x", x), noB));
      assertMessage(
          "signature 'predict': the input 'x' f32[N, 2] is missing, given only [].",
          () -> interpreter.run(exchange(), "predict", Map.of()));
      assertMessage(
          "The parameter 'a' is f32[2], given f32[3].",
          () ->
              interpreter.run(
                  exchange(), "predict", Map.of("x", x), Map.of("a", Tensor.vector(1f, 2f, 3f))));
      assertMessage(
          "'x' is given as a parameter, but it is a node of input. The parameters are [a, b,"
              + " steps].",
          () -> interpreter.run(exchange(), "predict", Map.of("x", x), Map.of("x", x)));
      assertMessage(
          "The graph 'exchange' has no node 'c'.",
          () -> interpreter.run(exchange(), "predict", Map.of("x", x), Map.of("c", x)));
      assertMessage(
          "signature 'predict': the input 'x' takes f32[N, 2], given f64[1, 2].",
          () -> interpreter.run(exchange(), "predict", Map.of("x", x.cast(DType.FLOAT64))));
      assertMessage(
          "The graph 'exchange' has no signature 'train', it has [predict, step].",
          () -> interpreter.run(exchange(), "train", Map.of()));
      assertMessage(
          "The run has no output 'z', only [sum].",
          () -> interpreter.run(exchange(), "step", Map.of()).output("z"));
    }
  }

  @Nested
  class Nodes {
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
          "input 'x': its value i32[2] is missing, given only [].",
          () -> interpreter.evaluate(graph, List.of(node(twice)), Map.of()));
      assertMessage(
          "input 'x': takes i32[2], given i64[2].",
          () ->
              interpreter.evaluate(
                  graph, List.of(node(twice)), Map.of("x", Tensor.vector(1L, 2L))));
      assertMessage(
          "'twice' is given a value, but it is a node of add. Only inputs and parameters are given"
              + " one.",
          () ->
              interpreter.evaluate(
                  graph, List.of(node(twice)), Map.of("twice", Tensor.vector(1, 2))));
      assertMessage(
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
          "size 'n': The size N is symbolic and has no value; bind N first.",
          () -> interpreter.evaluate(open, List.of(open.node("n")), Map.of()));
      assertMessage(
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
          interpreter.evaluate(
              built, List.of(built.node("lost"), built.node("wrapped")), Map.of()));
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

  @Nested
  class InDouble {
    private final Interpreter inDouble = Interpreter.inDouble();

    /** In float, a third is another number, and the sum loses the small one. */
    private static Graph thirds() {
      GraphBuilder g = GraphBuilder.create("thirds");
      Value x = g.input("x", DType.FLOAT32, Shape.parse("[N]"));
      Value w = g.parameter("w", Tensor.scalar(3f));
      Value n = g.state("n", Tensor.scalar(1L));
      g.signature("run")
          .output("third", x.div(w))
          .output("cast", x.cast(DType.FLOAT64).div(3).cast(DType.FLOAT32))
          .output("large", x.add(16777216))
          .output("count", n.add(1))
          .update(w, w.div(7));
      return g.build();
    }

    @Test
    void nothingIsRounded() {
      Interpreter.Result result = inDouble.run(thirds(), "run", Map.of("x", Tensor.vector(1f)));

      assertEquals(Tensor.vector(1 / 3.0), result.output("third"));
      assertEquals(Tensor.vector(1 / 3.0), result.output("cast"));
      assertEquals(Tensor.vector(16777217.0), result.output("large"));
      assertEquals(Tensor.scalar(2L), result.output("count"));
      assertEquals(
          Map.of("w", Tensor.scalar(3 / 7.0), "n", Tensor.scalar(1L)), result.parameters());
    }

    @Test
    void elsewhereEachNodeIsRoundedOnce() {
      Interpreter.Result result = interpreter.run(thirds(), "run", Map.of("x", Tensor.vector(1f)));

      assertEquals(Tensor.vector(1 / 3f), result.output("third"));
      assertEquals(Tensor.vector(1 / 3f), result.output("cast"));
      assertEquals(Tensor.vector(16777216f), result.output("large"));
    }

    @Test
    void inputsAndParametersMayBeOfEitherDtype() {
      Interpreter.Result result =
          inDouble.run(
              thirds(),
              "run",
              Map.of("x", Tensor.vector(0.1)),
              Map.of("w", Tensor.scalar(0.7), "n", Tensor.scalar(4L)));

      assertEquals(Tensor.vector(0.1 / 0.7), result.output("third"));
      assertEquals(Tensor.scalar(0.7 / 7), result.parameters().get("w"));
    }

    @Test
    void initialParametersAreWide() {
      assertEquals(
          Map.of("w", Tensor.scalar(3.0), "n", Tensor.scalar(1L)),
          inDouble.initialParameters(thirds()));
    }

    @Test
    void aDoubleInputStillTakesNoFloat() {
      GraphBuilder g = GraphBuilder.create("g");
      g.signature("run").output("y", g.input("x", DType.FLOAT64).neg());
      Graph graph = g.build();

      assertMessage(
          "signature 'run': the input 'x' takes f64[], given f32[].",
          () -> inDouble.run(graph, "run", Map.of("x", Tensor.scalar(1f))));
    }
  }

  @Nested
  class OperatorsOfAUsersOwn {
    /** {@code y = factor * x}, of floating point. */
    record Scale(double factor) implements CustomOp, NotDifferentiable {
      @Override
      public TensorType infer(Operands in) {
        TensorType type = in.single();
        in.floating(0);
        return type;
      }

      @Override
      public Tensor evaluate(List<Tensor> operands) {
        Tensor x = operands.getFirst();
        double[] y = x.asDoubles();
        for (int i = 0; i < y.length; i++) {
          y[i] *= factor;
        }
        return Tensor.adopt(y, x.shape()).cast(x.dtype());
      }

      @Override
      public String reasonNotDifferentiable() {
        return "it is a test";
      }
    }

    /** Counts in FLOAT32, and knows no other dtype. */
    record OnlyFloat(Tensor answer) implements CustomOp, NotDifferentiable {
      @Override
      public TensorType infer(Operands in) {
        in.dtype(0, d -> d == DType.FLOAT32, "FLOAT32");
        return in.single();
      }

      @Override
      public Tensor evaluate(List<Tensor> operands) {
        if (operands.getFirst().dtype() != DType.FLOAT32) {
          throw new IllegalStateException("not a float");
        }
        return answer;
      }

      @Override
      public String reasonNotDifferentiable() {
        return "it is a test";
      }
    }

    /** Has no kernel. */
    record Mute() implements NotDifferentiable {
      @Override
      public TensorType infer(Operands in) {
        return in.single();
      }

      @Override
      public String reasonNotDifferentiable() {
        return "it is a test";
      }
    }

    private final Op scale = new Scale(0.1);

    @Test
    void areCalledInTheDtypeOfTheMode() {
      assertEquals(
          Tensor.vector((float) (0.1 * 3)), evaluate(interpreter, scale, Tensor.vector(3f)));
      assertEquals(
          Tensor.vector(0.1 * 3), evaluate(Interpreter.inDouble(), scale, Tensor.vector(3f)));
    }

    @Test
    void areCalledAsWrittenWhereTheyRefuseDouble() {
      assertEquals(
          Tensor.vector(4.0),
          evaluate(Interpreter.inDouble(), new OnlyFloat(Tensor.vector(4f)), Tensor.vector(3f)));
    }

    @Test
    void aResultOfAnotherTypeIsAnError() {
      assertMessage(
          """
          only_float 'y': the kernel of %s gave f64[1] where its shape rule says f32[1].
            operand 0  'x0'  f32[1]\
          """
              .formatted(OnlyFloat.class.getName()),
          () -> evaluate(interpreter, new OnlyFloat(Tensor.vector(4.0)), Tensor.vector(3f)));
    }

    @Test
    void anOperatorWithoutAKernelIsAnError() {
      assertMessage(
          """
          mute 'y': %s has no reference kernel. Let it implement CustomOp.
            operand 0  'x0'  f32[1]\
          """
              .formatted(Mute.class.getName()),
          () -> evaluate(interpreter, new Mute(), Tensor.vector(3f)));
    }

    @Test
    void whatAKernelThrowsIsKeptAsTheCause() {
      record Failing() implements CustomOp, NotDifferentiable {
        @Override
        public TensorType infer(Operands in) {
          return in.single();
        }

        @Override
        public Tensor evaluate(List<Tensor> operands) {
          throw new ArithmeticException("no such luck");
        }

        @Override
        public String reasonNotDifferentiable() {
          return "it is a test";
        }
      }

      EvaluationException wrong =
          assertThrows(
              EvaluationException.class,
              () -> evaluate(interpreter, new Failing(), Tensor.scalar(1f)));

      assertEquals(Optional.of("y"), wrong.node());
      assertTrue(wrong.getCause() instanceof ArithmeticException);
      assertTrue(wrong.getMessage().startsWith("failing 'y': no such luck"));
    }
  }

  private static void assertMessage(
      String expected, org.junit.jupiter.api.function.Executable run) {
    assertEquals(expected, assertThrows(GraphException.class, run).getMessage());
  }
}
