package dev.adjoint.train.data;

import java.util.SplittableRandom;

/** Random streams that are a function of numbers: of a seed, an epoch, an example. */
final class Seeds {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private Seeds() {}

  /** One number of several, each mixed in as SplitMix64 mixes. */
  static long mix(long... numbers) {
    long mixed = 0;
    for (long number : numbers) {
      long z = mixed + number + GOLDEN;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      mixed = z ^ (z >>> 31);
    }
    return mixed;
  }

  /** The numbers from 0 to size - 1 in an order drawn by Fisher and Yates. */
  static int[] permutation(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
