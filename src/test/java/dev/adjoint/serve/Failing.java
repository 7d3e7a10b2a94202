package dev.adjoint.serve;

import dev.adjoint.graph.CustomOp;
import dev.adjoint.graph.Operands;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;

/** {@code y = x}, but fails as its name says when {@code x} has an element that is not 0. */
public record Failing(String with) implements CustomOp {
  @Override
  public TensorType infer(Operands in) {
    return in.single();
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.getFirst();
    for (int i = 0; i < x.size(); i++) {
      if (x.getDouble(i) != 0) {
        throw failure();
      }
    }
    return x;
  }

  private RuntimeException failure() {
    switch (with) {
      case "memory" -> throw new OutOfMemoryError("Java heap space");
      case "stack" -> throw new StackOverflowError();
      case "linkage" -> throw new NoClassDefFoundError("a/B");
      default -> throw new IndexOutOfBoundsException("no such row");
    }
  }
}
