package dev.adjoint.check.generate;

import dev.adjoint.graph.Op;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The operators that can be drawn. Immutable. */
public final class OperatorSamplers {
  private final Map<Class<? extends Op>, OperatorSampler> samplers;

  private OperatorSamplers(Map<Class<? extends Op>, OperatorSampler> samplers) {
    this.samplers = Map.copyOf(samplers);
  }

  /** The built-in operators, and those for which {@link ServiceLoader} finds a sampler. */
  public static OperatorSamplers installed() {
    ClassLoader own = OperatorSamplers.class.getClassLoader();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    List<OperatorSampler> found =
        ServiceLoader.load(OperatorSampler.class, context == null ? own : context).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    return builtIn().with(found);
  }

  /** The built-in operators. */
  public static OperatorSamplers builtIn() {
    return new OperatorSamplers(Map.of())
        .with(
            Stream.of(
                    ElementwiseSamplers.all(),
                    LogicSamplers.all(),
                    MovementSamplers.all(),
                    ReductionSamplers.all(),
                    ProductSamplers.all(),
                    PoolingSamplers.all(),
                    IndexingSamplers.all(),
                    ControlSamplers.all(),
                    SourceSamplers.all())
                .flatMap(List::stream)
                .toList());
  }

  /** These and more; a later sampler of an operator replaces an earlier one. */
  public OperatorSamplers with(List<OperatorSampler> added) {
    Map<Class<? extends Op>, OperatorSampler> all = new LinkedHashMap<>(samplers);
    added.forEach(sampler -> all.put(sampler.operator(), sampler));
    return new OperatorSamplers(all);
  }

  /** These and more; a later sampler of an operator replaces an earlier one. */
  public OperatorSamplers with(OperatorSampler... added) {
    return with(List.of(added));
  }

  /** The sampler of an operator. */
  public Optional<OperatorSampler> find(Class<? extends Op> operator) {
    return Optional.ofNullable(samplers.get(operator));
  }

  /**
   * The sampler of an operator.
   *
   * @throws IllegalArgumentException if there is none
   */
  public OperatorSampler get(Class<? extends Op> operator) {
    return find(operator)
        .orElseThrow(() ->
            new IllegalArgumentException(
                ("There is no OperatorSampler of %s. Write one and list it in"
                        + " META-INF/services/%s, or pass it to OperatorSamplers.with.")
                    .formatted(operator.getName(), OperatorSampler.class.getName())));
  }

  /** All samplers, in the order of their operators' class names. */
  public List<OperatorSampler> all() {
    return samplers.values().stream()
        .sorted((a, b) -> a.operator().getName().compareTo(b.operator().getName()))
        .toList();
  }

  /** A graph of one node of the given operator, the same one for the same seed. */
  public GraphCase draw(Class<? extends Op> operator, long seed) {
    return draw(operator, seed, Limits.USUAL);
  }

  /** A graph of one node of the given operator, the same one for the same seed and limits. */
  public GraphCase draw(Class<? extends Op> operator, long seed, Limits limits) {
    return GraphCase.ofOperator(get(operator), Choices.of(seed, limits));
  }
}
