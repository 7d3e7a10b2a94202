package dev.adjoint.kernel;

/**
 * The counter-based generator Philox4x32-10. (Salmon, Moraes, Dror and Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", SC 2011, section 4.3.) See {@link dev.adjoint.op.Source.Random} for
 * how blocks are numbered.
 */
final class Philox {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW = 0xFFFFFFFFL;

  private Philox() {}

  /** What becomes of the four words of a block. */
  interface Block {
    /** Writes the elements that the words give to {@code y} from {@code at} on. */
    void write(Object y, int at, int w0, int w1, int w2, int w3);
  }

  /**
   * Passes on the words of {@code count} blocks.
   *
   * @param first the number of the first block
   * @param at where the first block's elements go
   * @param distance how many elements a block has
   */
  static void blocks(
      long key, long counter, long first, int count, Block block, Object y, int at, int distance) {
    for (int i = 0; i < count; i++) {
      long number = first + i;
      int w0 = (int) number;
      int w1 = (int) (number >>> 32);
      int w2 = (int) counter;
      int w3 = (int) (counter >>> 32);
      int key0 = (int) key;
      int key1 = (int) (key >>> 32);
      for (int round = 0; round < ROUNDS; round++) {
        long product0 = MULTIPLIER_0 * (w0 & LOW);
        long product1 = MULTIPLIER_1 * (w2 & LOW);
        w0 = (int) (product1 >>> 32) ^ w1 ^ key0;
        w1 = (int) product1;
        w2 = (int) (product0 >>> 32) ^ w3 ^ key1;
        w3 = (int) product0;
        key0 += WEYL_0;
        key1 += WEYL_1;
      }
      block.write(y, at + i * distance, w0, w1, w2, w3);
    }
  }
}
