package dev.adjoint.reference;

/**
 * The counter-based generator Philox4x32-10: ten rounds that mix a counter of four words under a
 * key of two. Every block of output is a pure function of both. (Salmon, Moraes, Dror and Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 4.3.)
 *
 * @param key the key, its low word first
 * @param counter the high half of the 128-bit counter; the low half numbers the blocks
 */
record Philox(long key, long counter) {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;

  /** Word {@code e} of the stream: word {@code e mod 4} of block {@code e / 4}. */
  int word(long e) {
    return block(e / 4)[(int) (e % 4)];
  }

  /** The four words of a block. */
  int[] block(long block) {
    int[] words = {low(block), high(block), low(counter), high(counter)};
    int key0 = low(key);
    int key1 = high(key);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * Integer.toUnsignedLong(words[0]);
      long product1 = MULTIPLIER_1 * Integer.toUnsignedLong(words[2]);
      words =
          new int[] {
            high(product1) ^ words[1] ^ key0,
            low(product1),
            high(product0) ^ words[3] ^ key1,
            low(product0)
          };
      key0 += WEYL_0;
      key1 += WEYL_1;
    }
    return words;
  }

  private static int low(long value) {
    return (int) value;
  }

  private static int high(long value) {
    return (int) (value >>> 32);
  }
}
