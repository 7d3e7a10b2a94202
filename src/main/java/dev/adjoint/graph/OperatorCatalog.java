package dev.adjoint.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The operators that a text or a file may name. Immutable; a file can use no class that is not
 * listed here, so loading one runs no code of its choosing.
 */
public final class OperatorCatalog {
  private final SortedMap<String, Class<? extends Op>> operators;

  private OperatorCatalog(Map<String, Class<? extends Op>> operators) {
    this.operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
  }

  /**
   * Every operator that {@link ServiceLoader} finds, the built-in ones among them. Their attributes
   * are looked at when they are first used, since a file uses few of them.
   */
  public static OperatorCatalog installed() {
    ClassLoader own = OperatorCatalog.class.getClassLoader();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    List<Class<? extends Op>> found = new ArrayList<>(List.of(Input.class, Parameter.class));
    for (ClassLoader loader :
        context == null || context.equals(own) ? List.of(own) : List.of(own, context)) {
      ServiceLoader.load(OperatorProvider.class, loader)
          .forEach(provider -> found.addAll(provider.operators()));
    }
    return new OperatorCatalog(Map.of()).joined(found);
  }

  /**
   * This catalog and the given operators.
   *
   * @throws IllegalArgumentException if two different operators have one name, or if one has an
   *     attribute that cannot be written down
   */
  public OperatorCatalog with(List<Class<? extends Op>> added) {
    added.forEach(OperatorCodec::codecOf);
    return joined(added);
  }

  private OperatorCatalog joined(List<Class<? extends Op>> added) {
    Map<String, Class<? extends Op>> all = new HashMap<>(operators);
    for (Class<? extends Op> type : added) {
      Class<? extends Op> previous = all.put(OperatorCodec.nameOf(type), type);
      if (previous != null && previous != type) {
        throw new IllegalArgumentException(
            "Two operators are named '%s': %s and %s. Rename one of them."
                .formatted(OperatorCodec.nameOf(type), previous.getName(), type.getName()));
      }
    }
    return new OperatorCatalog(all);
  }

  /** The operator class named {@code name}. */
  public Optional<Class<? extends Op>> find(String name) {
    return Optional.ofNullable(operators.get(name));
  }

  /** The operator classes in the order of their names. */
  public List<Class<? extends Op>> operators() {
    return List.copyOf(operators.values());
  }
}
