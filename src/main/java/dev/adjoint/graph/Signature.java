package dev.adjoint.graph;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.TensorType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

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

  /** What a run computes: the outputs, then the new values of parameters, in their orders. */
  public List<Node> results() {
    return Stream.concat(outputs.values().stream(), updates.values().stream()).toList();
  }

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
    inputs.forEach((input, node) -> requireComparable(input, node.type(), given(given, input)));
    int known;
    do {
      known = sizes.size();
      inputs.forEach((input, node) -> solve(node.type(), given(given, input), sizes));
    } while (sizes.size() > known);
    inputs.forEach((input, node) -> requireFits(input, node.type(), given(given, input), sizes));
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

  private void requireComparable(String input, TensorType declared, TensorType given) {
    if (declared.rank() != given.rank() || !given.isConstant()) {
      throw misfit(input, declared, given, Map.of(), "");
    }
  }

  /** Binds what this input decides, given the sizes known so far. */
  private static void solve(TensorType declared, TensorType given, Map<String, Long> sizes) {
    for (int axis = 0; axis < declared.rank(); axis++) {
      solve(declared.dim(axis), given.shape().size(axis), sizes);
    }
  }

  /** Solves a size that is {@code slope * name + offset} in its only unknown name. */
  private static void solve(Dim declared, long given, Map<String, Long> sizes) {
    Set<String> unknown = new HashSet<>(declared.names());
    unknown.removeAll(sizes.keySet());
    if (unknown.size() != 1) {
      return;
    }
    String only = unknown.iterator().next();
    try {
      Dim open = substitute(declared, sizes);
      Dim offset = open.substitute(Map.of(only, Dim.of(0)));
      Dim slope = open.substitute(Map.of(only, Dim.of(1))).minus(offset);
      boolean linear = !slope.is(0) && Dim.named(only).times(slope).plus(offset).equals(open);
      if (linear) {
        sizes.put(only, Dim.of(given).minus(offset).floorDiv(slope).max(Dim.of(0)).value());
      }
    } catch (ArithmeticException undefinedAtZeroOrTooLarge) {
      // Not of that form; the name stays open, which requireFits reports.
    }
  }

  private static Dim substitute(Dim declared, Map<String, Long> sizes) {
    Map<String, Dim> known = new HashMap<>();
    for (String name : declared.names()) {
      Long size = sizes.get(name);
      if (size != null) {
        known.put(name, Dim.of(size));
      }
    }
    return declared.substitute(known);
  }

  private void requireFits(
      String input, TensorType declared, TensorType given, Map<String, Long> sizes) {
    if (declared.dtype() != given.dtype()) {
      throw misfit(input, declared, given, Map.of(), "");
    }
    Set<String> open = new TreeSet<>(declared.shape().names());
    open.removeAll(sizes.keySet());
    if (!open.isEmpty()) {
      String advice = " This does not decide %s; add an input whose size does.".formatted(open);
      throw misfit(input, declared, given, Map.of(), advice);
    }
    if (!bindsTo(declared, sizes, given)) {
      Map<String, Long> relevant = new TreeMap<>(sizes);
      relevant.keySet().retainAll(declared.shape().names());
      throw misfit(input, declared, given, relevant, "");
    }
  }

  private static boolean bindsTo(TensorType declared, Map<String, Long> sizes, TensorType given) {
    try {
      return declared.bind(sizes).equals(given);
    } catch (IllegalArgumentException | ArithmeticException negativeOrUndefined) {
      return false;
    }
  }

  private GraphException misfit(
      String input, TensorType declared, TensorType given, Map<String, Long> sizes, String advice) {
    String where = sizes.isEmpty() ? "" : " where " + sizes;
    return new GraphException(
        input(input).name(),
        "signature '%s': the input '%s' takes %s%s, given %s.%s"
            .formatted(name, input, declared, where, given, advice));
  }
}
