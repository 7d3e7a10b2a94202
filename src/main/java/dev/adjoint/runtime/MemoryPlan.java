package dev.adjoint.runtime;

import dev.adjoint.runtime.Liveness.Block;
import dev.adjoint.tensor.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
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

  private final Map<Buffer, Integer> offsets = new HashMap<>();
  private final EnumMap<DType, Integer> sizes = new EnumMap<>(DType.class);
  private final Liveness liveness;

  /** Plans. */
  MemoryPlan(Liveness liveness) {
    this.liveness = liveness;
    EnumMap<DType, List<Block>> blocks = new EnumMap<>(DType.class);
    for (Block block : liveness.blocks()) {
      blocks.computeIfAbsent(block.buffers().getFirst().dtype(), _ -> new ArrayList<>()).add(block);
    }
    blocks.forEach((dtype, ofDtype) -> sizes.put(dtype, place(dtype, ofDtype)));
  }

  /** Places the largest blocks first, each in the smallest gap that it fits. */
  private int place(DType dtype, List<Block> blocks) {
    List<Block> bySize = new ArrayList<>(blocks);
    bySize.sort(
        Comparator.comparingInt(Block::size)
            .reversed()
            .thenComparingInt(Block::first)
            .thenComparing(block -> block.buffers().getFirst().name()));
    List<Block> placed = new ArrayList<>();
    long end = 0;
    for (Block block : bySize) {
      long offset = bestGap(block, placed);
      block.buffers().forEach(buffer -> offsets.put(buffer, (int) offset));
      end = Math.max(end, offset + aligned(block.size()));
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
        if (gap >= aligned(block.size()) && gap < smallest) {
          smallest = gap;
          best = free;
        }
        free = Math.max(free, (long) offsetOf(other) + aligned(other.size()));
      }
    }
    return best >= 0 ? best : free;
  }

  private int offsetOf(Block block) {
    return offset(block.buffers().getFirst());
  }

  private static long aligned(int size) {
    return (size + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
  }

  /** Where a buffer of the arena begins. */
  int offset(Buffer buffer) {
    return Objects.requireNonNull(offsets.get(buffer));
  }

  Liveness liveness() {
    return liveness;
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

  /** The most bytes that are alive at once: no plan of this order can need less. */
  long lowerBound() {
    return liveness.most();
  }
}
