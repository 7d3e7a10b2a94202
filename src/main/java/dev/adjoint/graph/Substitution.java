package dev.adjoint.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Copies part of a graph that is being built, with some values replaced by others of their types.
 * Only what depends on a replaced value is copied, once, however many roots read it; everything
 * else is shared. Without recursion, and in time linear in what is copied and in what a root reads
 * that is younger than the oldest replaced value.
 */
public final class Substitution {
  private final Map<Value, Value> images;
  private final Set<Value> seen;
  private final int oldest;

  /** Replaces each key by its value. */
  public Substitution(Map<Value, Value> replaced) {
    this.images = new HashMap<>(replaced);
    this.seen = new HashSet<>(replaced.keySet());
    this.oldest = replaced.keySet().stream().mapToInt(Value::index).min().orElse(0);
  }

  /** The copy of {@code root}; itself if it depends on no replaced value. */
  public Value apply(Value root) {
    for (Value value : candidates(root).values()) {
      if (value.operands().stream().anyMatch(images::containsKey)) {
        List<Value> operands = value.operands().stream().map(this::image).toList();
        images.put(value, value.builder().add(value.op(), operands));
      }
    }
    return image(root);
  }

  private Value image(Value value) {
    return images.getOrDefault(value, value);
  }

  /** What the root reads and no root before it did, by index: operands come first. */
  private Map<Integer, Value> candidates(Value root) {
    Map<Integer, Value> found = new TreeMap<>();
    Deque<Value> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (value.index() > oldest && seen.add(value)) {
        found.put(value.index(), value);
        value.operands().forEach(open::push);
      }
    }
    return found;
  }
}
