package dev.adjoint.kernel;

/**
 * Random numbers. Operands: the key and the counter. A task is a range of whole blocks; the last
 * block, if the result does not have all of its elements, goes through the temporary array.
 */
final class RandomKernel implements Kernel {
  private final Distribution distribution;
  private final int size;
  private final int perBlock;

  RandomKernel(Distribution distribution, int size) {
    this.distribution = distribution;
    this.size = size;
    this.perBlock = distribution.perBlock();
  }

  @Override
  public int tasks(int phase) {
    return Math.ceilDiv(size, AxisCut.TASK_ELEMENTS);
  }

  @Override
  public int temporary() {
    return size % perBlock == 0 ? 0 : perBlock;
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    long key = arguments.longs(0)[arguments.offset(0)];
    long counter = arguments.longs(1)[arguments.offset(1)];
    int first = task * AxisCut.TASK_ELEMENTS;
    int elements = Math.min(AxisCut.TASK_ELEMENTS, size - first);
    int blocks = elements / perBlock;
    long number = first / perBlock;
    long[] words = workspace.words();
    Object y = arguments.array(2);
    int at = arguments.offset(2) + first;
    for (int done = 0; done < blocks; done += Philox.BLOCKS) {
      int count = Math.min(Philox.BLOCKS, blocks - done);
      Philox.blocks(key, counter, number + done, count, words);
      distribution.write(words, count, y, at + done * perBlock);
    }
    int rest = elements - blocks * perBlock;
    if (rest > 0) {
      Object last = arguments.array(3);
      int from = arguments.offset(3);
      Philox.blocks(key, counter, number + blocks, 1, words);
      distribution.write(words, 1, last, from);
      System.arraycopy(last, from, y, at + blocks * perBlock, rest);
    }
  }
}
