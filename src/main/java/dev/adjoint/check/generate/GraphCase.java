package dev.adjoint.check.generate;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Input;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Parameter;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/**
 * A graph that was drawn, with what is needed to run it: a number for each named size, and the
 * values that inputs and parameters may have. A leaf is a node of {@link Input} or {@link
 * Parameter}; leaves are called by the names of their nodes.
 *
 * <p>Get one from {@link OperatorSamplers#draw}, which draws graphs of one operator, from {@link
 * RandomGraphs}, which draws whole graphs, or with jqwik from {@link GraphArbitraries}. Prints as
 * its seed, its sizes and the text form of its graph.
 */
public final class GraphCase {
  /** The signature that every graph drawn has. */
  public static final String SIGNATURE = "run";

  private final Graph graph;
  private final Graph bound;
  private final long seed;
  private final ImmutableSortedMap<String, Long> sizes;
  private final ImmutableMap<String, Domain> domains;

  GraphCase(Graph graph, long seed, Map<String, Long> sizes, Map<String, Domain> domains) {
    this.graph = graph;
    this.bound = graph.bind(sizes);
    this.seed = seed;
    this.sizes = ImmutableSortedMap.copyOf(sizes);
    this.domains = ImmutableMap.copyOf(domains);
  }

  /** A graph whose output {@code y} is one use of an operator on inputs {@code x0}, {@code x1}. */
  static GraphCase ofOperator(OperatorSampler sampler, Choices choices) {
    OperatorSample sample = sampler.draw(choices);
    GraphBuilder builder = GraphBuilder.create(sampler.operator().getSimpleName());
    List<Value> operands = new ArrayList<>();
    Map<String, Domain> domains = new HashMap<>();
    for (Operand operand : sample.operands()) {
      Value input = builder.input("x" + operands.size(), operand.type());
      domains.put(input.name(), operand.domain());
      operands.add(input);
    }
    Value result = sample.expression().addTo(builder, operands);
    builder.signature(SIGNATURE).output("y", result);
    decideSizes(builder, SIGNATURE, choices);
    return new GraphCase(builder.build(), choices.seed(), choices.sizes(), domains);
  }

  /**
   * Gives a signature for each named size an input that has it as a size, so that whoever passes
   * the inputs decides all names, however they occur elsewhere.
   */
  static void decideSizes(GraphBuilder builder, String signature, Choices choices) {
    for (String name : choices.sizes().keySet()) {
      String input = "size_" + name;
      boolean present = builder.values().stream().anyMatch(value -> value.name().equals(input));
      Value decider =
          present
              ? builder.value(input)
              : builder.input(input, DType.BOOL, Shape.of(Dim.named(name)));
      builder.signature(signature).input(input, decider);
    }
  }

  /** The graph, whose sizes may be named. */
  public Graph graph() {
    return graph;
  }

  /** The graph for {@link #sizes}. */
  public Graph bound() {
    return bound;
  }

  /** The seed from which it was drawn; if jqwik made it smaller, the seed it started from. */
  public long seed() {
    return seed;
  }

  /** A number for each named size. */
  public Map<String, Long> sizes() {
    return sizes;
  }

  /** The values that the leaf named {@code leaf} may have. */
  public Domain domain(String leaf) {
    return domains.getOrDefault(leaf, Domain.real());
  }

  /** Values of all leaves at which the operators that read them are smooth. */
  public Map<String, Tensor> smoothLeaves(long valueSeed) {
    return leaves(valueSeed, (leaf, random) -> domain(leaf.name()).smooth(leaf.type(), random));
  }

  /** Values of all leaves of every kind: NaN, infinities, signed zeros, extremes. */
  public Map<String, Tensor> anyLeaves(long valueSeed) {
    return leaves(valueSeed, (leaf, random) -> domain(leaf.name()).anything(leaf.type(), random));
  }

  private Map<String, Tensor> leaves(
      long valueSeed, BiFunction<Node, RandomGenerator, Tensor> values) {
    SplittableRandom random = new SplittableRandom(valueSeed);
    ImmutableMap.Builder<String, Tensor> leaves = ImmutableMap.builder();
    for (Node node : bound.nodes()) {
      if (isLeaf(node)) {
        leaves.put(node.name(), values.apply(node, random));
      }
    }
    return leaves.buildOrThrow();
  }

  /** Those of {@code leaves} that a signature takes, by the names it has for them. */
  public Map<String, Tensor> inputs(String signature, Map<String, Tensor> leaves) {
    ImmutableMap.Builder<String, Tensor> inputs = ImmutableMap.builder();
    graph
        .signature(signature)
        .inputs()
        .forEach((name, node) -> inputs.put(name, valueOf(node, leaves)));
    return inputs.buildOrThrow();
  }

  /** Those of {@code leaves} that are parameters, by their nodes' names. */
  public Map<String, Tensor> parameters(Map<String, Tensor> leaves) {
    ImmutableMap.Builder<String, Tensor> parameters = ImmutableMap.builder();
    graph.parameters().forEach(node -> parameters.put(node.name(), valueOf(node, leaves)));
    return parameters.buildOrThrow();
  }

  private static boolean isLeaf(Node node) {
    return node.op() instanceof Input || node.op() instanceof Parameter;
  }

  private static Tensor valueOf(Node leaf, Map<String, Tensor> leaves) {
    Tensor value = leaves.get(leaf.name());
    if (value == null) {
      throw new IllegalArgumentException(
          "There is no value of '%s' among %s.".formatted(leaf.name(), leaves.keySet()));
    }
    return value;
  }

  /** Seed, sizes and the text form. */
  @Override
  public String toString() {
    String header = sizes.isEmpty() ? "seed " + seed : "seed %d, sizes %s".formatted(seed, sizes);
    return header + "\n" + graph;
  }
}
