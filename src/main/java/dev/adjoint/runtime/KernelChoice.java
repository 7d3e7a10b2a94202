package dev.adjoint.runtime;

import dev.adjoint.graph.Node;
import dev.adjoint.kernel.Correlations;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.FastOp;
import dev.adjoint.kernel.Indexings;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.KernelOptions;
import dev.adjoint.kernel.Movements;
import dev.adjoint.kernel.Packing;
import dev.adjoint.kernel.Poolings;
import dev.adjoint.kernel.Products;
import dev.adjoint.kernel.ResultPooling;
import dev.adjoint.kernel.Scans;
import dev.adjoint.kernel.Sources;
import dev.adjoint.op.Contraction;
import dev.adjoint.op.Convolution;
import dev.adjoint.op.Indexing;
import dev.adjoint.op.Movement;
import dev.adjoint.op.Pooling;
import dev.adjoint.op.Scan;
import dev.adjoint.op.Source;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/** Chooses the kernel of a node that no loop computes. */
record KernelChoice(KernelOptions options) {
  /** A product or correlation, with what finishes its result. */
  Kernel product(Node node, Epilogue epilogue) {
    TensorType a = node.operand(0).type();
    TensorType b = node.operand(1).type();
    return switch (node.op()) {
      case Contraction.Dot dot -> Products.kernel(dot, a, b, epilogue, options);
      case Convolution.Correlation correlation ->
          Correlations.kernel(correlation, a, b, epilogue, options);
      default -> throw new IllegalStateException(node + " is no product");
    };
  }

  /** The same in two parts, for a second operand that seldom changes. */
  Optional<Packing> packing(Node node, Epilogue epilogue) {
    TensorType a = node.operand(0).type();
    TensorType b = node.operand(1).type();
    return switch (node.op()) {
      case Contraction.Dot dot -> Products.packing(dot, a, b, epilogue, options);
      case Convolution.Correlation correlation ->
          Correlations.packing(correlation, a, b, epilogue, options);
      default -> Optional.empty();
    };
  }

  /** A pooling that the kernel of a product computes at the end, where it can. */
  Optional<ResultPooling> pooling(Node product, Node pooling) {
    return product.op() instanceof Convolution.Correlation correlation
            && pooling.op() instanceof Pooling.MaxPool max
        ? Correlations.pooling(
            correlation,
            product.operand(0).type(),
            product.operand(1).type(),
            max,
            product.type(),
            pooling.type(),
            options)
        : Optional.empty();
  }

  /** Any other node. */
  Kernel other(Node node) {
    List<TensorType> operands = node.operands().stream().map(Node::type).toList();
    return switch (node.op()) {
      case Movement movement -> Movements.kernel(movement, operands, node.type());
      case Pooling pooling -> Poolings.kernel(pooling, operands, node.type(), options);
      case Indexing indexing -> Indexings.kernel(indexing, operands, node.type());
      case Scan scan -> Scans.kernel(scan, operands, node.type());
      case Source source -> Sources.kernel(source, operands, node.type());
      case FastOp fast -> fast.kernel(operands, node.type());
      default -> new ReferenceKernel(node);
    };
  }
}
