package dev.adjoint.runtime;

import com.google.common.primitives.ImmutableIntArray;
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
 *
 * <p>An arena is an array, and further ones where one cannot hold all of it; each buffer lies in
 * one of them.
 */
final class MemoryPlan {
  /** Elements; a cache line of the smallest dtype but BOOL. */
  private static final int ALIGNMENT = 16;

  private final Map<Buffer, Place> places = new HashMap<>();
  private final EnumMap<DType, ImmutableIntArray> lengths = new EnumMap<>(DType.class);
  private final Liveness liveness;
  private final int longest;

  /**
   * Where a buffer begins.
   *
   * @param array which of the arena's arrays
   * @param offset the element
   */
  private record Place(int array, int offset) {}

  /**
   * A block and where it begins, counted over all arrays as if each were as long as can be.
   *
   * @param block the block
   * @param offset the element
   */
  private record Placed(Block block, long offset) {
    long end() {
      return offset + aligned(block.size());
    }
  }

  /** Plans. */
  MemoryPlan(Liveness liveness) {
    this(liveness, Arrays.MOST_ELEMENTS);
  }

  /**
   * Plans with arrays of a given length at most.
   *
   * @param longest no shorter than any buffer
   */
  MemoryPlan(Liveness liveness, int longest) {
    this.liveness = liveness;
    this.longest = longest;
    EnumMap<DType, List<Block>> blocks = new EnumMap<>(DType.class);
    for (Block block : liveness.blocks()) {
      blocks.computeIfAbsent(block.buffers().getFirst().dtype(), _ -> new ArrayList<>()).add(block);
    }
    for (Map.Entry<DType, List<Block>> entry : blocks.entrySet()) {
      lengths.put(entry.getKey(), place(entry.getValue()));
    }
  }

  /** Places the largest blocks first, each in the smallest gap that it fits. */
  private ImmutableIntArray place(List<Block> blocks) {
    List<Block> bySize = new ArrayList<>(blocks);
    bySize.sort(
        Comparator.comparingInt(Block::size)
            .reversed()
            .thenComparingInt(Block::first)
            .thenComparing(block -> block.buffers().getFirst().name()));
    List<Placed> placed = new ArrayList<>();
    for (Block block : bySize) {
      Placed next = new Placed(block, bestGap(block, placed));
      int at = 0;
      while (at < placed.size() && placed.get(at).offset <= next.offset) {
        at++;
      }
      placed.add(at, next);
    }
    return lengthsOf(placed);
  }

  private long bestGap(Block block, List<Placed> placedByOffset) {
    long best = -1;
    long smallest = Long.MAX_VALUE;
    long free = 0;
    for (Placed other : placedByOffset) {
      if (other.block.overlaps(block)) {
        long from = inOneArray(free, block);
        long gap = other.offset - from;
        if (gap >= aligned(block.size()) && gap < smallest) {
          smallest = gap;
          best = from;
        }
        free = Math.max(free, other.end());
      }
    }
    return best >= 0 ? best : inOneArray(free, block);
  }

  /** The first place from {@code free} on at which a block does not reach beyond its array. */
  private long inOneArray(long free, Block block) {
    long distance = aligned(longest);
    long offset = free % distance;
    return offset + block.size() <= longest ? free : free - offset + distance;
  }

  /** Notes in which array each block is, and says how long the arrays are. */
  private ImmutableIntArray lengthsOf(List<Placed> placedByOffset) {
    List<Integer> ends = new ArrayList<>();
    for (Placed placed : placedByOffset) {
      int array = (int) (placed.offset / aligned(longest));
      int offset = (int) (placed.offset % aligned(longest));
      placed.block.buffers().forEach(buffer -> places.put(buffer, new Place(array, offset)));
      while (ends.size() <= array) {
        ends.add(0);
      }
      long end = Math.min(longest, offset + aligned(placed.block.size()));
      ends.set(array, Math.max(ends.get(array), (int) end));
    }
    return ImmutableIntArray.copyOf(ends);
  }

  private static long aligned(int size) {
    return Math.ceilDiv((long) size, ALIGNMENT) * ALIGNMENT;
  }

  /** In which array of its dtype's arena a buffer lies. */
  int array(Buffer buffer) {
    return place(buffer).array;
  }

  /** Where a buffer of the arena begins in its array. */
  int offset(Buffer buffer) {
    return place(buffer).offset;
  }

  private Place place(Buffer buffer) {
    return Objects.requireNonNull(places.get(buffer));
  }

  Liveness liveness() {
    return liveness;
  }

  /** How many elements each array of a dtype's arena has. */
  ImmutableIntArray arrays(DType dtype) {
    return lengths.getOrDefault(dtype, ImmutableIntArray.of());
  }

  /** What the arenas take. */
  long bytes() {
    long bytes = 0;
    for (DType dtype : DType.values()) {
      bytes += arrays(dtype).stream().mapToLong(elements -> elements).sum() * dtype.byteSize();
    }
    return bytes;
  }

  /** The most bytes that are alive at once: no plan of this order can need less. */
  long lowerBound() {
    return liveness.most();
  }
}
