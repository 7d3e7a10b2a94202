package dev.adjoint.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.check.generate.OperatorSamplers;
import org.junit.jupiter.api.Test;

/**
 * The graphs on which {@link PassProperties} holds passes to their promises have something to
 * rewrite for every pass and every row of the tables: a law about what never happens holds always.
 */
class RulesFireTest {
  private static final int GRAPHS = 3500;
  private static final int LEAST = 5;

  @Test
  void everyPassAndEveryRuleChangesDrawnGraphs() {
    CountedPipeline pipeline = new CountedPipeline(Pipeline.standard());
    OperatorSamplers patterns = OperatorSamplers.builtIn().with(Patterns.any());
    for (int seed = 0; seed < GRAPHS; seed++) {
      pipeline.run(patterns.draw(Patterns.KEY, seed).bound());
    }
    assertEquals("", pipeline.firedLessThan(LEAST));
  }
}
