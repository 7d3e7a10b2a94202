package dev.adjoint.kernel.loop;

import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One nest of a loop: takes steps, reaches and parameters by their numbers in the loop, and numbers
 * anew those that it uses, so that equal nests of different loops are equal.
 */
final class NestBuilder {
  private final List<Reach> reaches;
  private final List<Long> parameters;
  private final List<Integer> reachesUsed = new ArrayList<>();
  private final List<Integer> parametersUsed = new ArrayList<>();
  private final Map<Integer, Integer> positions = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Nest.Store> stores = new ArrayList<>();
  private final List<Nest.Store> rowStores = new ArrayList<>();
  private final List<Nest.Accumulation> folds = new ArrayList<>();

  NestBuilder(List<Reach> reaches, List<Long> parameters) {
    this.reaches = reaches;
    this.parameters = parameters;
  }

  /** Adds a step, after its operands. */
  void add(int number, Step step) {
    long immediate =
        switch (step.opcode()) {
          case LOAD, GATHER -> position(reachesUsed, (int) step.immediate());
          case PARAMETER -> position(parametersUsed, (int) step.immediate());
          default -> step.immediate();
        };
    List<Integer> operands = step.operands().stream().map(this::step).toList();
    positions.put(number, steps.size());
    steps.add(new Step(step.opcode(), step.type(), immediate, operands));
  }

  void store(int value, int reach) {
    stores.add(new Nest.Store(step(value), position(reachesUsed, reach)));
  }

  void storeRow(int value, int reach) {
    rowStores.add(new Nest.Store(step(value), position(reachesUsed, reach)));
  }

  /** Adds a fold; no partials if their reach is negative. */
  void fold(Fold fold, int value, int target, int partials) {
    folds.add(
        new Nest.Accumulation(
            fold,
            step(value),
            position(reachesUsed, target),
            partials < 0 ? partials : position(reachesUsed, partials)));
  }

  private int step(int number) {
    return positions.getOrDefault(number, -1);
  }

  private static int position(List<Integer> used, int number) {
    if (!used.contains(number)) {
      used.add(number);
    }
    return used.indexOf(number);
  }

  /** The structure, with vectors if it can have them and there are columns for one. */
  Nest nest(LoopCompiler compiler, int columns) {
    List<Nest.Source> sources = reachesUsed.stream().map(r -> reaches.get(r).source()).toList();
    Nest scalar = new Nest(sources, steps, stores, rowStores, folds, DType.FLOAT32, 1);
    return Vectorization.of(scalar)
        .filter(type -> compiler.lanes(type) <= columns)
        .map(type -> scalar.withVectors(type, compiler.lanes(type)))
        .orElse(scalar);
  }

  /** The numbers. */
  Geometry geometry(List<AxisPlan.Axis> outer) {
    List<Reach> used = reachesUsed.stream().map(reaches::get).toList();
    return new Geometry(
        outer.stream().mapToInt(AxisPlan.Axis::size).toArray(),
        used.stream().mapToInt(Reach::argument).toArray(),
        used.stream().mapToInt(Reach::offset).toArray(),
        used.stream()
            .map(reach -> reach.strides().stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new),
        parametersUsed.stream().mapToLong(parameters::get).toArray());
  }
}
