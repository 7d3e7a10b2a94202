package dev.adjoint.runtime;

import java.util.ArrayList;
import java.util.List;

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
  }

  /**
   * From the stage that writes a buffer to the last that reads it.
   *
   * @param first the writing stage
   * @param last the last reading stage
   */
  record Lifetime(int first, int last) {}

  private final NumberedSteps steps;
  private final Timeline timeline;

  /**
   * Finds them.
   *
   * @param stages the steps in the order of their running; those of one stage run together
   * @param inputs alive from before the first stage to the end
   * @param kept what must be there after the last stage
   */
  Liveness(List<? extends List<Step>> stages, List<Buffer> inputs, List<Buffer> kept) {
    this.steps = new NumberedSteps(stages.stream().<Step>flatMap(List::stream).toList(), inputs);
    this.timeline = new Timeline(steps.bytesInArena());
    int step = 0;
    for (int stage = 0; stage < stages.size(); stage++) {
      for (int i = 0; i < stages.get(stage).size(); i++) {
        timeline.add(steps.runs().get(step++), stage);
      }
    }
    timeline.end(steps.of(inputs), steps.of(kept));
  }

  /** The pieces that the arenas are made of. */
  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    for (int number = 0; number < steps.buffers().size(); number++) {
      if (timeline.isBlock(number)) {
        blocks.add(block(number));
      }
    }
    return blocks;
  }

  private Block block(int head) {
    List<Buffer> chain = new ArrayList<>();
    int tail = head;
    for (int next = head; next != NumberedSteps.NONE; next = timeline.heir(next)) {
      chain.add(steps.buffers().get(next));
      tail = next;
    }
    int elements = chain.getFirst().elements();
    return new Block(chain, elements, timeline.first(head), timeline.last(tail));
  }

  Lifetime lifetime(Buffer buffer) {
    int number = steps.number(buffer);
    return new Lifetime(timeline.first(number), timeline.last(number));
  }

  /** The most bytes that are alive while a stage runs. */
  long most() {
    return timeline.bytesAt(timeline.fullest());
  }
}
