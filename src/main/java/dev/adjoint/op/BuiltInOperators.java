package dev.adjoint.op;

import dev.adjoint.graph.Op;
import dev.adjoint.graph.OperatorProvider;
import java.util.List;
import java.util.stream.Stream;

/** Every record of every family, found through the sealed hierarchy: there is no list to forget. */
public final class BuiltInOperators implements OperatorProvider {
  @Override
  public List<Class<? extends Op>> operators() {
    return records(Primitive.class)
        .<Class<? extends Op>>map(type -> type.asSubclass(Op.class))
        .toList();
  }

  private static Stream<Class<?>> records(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(BuiltInOperators::records)
        : Stream.of(type);
  }
}
