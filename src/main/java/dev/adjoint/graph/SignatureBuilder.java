package dev.adjoint.graph;

import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Builds a {@link Signature}. Inputs that are not named here but that an output or an update
 * depends on are added by themselves, under the names of their nodes, in the order of their making.
 */
public final class SignatureBuilder {
  private final GraphBuilder builder;
  private final String name;
  private final Map<String, Value> inputs = new LinkedHashMap<>();
  private final Set<Value> named = new HashSet<>();
  private final Map<String, Value> outputs = new LinkedHashMap<>();
  private final Map<Value, Value> updates = new LinkedHashMap<>();

  SignatureBuilder(GraphBuilder builder, String name) {
    this.builder = builder;
    this.name = name;
  }

  /** Gives an input another name than its node's, or a place in the order. */
  public SignatureBuilder input(String inputName, Value input) {
    builder.requireOwn(input);
    if (!(input.op() instanceof Input)) {
      throw new GraphException(
          input.name(),
          "signature '%s': '%s' is a node of %s, not an input."
              .formatted(name, input.name(), input.op().operatorName()));
    }
    if (named.contains(input)) {
      throw new GraphException(
          input.name(),
          "signature '%s' has the input '%s' already, under another name."
              .formatted(name, input.name()));
    }
    put(inputs, inputName, input, "input");
    named.add(input);
    return this;
  }

  /** Adds a result. */
  public SignatureBuilder output(String outputName, Value output) {
    builder.requireOwn(output);
    put(outputs, outputName, output, "output");
    return this;
  }

  /**
   * The result named {@code outputName}, of a signature that has it already.
   *
   * @throws GraphException if there is none
   */
  public Value output(String outputName) {
    return Optional.ofNullable(outputs.get(outputName))
        .orElseThrow(() ->
            new GraphException(
                "signature '%s' has no output '%s', only %s."
                    .formatted(name, outputName, outputs.keySet())));
  }

  /**
   * Replaces a parameter after each run.
   *
   * @throws GraphException if {@code parameter} is none, is updated twice, or the types differ
   */
  public SignatureBuilder update(Value parameter, Value next) {
    builder.requireParameter(parameter);
    builder.requireOwn(next);
    if (!parameter.type().equals(next.type())) {
      throw new GraphException(
          parameter.name(),
          "signature '%s': the parameter '%s' is %s, its update '%s' is %s. They must be equal."
              .formatted(name, parameter.name(), parameter.type(), next.name(), next.type()));
    }
    if (updates.putIfAbsent(parameter, next) != null) {
      throw new GraphException(
          parameter.name(),
          "signature '%s' updates the parameter '%s' twice.".formatted(name, parameter.name()));
    }
    return this;
  }

  /**
   * Adds what a signature of another graph has.
   *
   * @param copies the values here of that graph's nodes
   */
  public SignatureBuilder copy(Signature signature, Function<Node, Value> copies) {
    for (Map.Entry<String, Node> input : signature.inputs().entrySet()) {
      input(input.getKey(), copies.apply(input.getValue()));
    }
    for (Map.Entry<String, Node> output : signature.outputs().entrySet()) {
      output(output.getKey(), copies.apply(output.getValue()));
    }
    for (Map.Entry<Node, Node> update : signature.updates().entrySet()) {
      update(copies.apply(update.getKey()), copies.apply(update.getValue()));
    }
    return this;
  }

  private void put(Map<String, Value> named, String key, Value value, String what) {
    if (named.putIfAbsent(key, value) != null) {
      throw new GraphException(
          value.name(), "signature '%s' has two %ss named '%s'.".formatted(name, what, key));
    }
  }

  Signature build(List<Node> nodes) {
    ImmutableMap.Builder<Node, Node> next = ImmutableMap.builder();
    for (Map.Entry<Value, Value> update : updates.entrySet()) {
      next.put(nodes.get(update.getKey().index()), nodes.get(update.getValue().index()));
    }
    return new Signature(
        name, resolve(allInputs(), nodes), resolve(outputs, nodes), next.buildOrThrow());
  }

  private Map<String, Value> allInputs() {
    Map<String, Value> all = new LinkedHashMap<>(inputs);
    boolean[] live =
        Reachability.of(builder.size(), roots(), value -> value.operands(), Value::index);
    for (Value value : builder.values()) {
      if (live[value.index()] && value.op() instanceof Input && !named.contains(value)) {
        put(all, value.name(), value, "input");
      }
    }
    return all;
  }

  private List<Value> roots() {
    List<Value> roots = new ArrayList<>(outputs.values());
    roots.addAll(updates.values());
    return roots;
  }

  private static ImmutableMap<String, Node> resolve(Map<String, Value> named, List<Node> nodes) {
    ImmutableMap.Builder<String, Node> resolved = ImmutableMap.builder();
    for (Map.Entry<String, Value> entry : named.entrySet()) {
      resolved.put(entry.getKey(), nodes.get(entry.getValue().index()));
    }
    return resolved.buildOrThrow();
  }
}
