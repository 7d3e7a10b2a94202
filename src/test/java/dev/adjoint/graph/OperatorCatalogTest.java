package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Indexing;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Probability;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Names, versions and attributes of operators, and the list of those that are known. */
class OperatorCatalogTest {
  private interface Leaf extends NotDifferentiable {
    @Override
    default TensorType infer(Operands in) {
      in.none();
      return TensorType.of(DType.FLOAT32);
    }

    @Override
    default String reasonNotDifferentiable() {
      return "it is a test";
    }
  }

  @OperatorVersion(3)
  private record SecretLeaf(int size, @Default("[1, 2]") List<Long> rest) implements Leaf {
    SecretLeaf {
      if (size > 9) {
        throw new ArithmeticException("too large: " + size);
      }
    }
  }

  private record Wide(long size, double whole, double part) implements Leaf {}

  private record Failing(int size) implements Leaf {
    Failing {
      throw new AssertionError(size);
    }
  }

  private record Add() implements Leaf {}

  private record Unsupported(Object thing) implements Leaf {}

  private record UnsupportedList(List<float[]> things) implements Leaf {}

  private record BadDefault(@Default("1 2") int size) implements Leaf {}

  private static final class NoRecord implements Leaf {}

  private record Careless(int kind) implements Leaf {
    @Override
    public TensorType infer(Operands in) {
      return switch (kind) {
        case 0 -> in.get(5);
        case 1 -> TensorType.of(DType.FLOAT32, 2).withShape(Shape.of(2).remove(4));
        case 2 -> TensorType.of(DType.FLOAT32, Math.multiplyExact(1L << 40, 1L << 40));
        default -> throw new GraphException("no node is named");
      };
    }
  }

  private static RecordCodec secret() {
    return OperatorCodec.codecOf(SecretLeaf.class);
  }

  @Test
  void namesAreSimpleNamesWithUnderscores() {
    assertEquals("add", OperatorCodec.nameOf(Arithmetic.Add.class));
    assertEquals(
        "sparse_softmax_cross_entropy",
        OperatorCodec.nameOf(Probability.SparseSoftmaxCrossEntropy.class));
    assertEquals("secret_leaf", new SecretLeaf(1, List.of()).operatorName());
  }

  @Test
  void aVersionIsOneUnlessDeclared() {
    assertEquals(1, OperatorCodec.versionOf(Arithmetic.Add.class));
    assertEquals(3, OperatorCodec.versionOf(SecretLeaf.class));
  }

  @Test
  void absentAttributesTakeTheirDefaults() {
    assertEquals(new SecretLeaf(4, List.of(1L, 2L)), secret().create(Map.of("size", 4)));
    assertEquals(Optional.empty(), secret().component("size").fallback());
    assertEquals(Optional.of(List.of(1L, 2L)), secret().component("rest").fallback());
    assertEquals(4, secret().component("size").read(new SecretLeaf(4, List.of())));
  }

  @Test
  void wrongAttributesAreNamed() {
    assertEquals(
        "secret_leaf lacks the attribute 'size'.",
        assertThrows(GraphException.class, () -> secret().create(Map.of())).getMessage());
    assertEquals(
        "secret_leaf has no attribute 'sizes', only [size, rest].",
        assertThrows(GraphException.class, () -> secret().create(Map.of("sizes", 4))).getMessage());
    assertEquals(
        "secret_leaf cannot be made from [4, [1, 2]].",
        assertThrows(GraphException.class, () -> secret().create(Map.of("size", 4L))).getMessage());
    RecordCodec linked = OperatorCodec.codecOf(Movement.Transpose.class);
    assertEquals(
        "transpose cannot be made from [[1, 0]].",
        assertThrows(
                GraphException.class, () -> linked.create(Map.of("permutation", List.of(1, 0))))
            .getMessage());
  }

  @Test
  void numbersAreWidened() {
    assertEquals(
        new Wide(4L, 4.0, 0.5),
        OperatorCodec.codecOf(Wide.class).create(Map.of("size", 4, "whole", 4L, "part", 0.5f)));
    assertEquals(
        new Indexing.TopKIndices(4L, 1),
        OperatorCodec.codecOf(Indexing.TopKIndices.class).create(Map.of("k", 4, "axis", 1)));
  }

  @Test
  void anErrorOfARecordStaysOne() {
    RecordCodec codec = OperatorCodec.codecOf(Failing.class);
    assertThrows(AssertionError.class, () -> codec.create(Map.of("size", 1)));
  }

  @Test
  void aRecordThatRefusesItsValuesGivesItsReason() {
    GraphException e =
        assertThrows(GraphException.class, () -> secret().create(Map.of("size", 10)));
    assertEquals("secret_leaf: too large: 10", e.getMessage());
    assertThrows(GraphException.class, () -> new Movement.SliceAxis(Dim.of(0), Dim.of(1), 0));
  }

  @Test
  void attributesAreMappedWhereverTheyStand() {
    AttributeMapping mapping =
        new AttributeMapping() {
          @Override
          public Dim map(Dim dim) {
            return dim.substitute(Map.of("N", Dim.of(8), "H", Dim.of(5)));
          }

          @Override
          public DType map(DType dtype) {
            return dtype == DType.INT64 ? DType.INT32 : dtype;
          }

          @Override
          public Tensor map(Tensor tensor) {
            return tensor.cast(DType.FLOAT64);
          }
        };
    Everything mapped = (Everything) OperatorCodec.map(Everything.EXAMPLE, mapping);
    assertEquals(Dim.of(4), mapped.size());
    assertEquals(Shape.of(16, 3), mapped.shape());
    assertEquals(TensorType.of(DType.INT32, 8, 3), mapped.type());
    assertEquals(DType.FLOAT64, mapped.tensor().dtype());
    assertEquals(List.of(Dim.of(1), Dim.of(8)), mapped.alone().sizes());
    assertEquals(Everything.EXAMPLE.pairs(), mapped.pairs());
  }

  @Test
  void anUnsupportedComponentIsNamedWhenTheOperatorIsListedOrUsed() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> OperatorCatalog.installed().with(List.of(Unsupported.class)));
    assertTrue(e.getMessage().contains("'thing'"), e.getMessage());
    assertTrue(e.getMessage().contains("java.lang.Object"), e.getMessage());
    GraphBuilder g = GraphBuilder.create("g");
    assertThrows(
        IllegalArgumentException.class, () -> g.add(new UnsupportedList(List.of(new float[1]))));
    assertEquals(0, g.size());
  }

  @Test
  void anOperatorIsARecord() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> GraphBuilder.create("g").add(new NoRecord()));
    assertTrue(e.getMessage().contains("must be a record"), e.getMessage());
  }

  @Test
  void aMalformedDefaultIsRefused() {
    assertThrows(GraphException.class, () -> OperatorCodec.codecOf(BadDefault.class));
  }

  @Test
  void aUsersOperatorIsParsedOnlyIfItIsListed() {
    String text = "graph \"g\"\n%a : f32[] = secret_leaf() {size=4, rest=[5]}\n";
    GraphException e = assertThrows(GraphException.class, () -> Graph.parse(text));
    assertTrue(e.getMessage().contains("there is no operator 'secret_leaf'"), e.getMessage());
    OperatorCatalog catalog = OperatorCatalog.installed().with(List.of(SecretLeaf.class));
    Graph graph = Graph.parse(text, catalog);
    assertEquals(new SecretLeaf(4, List.of(5L)), graph.node("a").op());
    assertEquals(text, graph.toString());
    assertEquals(Optional.of(SecretLeaf.class), catalog.find("secret_leaf"));
    assertEquals(Optional.empty(), OperatorCatalog.installed().find("secret_leaf"));
  }

  @Test
  void twoOperatorsOfOneNameAreRefused() {
    OperatorCatalog installed = OperatorCatalog.installed();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> installed.with(List.of(Add.class)));
    assertTrue(e.getMessage().contains("Two operators are named 'add'"), e.getMessage());
    assertEquals(installed.operators(), installed.with(List.of(Arithmetic.Add.class)).operators());
  }

  @Test
  void whateverAShapeRuleThrowsNamesTheNode() {
    for (int kind = 0; kind < 4; kind++) {
      Careless op = new Careless(kind);
      GraphException e =
          assertThrows(
              GraphException.class,
              () -> GraphBuilder.create("g").add("scope/node", op, List.of()));
      assertEquals("scope/node", e.node().orElseThrow());
      assertTrue(e.getMessage().startsWith("careless 'scope/node'"), e.getMessage());
    }
  }
}
