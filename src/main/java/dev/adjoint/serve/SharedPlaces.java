package dev.adjoint.serve;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Places for a bounded number of guests, of whom one host cannot bring so many that others find
 * none: a host gets a further place only while it has fewer than are free. So the first may take
 * half of all, the next half of what is left, and so on.
 */
final class SharedPlaces {
  @GuardedBy("this")
  private int free;

  @GuardedBy("this")
  private final Multiset<String> taken = HashMultiset.create();

  SharedPlaces(int most) {
    this.free = most;
  }

  /** Takes a place for a guest of this host; false if there is none for it. */
  synchronized boolean take(String host) {
    if (taken.count(host) >= free) {
      return false;
    }
    free--;
    return taken.add(host);
  }

  /** Gives a place of this host back. */
  synchronized void giveBack(String host) {
    if (taken.remove(host)) {
      free++;
    }
  }
}
