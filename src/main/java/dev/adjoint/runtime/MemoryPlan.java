package dev.adjoint.runtime;

import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where the buffers of a plan lie in its arenas, one arena a dtype. Buffers that are never alive
 * together share memory. (Greedy by size: Pisarchyk and Lee, "Efficient memory management for deep
 * neural net inference", 2020.)
 */
final class MemoryPlan {
  /** Elements; a cache line of the smallest dtype but BOOL. */
  private static final int ALIGNMENT = 16;

  /**
   * A piece of an arena.
   *
   * @param buffers what lies in it, one after the other in time
   * @param first the stage that writes it first
   * @param last the stage that reads it last
   */
  private record Block(List<Buffer> buffers, int size, int first, int last) {
    boolean overlaps(Block other) {
      return first <= other.last && other.first <= last;
    }
  }

  private final Map<Buffer, Integer> offsets = new HashMap<>();
  private final Map<Buffer, Lifetime> lifetimes = new LinkedHashMap<>();
  private final EnumMap<DType, Integer> sizes = new EnumMap<>(DType.class);
  private long lowerBound;

  /**
   * From the stage that writes a buffer to the last that reads it.
   *
   * @param first the writing stage
   * @param last the last reading stage
   */
  record Lifetime(int first, int last) {}

  /**
   * Plans.
   *
   * @param stages the steps in the order of their running; those of one stage run together
   * @param kept what must be there after the last stage
   */
  MemoryPlan(List<? extends List<Step>> stages, List<Buffer> inputs, List<Buffer> kept) {
    findLifetimes(stages, inputs, kept);
    EnumMap<DType, List<Block>> blocks = new EnumMap<>(DType.class);
    for (Block block : shareInPlace(stages)) {
      blocks.computeIfAbsent(block.buffers.getFirst().dtype(), _ -> new ArrayList<>()).add(block);
    }
    blocks.forEach((dtype, ofDtype) -> sizes.put(dtype, place(dtype, ofDtype)));
    lowerBound = peak(stages.size(), blocks);
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

  /** Places the largest blocks first, each in the smallest gap that it fits. */
  private int place(DType dtype, List<Block> blocks) {
    List<Block> bySize = new ArrayList<>(blocks);
    bySize.sort(
        Comparator.comparingInt(Block::size)
            .reversed()
            .thenComparingInt(Block::first)
            .thenComparing(block -> block.buffers.getFirst().name()));
    List<Block> placed = new ArrayList<>();
    long end = 0;
    for (Block block : bySize) {
      long offset = bestGap(block, placed);
      block.buffers.forEach(buffer -> offsets.put(buffer, (int) offset));
      end = Math.max(end, offset + aligned(block.size));
      if (end > Integer.MAX_VALUE - 8) {
        throw new RunException.MemoryLimit(
            "The plan needs more than %d elements of %s at once, which no array holds. Use a smaller batch."
                .formatted(Integer.MAX_VALUE - 8, dtype));
      }
      int at = 0;
      while (at < placed.size() && offsetOf(placed.get(at)) <= offset) {
        at++;
      }
      placed.add(at, block);
    }
    return (int) end;
  }

  private long bestGap(Block block, List<Block> placedByOffset) {
    long best = -1;
    long smallest = Long.MAX_VALUE;
    long free = 0;
    for (Block other : placedByOffset) {
      if (other.overlaps(block)) {
        long gap = offsetOf(other) - free;
        if (gap >= aligned(block.size) && gap < smallest) {
          smallest = gap;
          best = free;
        }
        free = Math.max(free, (long) offsetOf(other) + aligned(other.size));
      }
    }
    return best >= 0 ? best : free;
  }

  private int offsetOf(Block block) {
    return offset(block.buffers.getFirst());
  }

  private static long aligned(int size) {
    return (size + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
  }

  /** The most bytes that are alive at once: no plan of this order can need less. */
  private static long peak(int stages, EnumMap<DType, List<Block>> blocks) {
    long[] change = new long[stages + 2];
    blocks.forEach((dtype, ofDtype) -> {
      for (Block block : ofDtype) {
        change[block.first] += (long) block.size * dtype.byteSize();
        change[block.last + 1] -= (long) block.size * dtype.byteSize();
      }
    });
    long alive = 0;
    long most = 0;
    for (long bytes : change) {
      alive += bytes;
      most = Math.max(most, alive);
    }
    return most;
  }

  /** Where a buffer of the arena begins. */
  int offset(Buffer buffer) {
    return Objects.requireNonNull(offsets.get(buffer));
  }

  Lifetime lifetime(Buffer buffer) {
    return Objects.requireNonNull(lifetimes.get(buffer));
  }

  /** How many elements of a dtype the arena has. */
  int elements(DType dtype) {
    return sizes.getOrDefault(dtype, 0);
  }

  /** What the arenas take. */
  long bytes() {
    long bytes = 0;
    for (DType dtype : DType.values()) {
      bytes += (long) elements(dtype) * dtype.byteSize();
    }
    return bytes;
  }

  /** The most bytes that are alive at once. */
  long lowerBound() {
    return lowerBound;
  }
}
