package dev.adjoint.runtime;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Node;
import dev.adjoint.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a session. A run reads the versions that were current when it began, and writes
 * new ones beside them; they become current together when it ends well. An array that nobody reads
 * any more is written again, so that training needs no new memory.
 */
final class ParameterStore {
  /** One version of one parameter. */
  static final class Version {
    final Object array;
    private int holders;
    private long number;

    Version(Object array) {
      this.array = array;
    }

    /** Different for each value that a parameter had, whatever array it was in. */
    long number() {
      return number;
    }
  }

  private static final class Cell {
    final Node parameter;
    final List<Version> spare = new ArrayList<>();
    @Nullable Version current;

    Cell(Node parameter) {
      this.parameter = parameter;
    }
  }

  private final Cell[] cells;
  private final Map<String, Integer> positions = new HashMap<>();
  private long changes;
  private boolean closed;
  private final ReentrantLock writing = new ReentrantLock(true);

  ParameterStore(Graph graph) {
    this.cells = graph.parameters().stream().map(Cell::new).toArray(Cell[]::new);
    for (int i = 0; i < cells.length; i++) {
      positions.put(cells[i].parameter.name(), i);
    }
  }

  int position(String parameter) {
    Integer position = positions.get(parameter);
    if (position == null) {
      throw new GraphException(
          "There is no parameter '%s', only %s.".formatted(parameter, positions.keySet()));
    }
    return position;
  }

  /**
   * Waits until no other run writes, and keeps others from it until {@link #endWriting}.
   *
   * @throws RunException if the run that waits is stopped
   */
  void beginWriting(RunControl control) {
    try {
      while (!writing.tryLock(10, TimeUnit.MILLISECONDS)) {
        control.check();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      control.check();
    }
  }

  void endWriting() {
    writing.unlock();
  }

  /** The current versions at the given positions; they stay as they are until released. */
  synchronized void acquire(int[] parameters, Version[] into) {
    for (int i = 0; i < parameters.length; i++) {
      Cell cell = cells[parameters[i]];
      Version current = cell.current;
      if (closed) {
        releaseFirst(parameters, into, i);
        throw new IllegalStateException(
            "The session was closed before the run began. Nothing was changed.");
      }
      if (current == null) {
        releaseFirst(parameters, into, i);
        throw new GraphException(
            cell.parameter.name(),
            "The parameter '%s' %s has no value: the graph gives it no first one. Restore it before a run."
                .formatted(cell.parameter.name(), cell.parameter.type()));
      }
      current.holders++;
      into[i] = current;
    }
  }

  synchronized void release(int[] parameters, Version[] held) {
    releaseFirst(parameters, held, parameters.length);
  }

  private void releaseFirst(int[] parameters, Version[] held, int count) {
    for (int i = 0; i < count; i++) {
      release(cells[parameters[i]], held[i]);
    }
  }

  private void release(Cell cell, Version version) {
    version.holders--;
    if (!closed && version.holders == 0 && version != cell.current && cell.spare.size() < 2) {
      cell.spare.add(version);
    }
  }

  /** Arrays to write the next versions of the given parameters to. */
  synchronized void reserve(int[] parameters, Version[] into) {
    for (int i = 0; i < parameters.length; i++) {
      Cell cell = cells[parameters[i]];
      into[i] =
          cell.spare.isEmpty()
              ? new Version(Arrays.allocate(cell.parameter.type()))
              : cell.spare.removeLast();
      into[i].holders = 1;
    }
  }

  /** Makes reserved versions current, all at once. */
  synchronized void commit(int[] parameters, Version[] next) {
    if (closed) {
      return;
    }
    for (int i = 0; i < parameters.length; i++) {
      Cell cell = cells[parameters[i]];
      Version old = cell.current;
      cell.current = next[i];
      next[i].number = ++changes;
      next[i].holders--;
      if (old != null && old.holders == 0 && cell.spare.size() < 2) {
        cell.spare.add(old);
      }
    }
  }

  /** Gives reserved versions back; nothing becomes current. */
  synchronized void abandon(int[] parameters, Version[] next) {
    for (int i = 0; i < parameters.length; i++) {
      release(cells[parameters[i]], next[i]);
    }
  }

  /** Replaces values; checks all before it changes any. */
  void restore(Map<String, Tensor> values) {
    values.forEach(this::requireType);
    int[] parameters = values.keySet().stream().mapToInt(this::position).toArray();
    Version[] next =
        values.values().stream()
            .map(value -> new Version(Arrays.copyOf(value)))
            .toArray(Version[]::new);
    for (Version version : next) {
      version.holders = 1;
    }
    beginWriting(RunControl.UNLIMITED);
    try {
      commit(parameters, next);
    } finally {
      endWriting();
    }
  }

  private void requireType(String parameter, Tensor value) {
    Node node = cells[position(parameter)].parameter;
    if (!node.type().equals(value.type())) {
      throw new GraphException(
          parameter,
          "The parameter '%s' is %s, given %s.".formatted(parameter, node.type(), value.type()));
    }
  }

  /** The values of all parameters that have one, of one moment. */
  Map<String, Tensor> snapshot() {
    int[] known;
    Version[] held;
    synchronized (this) {
      List<Integer> positions = new ArrayList<>();
      for (int i = 0; i < cells.length; i++) {
        if (cells[i].current != null) {
          positions.add(i);
        }
      }
      known = positions.stream().mapToInt(Integer::intValue).toArray();
      held = new Version[known.length];
      acquire(known, held);
    }
    try {
      Map<String, Tensor> values = new LinkedHashMap<>();
      for (int i = 0; i < known.length; i++) {
        Node parameter = cells[known[i]].parameter;
        values.put(parameter.name(), Arrays.toTensor(held[i].array, 0, parameter.type()));
      }
      return values;
    } finally {
      release(known, held);
    }
  }

  /** Forgets all values, and those that runs under way would make current. */
  synchronized void close() {
    closed = true;
    for (Cell cell : cells) {
      cell.current = null;
      cell.spare.clear();
    }
  }
}
