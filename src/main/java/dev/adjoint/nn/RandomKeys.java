package dev.adjoint.nn;

import java.nio.charset.StandardCharsets;

/**
 * Keys for the random generator, so that everything random in a graph has a stream of its own from
 * one seed.
 */
public final class RandomKeys {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private RandomKeys() {}

  /**
   * The key of what is called {@code name} under a seed: a fixed function of both, the same in
   * every run and on every machine. It mixes the seed (as SplitMix64 does) with the name's FNV-1a
   * hash; different names practically never share a key.
   */
  public static long key(long seed, String name) {
    long hash = FNV_OFFSET;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return mix(mix(seed) + hash);
  }

  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
