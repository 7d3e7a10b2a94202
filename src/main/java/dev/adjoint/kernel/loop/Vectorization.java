package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Whether a nest can go over its columns by vectors. */
final class Vectorization {
  private Vectorization() {}

  /** The floating dtype that all of a nest's vectors are of, if they can be. */
  static Optional<DType> of(Nest nest) {
    return Stream.of(DType.FLOAT32, DType.FLOAT64)
        .filter(floating -> isPossible(nest, floating))
        .findFirst();
  }

  private static boolean isPossible(Nest nest, DType floating) {
    boolean[] varying = nest.varying();
    boolean steps =
        IntStream.range(0, varying.length)
            .filter(value -> varying[value])
            .allMatch(value -> VectorLanes.computes(nest, nest.steps().get(value), floating));
    boolean stores =
        nest.stores().stream()
            .allMatch(store ->
                nest.accesses().get(store.access()).motion() == Nest.Motion.UNIT
                    && isElement(nest, store.value(), floating));
    boolean folds =
        nest.folds().stream()
            .allMatch(fold ->
                nest.steps().get(fold.value()).type() == floating
                    && (fold.partials() >= 0
                        || nest.accesses().get(fold.target()).motion() == Nest.Motion.UNIT));
    boolean anything = !nest.stores().isEmpty() || !nest.folds().isEmpty();
    boolean any = nest.steps().stream().anyMatch(step -> step.type() == floating);
    return anything && any && steps && stores && folds;
  }

  private static boolean isElement(Nest nest, int value, DType floating) {
    DType type = nest.steps().get(value).type();
    return type == floating || type == DType.BOOL;
  }
}
