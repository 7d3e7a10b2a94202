package dev.adjoint.graph;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.TensorType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A named way to run a graph: what goes in, what comes out, and which parameters it replaces.
 *
 * @param name the name, unique in the graph
 * @param inputs the {@link Input} nodes by the names that callers use
 * @param outputs the results by name
 * @param updates the new value of each {@link Parameter} that a run replaces; all are computed from
 *     the state before the run and take effect together after it
 */
public record Signature(
    String name,
    ImmutableMap<String, Node> inputs,
    ImmutableMap<String, Node> outputs,
    ImmutableMap<Node, Node> updates) {

  /**
   * The named sizes that make the declared input types equal to the given ones.
   *
   * @param given the types of the tensors that a caller passes, all of constant sizes, by input
   *     name
   * @throws GraphException if an input is missing, unknown, or does not fit, or if one name would
   *     have to be two sizes
   */
  public Map<String, Long> bindSizes(Map<String, TensorType> given) {
    requireNames(given.keySet());
    Map<String, Long> sizes = new TreeMap<>();
    Set<String> open = new HashSet<>(inputs.keySet());
    boolean progress = true;
    while (progress && !open.isEmpty()) {
      progress = open.removeIf(name -> solve(name, given(given, name), sizes));
    }
    inputs.forEach((name, input) -> requireFits(name, input.type(), given(given, name), sizes));
    return sizes;
  }

  /**
   * The input named {@code input}.
   *
   * @throws GraphException if there is none
   */
  public Node input(String input) {
    return Optional.ofNullable(inputs.get(input))
        .orElseThrow(() ->
            new GraphException(
                "signature '%s' has no input '%s'. Its inputs are %s."
                    .formatted(name, input, inputs.keySet())));
  }

  private TensorType given(Map<String, TensorType> given, String input) {
    return Optional.ofNullable(given.get(input))
        .orElseThrow(() ->
            new GraphException(
                "signature '%s': the input '%s' %s is missing, given only %s."
                    .formatted(name, input, input(input).type(), given.keySet())));
  }

  private void requireNames(Set<String> given) {
    given.forEach(this::input);
  }

  /** Binds what this input alone decides; returns whether all of its sizes are known. */
  private boolean solve(String input, TensorType given, Map<String, Long> sizes) {
    TensorType declared = input(input).type();
    if (declared.rank() != given.rank()) {
      throw misfit(input, declared, given, sizes);
    }
    boolean complete = true;
    for (int axis = 0; axis < declared.rank(); axis++) {
      complete &= solve(declared.dim(axis), given.shape().size(axis), sizes);
    }
    return complete;
  }

  /** Solves a size that is linear in its only unknown name from its values at 0 and 1. */
  private static boolean solve(Dim declared, long given, Map<String, Long> sizes) {
    Set<String> unknown = new HashSet<>(declared.names());
    unknown.removeAll(sizes.keySet());
    if (unknown.size() != 1) {
      return unknown.isEmpty();
    }
    String only = unknown.iterator().next();
    Map<String, Long> trial = new HashMap<>(sizes);
    trial.put(only, 0L);
    long atZero = declared.evaluate(trial);
    trial.put(only, 1L);
    long slope = declared.evaluate(trial) - atZero;
    if (slope == 0) {
      return false;
    }
    sizes.put(only, Math.max(0, (given - atZero) / slope));
    return true;
  }

  private void requireFits(
      String input, TensorType declared, TensorType given, Map<String, Long> sizes) {
    boolean fits =
        declared.dtype() == given.dtype()
            && sizes.keySet().containsAll(declared.shape().names())
            && declared.bind(sizes).equals(given);
    if (!fits) {
      throw misfit(input, declared, given, sizes);
    }
  }

  private GraphException misfit(
      String input, TensorType declared, TensorType given, Map<String, Long> sizes) {
    String where = sizes.isEmpty() ? "" : " where " + sizes;
    return new GraphException(
        input(input).name(),
        "signature '%s': the input '%s' takes %s%s, given %s."
            .formatted(name, input, declared, where, given));
  }
}
