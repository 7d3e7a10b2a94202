package dev.adjoint.reference;

import dev.adjoint.op.Arithmetic;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Control;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.Indexing;
import dev.adjoint.op.Logic;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Pointwise;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Primitive;
import dev.adjoint.op.Probability;
import dev.adjoint.op.Reduction;
import dev.adjoint.op.Scan;
import dev.adjoint.op.Source;

/**
 * The rules of all built-in operators, by family. No switch has a default: an operator without its
 * rule does not compile.
 */
final class PrimitiveRules {
  private PrimitiveRules() {}

  static Grid apply(Primitive op, Call call) {
    return switch (op) {
      case Arithmetic arithmetic -> ArithmeticRules.apply(arithmetic, call);
      case Contraction contraction -> ContractionRules.apply(contraction, call);
      case Control control -> ControlRules.apply(control, call);
      case Convolution convolution -> ConvolutionRules.apply(convolution, call);
      case Indexing indexing -> IndexingRules.apply(indexing, call);
      case Logic logic -> LogicRules.apply(logic, call);
      case Movement movement -> MovementRules.apply(movement, call);
      case Pointwise pointwise -> PointwiseRules.apply(pointwise, call);
      case Pooling pooling -> PoolingRules.apply(pooling, call);
      case Probability probability -> ProbabilityRules.apply(probability, call);
      case Reduction reduction -> ReductionRules.apply(reduction, call);
      case Scan scan -> ScanRules.apply(scan, call);
      case Source source -> SourceRules.apply(source, call);
    };
  }
}
