package dev.adjoint.reference;

import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * What a rule computes from: the operands, and the type that the result has. The loops that many
 * rules share stand here.
 *
 * @param operands the operands' elements; no rule changes them
 * @param type the type of the result
 */
record Call(List<Grid> operands, TensorType type) {
  Grid operand(int position) {
    return operands.get(position);
  }

  /** The first operand. */
  Grid x() {
    return operand(0);
  }

  DType dtype() {
    return type.dtype();
  }

  /** A fresh result of zeros. */
  Grid result() {
    return Grid.zeros(type);
  }

  /** {@code y = function(x)}, elementwise, of floating point. */
  Grid map(DoubleUnaryOperator function) {
    Grid y = result();
    for (int i = 0; i < y.count(); i++) {
      y.set(i, function.applyAsDouble(x().getDouble(i)));
    }
    return y;
  }

  /** {@code y = function(x)}, elementwise, of any numeric dtype. */
  Grid map(DoubleUnaryOperator floating, LongUnaryOperator integer) {
    if (x().isFloating()) {
      return map(floating);
    }
    Grid y = result();
    for (int i = 0; i < y.count(); i++) {
      y.set(i, integer.applyAsLong(x().getLong(i)));
    }
    return y;
  }

  /** {@code y = function(a, b)}, elementwise. */
  Grid zip(Binary function) {
    Grid y = result();
    for (int i = 0; i < y.count(); i++) {
      y.copy(i, operand(0), i);
      y.combine(i, function, operand(1), i);
    }
    return y;
  }

  /** {@code y[index] = x[source(index)]}. */
  Grid move(UnaryOperator<long[]> source) {
    Grid y = result();
    y.extent().forEach(index -> y.copy(y.at(index), x(), x().at(source.apply(index))));
    return y;
  }
}
