package dev.adjoint.kernel;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What happens to the result of a product or correlation while it is in the cache: {@code y =
 * tail(relu(scale * sum + bias + residual))}, each part optional, rounded after each step as if it
 * were an operator of its own. What is then complete may be pooled, by kernels for which {@link
 * Correlations#pooling} gives one.
 *
 * <p>The arguments of such a kernel are the two main operands, then {@link #operands} more, then
 * the result at index {@link #result()}, any results that only the tail writes, and the temporary
 * array last. A result that is pooled is written nowhere: the pooled one is the argument in its
 * place.
 *
 * @param operands how many arguments stand between the main operands and the result
 * @param scale the factor, 1 for none
 * @param bias the argument that is added along the last axis of the result: a vector of its size
 * @param residual the argument that is added element by element: of the result's shape
 * @param relu whether negative numbers become 0, as {@link Math#max} does
 * @param tail an elementwise loop, called at the end for each range of elements that is complete.
 *     It reads the result's elements and may replace them
 * @param tailResults how many results follow the first, which only the tail writes
 * @param pooled what is pooled at the end
 */
public record Epilogue(
    int operands,
    double scale,
    OptionalInt bias,
    OptionalInt residual,
    boolean relu,
    Optional<ElementRange> tail,
    int tailResults,
    Optional<Pooled> pooled) {
  /** Leaves the result as it is. */
  public static final Epilogue NONE =
      new Epilogue(
          0,
          1,
          OptionalInt.empty(),
          OptionalInt.empty(),
          false,
          Optional.empty(),
          0,
          Optional.empty());

  private static final int MAIN_OPERANDS = 2;

  /** Checks that bias and residual are among the extra operands. */
  public Epilogue {
    requireExtra("bias", bias, operands);
    requireExtra("residual", residual, operands);
  }

  private static void requireExtra(String what, OptionalInt argument, int operands) {
    argument.ifPresent(index -> {
      if (index < MAIN_OPERANDS || index >= MAIN_OPERANDS + operands) {
        throw new IllegalArgumentException(
            "The %s is argument %d, but the extra operands are the %d from %d on."
                .formatted(what, index, operands, MAIN_OPERANDS));
      }
    });
  }

  /** With one more operand, added along the result's last axis. */
  public Epilogue addBias() {
    return new Epilogue(
        operands + 1, scale, OptionalInt.of(result()), residual, relu, tail, tailResults, pooled);
  }

  /** With one more operand, added element by element. */
  public Epilogue addResidual() {
    return new Epilogue(
        operands + 1, scale, bias, OptionalInt.of(result()), relu, tail, tailResults, pooled);
  }

  /** With a factor before everything else. */
  public Epilogue times(double factor) {
    return new Epilogue(operands, factor, bias, residual, relu, tail, tailResults, pooled);
  }

  /** With negative numbers replaced by 0. */
  public Epilogue thenRelu() {
    return new Epilogue(operands, scale, bias, residual, true, tail, tailResults, pooled);
  }

  /** With a loop at the end, which reads more operands and writes more results. */
  public Epilogue thenTail(ElementRange loop, int moreOperands, int moreResults) {
    return new Epilogue(
        operands + moreOperands,
        scale,
        bias,
        residual,
        relu,
        Optional.of(loop),
        tailResults + moreResults,
        pooled);
  }

  /** With a pooling of an argument: the result, or one of the tail's of its shape and dtype. */
  public Epilogue thenPool(ResultPooling pooling, int argument) {
    return new Epilogue(
        operands,
        scale,
        bias,
        residual,
        relu,
        tail,
        tailResults,
        Optional.of(new Pooled(pooling, argument)));
  }

  /**
   * A pooling at the end.
   *
   * @param pooling the windows
   * @param argument the pooled result, for the tail the one that is pooled
   */
  public record Pooled(ResultPooling pooling, int argument) {}

  /** The index of the result among the arguments. */
  public int result() {
    return MAIN_OPERANDS + operands;
  }

  /** The index of the temporary array among the arguments, where there is one. */
  public int temporary() {
    return result() + 1 + tailResults;
  }

  /** Whether there is anything to do before the tail. */
  public boolean hasSteps() {
    return scale != 1 || bias.isPresent() || residual.isPresent() || relu;
  }
}
