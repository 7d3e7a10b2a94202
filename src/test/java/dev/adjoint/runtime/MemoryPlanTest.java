package dev.adjoint.runtime;

import static dev.adjoint.testing.ExceptionAssertions.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.SignatureBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.runtime.Liveness.Block;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where buffers lie: none beyond its array, none over another that is alive. */
class MemoryPlanTest {
  private static final int ROWS = 37;

  /** A training step with buffers of many sizes and lifetimes. */
  private static Graph network() {
    GraphBuilder g = GraphBuilder.create("network");
    Value y = g.input("x", DType.FLOAT32, ROWS, 11);
    for (int i = 0; i < 9; i++) {
      long from = y.dim(1).value();
      Value weights = g.parameter("w" + i, Tensor.zeros(DType.FLOAT32, from, 5 + 7 * i % 30));
      y = y.matmul(weights).tanh();
    }
    Value loss = y.mul(y).mean();
    List<Value> weights = g.trainableParameters();
    List<Value> gradients = Gradients.of(loss).to(weights);
    SignatureBuilder train = g.signature("train").output("loss", loss).output("y", y);
    for (int i = 0; i < weights.size(); i++) {
      train.output("gradient " + i, gradients.get(i));
    }
    return g.build();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, 900, 4_000})
  void eachBufferLiesInOneArrayAndOverNoneThatIsAlive(int spare) {
    try (Session session = Session.open(network(), SessionOptions.standard().withThreads(1))) {
      Liveness liveness = session.compile("train", Map.of()).plan().memory().liveness();
      List<Block> blocks = liveness.blocks();
      int longest = blocks.stream().mapToInt(Block::size).max().orElseThrow() + spare;
      MemoryPlan memory = new MemoryPlan(liveness, longest);
      assertTrue(memory.arrays(DType.FLOAT32).length() > 1);
      for (int length : memory.arrays(DType.FLOAT32).toArray()) {
        assertTrue(0 < length && length <= longest);
      }
      for (Block block : blocks) {
        assertFits(memory, block);
        blocks.stream()
            .filter(other -> other != block && other.overlaps(block))
            .forEach(other -> assertApart(memory, block, other));
      }
      assertTrue(memory.bytes() >= memory.lowerBound());
    }
  }

  private static void assertFits(MemoryPlan memory, Block block) {
    Buffer buffer = block.buffers().getFirst();
    int end = memory.offset(buffer) + block.size();
    assertTrue(end <= memory.arrays(buffer.dtype()).get(memory.array(buffer)), buffer::toString);
  }

  private static void assertApart(MemoryPlan memory, Block block, Block other) {
    Buffer one = block.buffers().getFirst();
    Buffer two = other.buffers().getFirst();
    boolean apart =
        one.dtype() != two.dtype()
            || memory.array(one) != memory.array(two)
            || memory.offset(one) + block.size() <= memory.offset(two)
            || memory.offset(two) + other.size() <= memory.offset(one);
    assertTrue(apart, () -> one + " over " + two);
  }

  @Test
  void oneArrayIsEnoughForMostPlans() {
    try (Session session = Session.open(network(), SessionOptions.standard().withThreads(1))) {
      Executable executable = session.compile("train", Map.of());
      assertEquals(1, executable.plan().memory().arrays(DType.FLOAT32).length());
      assertFalse(executable.explain().contains("arena 1 at element"), executable.explain());
    }
  }

  /** Five values of nearly as many elements as an array has. */
  private static Session large() {
    GraphBuilder g = GraphBuilder.create("large");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 1000]"));
    SignatureBuilder run = g.signature("run");
    for (int i = 0; i < 4; i++) {
      run.output("y" + i, x.mul(i).sin());
    }
    return Session.open(g.build(), SessionOptions.standard().withThreads(1));
  }

  @Test
  void whatNoArrayHoldsLiesInSeveral() {
    try (Session session = large()) {
      Executable executable = session.compile("run", Map.of("N", 2_000_000L));
      assertTrue(executable.arenaBytes() >= 5 * 8_000_000_000L, executable.explain());
      assertTrue(executable.explain().contains("arena 5 at element 0"), executable.explain());
    }
  }

  @Test
  void whatTheJvmHasNoRoomForIsSaid() {
    assumeTrue(Runtime.getRuntime().maxMemory() < 30_000_000_000L);
    try (Session session = large()) {
      Executable executable = session.compile("run", Map.of("N", 2_000_000L));
      assertRefused(RunException.MemoryLimit.class, executable::execution, "40,0", "-Xmx");
    }
  }
}
