package dev.adjoint.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Golden;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a profile tells of kernels and of nodes. */
class ProfileTest {
  private static final String RUN = "run";
  private static final Map<String, Tensor> INPUTS =
      Map.of("x", Tensor.fill(DType.FLOAT32, Shape.of(4, 6), 0.5));

  /**
   * A product with what finishes it, a view, a row loop, and an elementwise loop of three nodes.
   */
  private static Graph layers() {
    GraphBuilder g = GraphBuilder.create("layers");
    Value x = g.input("x", DType.FLOAT32, 4, 6);
    Value w = g.parameter("w", Tensor.fill(DType.FLOAT32, Shape.of(6, 8), 0.25));
    Value b = g.parameter("b", Tensor.fill(DType.FLOAT32, Shape.of(8), -0.5));
    Value h = x.matmul(w).as("product").add(b).as("biased").relu().as("hidden");
    Value y = h.transpose(1, 0).as("turned").softmax(-1).as("soft");
    g.signature(RUN).output("y", y).output("z", x.exp().as("e").add(1).as("plus").mul(x).as("z"));
    return g.build();
  }

  private static SessionOptions one() {
    return SessionOptions.standard().withThreads(1);
  }

  private static long kernelNanos(Profile profile) {
    return profile.kernels().stream().mapToLong(Profile.KernelTime::nanos).sum();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyNodeHasALineAndTheTimesAddUp(boolean fused) {
    SessionOptions options = fused ? one() : one().unfused();
    try (Session session = Session.open(layers(), options)) {
      Executable run = session.compile(RUN, Map.of());
      Profile profile = new Profile();
      run.run(INPUTS, profile);
      run.run(INPUTS, profile);
      List<Profile.NodeTime> times = profile.nodes();
      Set<Node> nodes = new HashSet<>(run.plan().graph().nodes());
      assertEquals(nodes.size(), times.size());
      times.forEach(time -> assertTrue(nodes.remove(time.node()), time::toString));
      assertEquals(kernelNanos(profile), times.stream().mapToLong(Profile.NodeTime::nanos).sum());
      assertTrue(kernelNanos(profile) > 0);
      assertEquals(!fused, times.stream().allMatch(Profile.NodeTime::isMeasured));
    }
  }

  @Test
  void withoutFusingEachKernelComputesOneNode() {
    try (Session session = Session.open(layers(), one().unfused())) {
      Profile profile = new Profile();
      session.compile(RUN, Map.of()).run(INPUTS, profile);
      assertTrue(
          profile.kernels().stream().allMatch(kernel -> kernel.nodes().size() == 1),
          profile::table);
      assertEquals(7, profile.kernels().size(), profile::table);
      assertTrue(profile.nodeTable().endsWith("one node: all times are measured.\n"));
      assertFalse(profile.nodeTable().contains("~"), profile::nodeTable);
    }
  }

  /**
   * Each step is said to take a task of a millisecond, and one that is as much longer as it is
   * late.
   */
  @Test
  void theTablesAreReadable() {
    try (Session session = Session.open(layers(), one())) {
      Plan plan = session.compile(RUN, Map.of()).plan();
      Profile profile = new Profile();
      profile.begin(plan);
      long millis = 1;
      for (Step step : plan.steps()) {
        if (!plan.frozen().contains(step)) {
          profile.record(step, 0, 0, 1_000_000);
          profile.record(step, 0, 0, 1_000_000 * millis++);
        }
      }
      Golden.assertMatches(
          ProfileTest.class, "profile", profile.table() + "\n" + profile.nodeTable());
    }
  }

  /** An exponential counts 13, a sum and a product 1 each, a view nothing. */
  @Test
  void timeIsApportionedByCountedOperations() {
    GraphBuilder g = GraphBuilder.create("parts");
    Value x = g.input("x", DType.FLOAT32, 3, 5);
    Value e = x.exp();
    Value y = e.add(1).mul(x).transpose(1, 0);
    g.signature(RUN).output("y", y);
    Graph graph = g.build();
    List<Node> nodes =
        graph.nodes().stream()
            .filter(node -> Set.of("exp", "add", "mul", "transpose").contains(name(node)))
            .toList();
    assertArrayEquals(new long[] {1300, 100, 100, 0}, Apportionment.of(nodes, 1500));
    assertArrayEquals(new long[] {13, 1, 1, 0}, Apportionment.of(nodes, 15));
    assertArrayEquals(new long[] {6, 1, 0, 0}, Apportionment.of(nodes, 7));
  }

  private static String name(Node node) {
    return node.op().operatorName();
  }

  @Test
  void whereNothingIsCountedPartsAreEqual() {
    GraphBuilder g = GraphBuilder.create("nothing");
    Value x = g.input("x", DType.FLOAT32, 0, 5);
    g.signature(RUN).output("y", x.exp().neg());
    List<Node> nodes = g.build().nodes().subList(1, 3);
    assertArrayEquals(new long[] {5, 5}, Apportionment.of(nodes, 10));
  }

  /** A product's operations are its multiply-adds, however large its operands are. */
  @Test
  void aProductCountsItsMultiplyAdds() {
    GraphBuilder g = GraphBuilder.create("product");
    Value x = g.input("x", DType.FLOAT32, 4, 6);
    Value w = g.input("w", DType.FLOAT32, 6, 8);
    g.signature(RUN).output("y", x.matmul(w).neg());
    List<Node> nodes = g.build().nodes().subList(2, 4);
    assertArrayEquals(new long[] {384, 32}, Apportionment.of(nodes, 2 * 4 * 6 * 8 + 4 * 8));
  }

  @Test
  void aProfileOfSeveralPlansHasTheNodesOfAll() {
    try (Session session = Session.open(layers(), one())) {
      Profile profile = new Profile();
      session.compile(RUN, Map.of()).run(INPUTS, profile);
      int nodes = profile.nodes().size();
      try (Session other = Session.open(layers(), one())) {
        other.compile(RUN, Map.of()).run(INPUTS, profile);
      }
      assertEquals(2 * nodes, profile.nodes().size());
      assertEquals(
          kernelNanos(profile), profile.nodes().stream().mapToLong(Profile.NodeTime::nanos).sum());
    }
  }
}
