package dev.adjoint.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.Operands;
import dev.adjoint.op.BuiltInOperators;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every built-in operator has worked numbers, in every dtype that it accepts. */
class EveryOperatorTest {
  private static final List<OperatorCase> CASES =
      List.<OperatorCases>of(
              new ArithmeticRulesTest(),
              new ContractionRulesTest(),
              new ControlRulesTest(),
              new ConvolutionRulesTest(),
              new IndexingRulesTest(),
              new LogicRulesTest(),
              new MovementRulesTest(),
              new PointwiseRulesTest(),
              new PoolingRulesTest(),
              new ProbabilityRulesTest(),
              new ReductionRulesTest(),
              new ScanRulesTest(),
              new SourceRulesTest())
          .stream()
          .flatMap(family -> family.cases().stream())
          .toList();

  @Test
  void hasNumbers() {
    assertEquals(
        names(new BuiltInOperators().operators()),
        names(CASES.stream().map(one -> one.op().getClass()).toList()));
  }

  private static Set<String> names(List<? extends Class<?>> types) {
    return types.stream().map(Class::getName).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void hasNumbersInEveryDtypeItAccepts() {
    Set<String> without = new TreeSet<>();
    for (OperatorCase one : CASES) {
      for (DType dtype : DType.values()) {
        if (!one.operands().isEmpty() && accepts(one, dtype) && !covered(one.op(), dtype)) {
          without.add(one.op().operatorName() + " of " + dtype);
        }
      }
    }
    assertEquals(Set.of(), without);
  }

  /** Whether the operator of a case takes its operands with the first one's dtype exchanged. */
  private static boolean accepts(OperatorCase one, DType dtype) {
    List<Operands.Operand> operands =
        one.operands().stream()
            .map(Tensor::type)
            .map(type -> type.dtype() == one.dtype() ? type.withDType(dtype) : type)
            .map(type -> new Operands.Operand("x", type))
            .toList();
    try {
      one.op().infer(new Operands(one.op().operatorName(), "y", operands));
      return true;
    } catch (GraphException refused) {
      return false;
    }
  }

  private static boolean covered(Op op, DType dtype) {
    return CASES.stream()
        .anyMatch(one -> one.op().getClass() == op.getClass() && one.dtype() == dtype);
  }
}
