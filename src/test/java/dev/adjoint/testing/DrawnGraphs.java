package dev.adjoint.testing;

import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;

/** For properties of operators and graphs that nobody wrote. */
public interface DrawnGraphs {
  /** One operator of any kind on inputs that suit it. */
  @Provide
  default Arbitrary<GraphCase> operators() {
    return GraphArbitraries.operators();
  }

  /** A graph of several operators. */
  @Provide
  default Arbitrary<GraphCase> graphs() {
    return GraphArbitraries.graphs();
  }
}
