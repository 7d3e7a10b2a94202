package dev.adjoint.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * When each buffer of the arena is alive, which of them take over the memory of one that dies, and
 * how many bytes that makes at each stage.
 */
final class Liveness {
  /**
   * A piece of an arena.
   *
   * @param buffers what lies in it, one after the other in time
   * @param size in elements
   * @param first the stage that writes it first
   * @param last the stage that reads it last
   */
  record Block(List<Buffer> buffers, int size, int first, int last) {
    boolean overlaps(Block other) {
      return first <= other.last && other.first <= last;
    }

    long bytes() {
      return buffers.getFirst().bytes();
    }
  }

  /**
   * From the stage that writes a buffer to the last that reads it.
   *
   * @param first the writing stage
   * @param last the last reading stage
   */
  record Lifetime(int first, int last) {}

  private final Map<Buffer, Lifetime> lifetimes = new LinkedHashMap<>();
  private final List<Block> blocks;
  private final long[] alive;

  /**
   * Finds them.
   *
   * @param stages the steps in the order of their running; those of one stage run together
   * @param inputs alive from before the first stage to the end
   * @param kept what must be there after the last stage
   */
  Liveness(List<? extends List<Step>> stages, List<Buffer> inputs, List<Buffer> kept) {
    findLifetimes(stages, inputs, kept);
    this.blocks = shareInPlace(stages);
    this.alive = new long[stages.size() + 1];
    countBytes();
  }

  private void findLifetimes(
      List<? extends List<Step>> stages, List<Buffer> inputs, List<Buffer> kept) {
    for (Buffer input : inputs) {
      lifetimes.put(input, new Lifetime(0, stages.size()));
    }
    for (int stage = 0; stage < stages.size(); stage++) {
      for (Step step : stages.get(stage)) {
        for (Buffer read : step.reads()) {
          extend(read, stage);
        }
        for (Buffer written : step.writes()) {
          extend(written, stage);
        }
        if (step.temporary().isPresent()) {
          extend(step.temporary().get(), stage);
        }
      }
    }
    for (Buffer buffer : kept) {
      extend(buffer, stages.size());
    }
  }

  private void extend(Buffer buffer, int stage) {
    if (buffer.isInArena()) {
      lifetimes.merge(
          buffer,
          new Lifetime(stage, stage),
          (known, now) ->
              new Lifetime(Math.min(known.first, now.first), Math.max(known.last, now.last)));
    }
  }

  /** A block for each buffer, but for those that take over the memory of one that dies. */
  private List<Block> shareInPlace(List<? extends List<Step>> stages) {
    Map<Buffer, Buffer> heirs = new HashMap<>();
    Map<Buffer, Buffer> predecessors = new HashMap<>();
    for (int stage = 0; stage < stages.size(); stage++) {
      for (Step step : stages.get(stage)) {
        Buffer written = step.writes().getFirst();
        Buffer read = step.inPlace().orElse(written);
        boolean dies =
            read != written
                && read.home() == Buffer.Home.ARENA
                && written.home() == Buffer.Home.ARENA
                && read.elements() == written.elements()
                && read.dtype() == written.dtype()
                && lifetime(read).last == stage
                && !heirs.containsKey(read)
                && isReadOnce(read, stages.get(stage));
        if (dies) {
          heirs.put(read, written);
          predecessors.put(written, read);
        }
      }
    }
    List<Block> blocks = new ArrayList<>();
    for (Buffer buffer : lifetimes.keySet()) {
      if (!predecessors.containsKey(buffer)) {
        List<Buffer> chain = new ArrayList<>();
        for (Buffer next = buffer; next != null; next = heirs.get(next)) {
          chain.add(next);
        }
        blocks.add(
            new Block(
                chain,
                buffer.elements(),
                lifetime(chain.getFirst()).first,
                lifetime(chain.getLast()).last));
      }
    }
    return blocks;
  }

  private static boolean isReadOnce(Buffer buffer, List<Step> stage) {
    return stage.stream().filter(step -> step.reads().contains(buffer)).count() == 1;
  }

  private void countBytes() {
    for (Block block : blocks) {
      alive[block.first] += block.bytes();
      if (block.last + 1 < alive.length) {
        alive[block.last + 1] -= block.bytes();
      }
    }
    for (int stage = 1; stage < alive.length; stage++) {
      alive[stage] += alive[stage - 1];
    }
  }

  /** The pieces that the arenas are made of. */
  List<Block> blocks() {
    return blocks;
  }

  Lifetime lifetime(Buffer buffer) {
    return Objects.requireNonNull(lifetimes.get(buffer));
  }

  /** How many stages there are, and a last one after them that stands for the end. */
  int stages() {
    return alive.length;
  }

  /** How many bytes are alive while a stage runs. */
  long bytesAt(int stage) {
    return alive[stage];
  }

  /** The stage at which most bytes are alive, the first of them. */
  int fullest() {
    int fullest = 0;
    for (int stage = 1; stage < alive.length; stage++) {
      fullest = alive[stage] > alive[fullest] ? stage : fullest;
    }
    return fullest;
  }
}
