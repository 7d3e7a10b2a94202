package dev.adjoint.runtime;

import com.google.common.collect.Sets;
import java.util.Set;

/**
 * How many bytes a plan takes while one run is under way.
 *
 * @param arena values between steps, inputs and outputs
 * @param parameters the parameters that it reads
 * @param next the versions of parameters that it makes
 * @param constants constants, and what is computed from parameters once
 * @param workspaces the workers' own arrays
 */
record Footprint(long arena, long parameters, long next, long constants, long workspaces) {
  static Footprint of(Plan plan, int threads) {
    Set<Buffer> buffers = Sets.newIdentityHashSet();
    long workspace = 0;
    for (Step step : plan.steps()) {
      buffers.addAll(step.arguments());
      long bytes = step.writes().getFirst().dtype().byteSize();
      workspace = Math.max(workspace, step.kernel().workspace() * bytes);
    }
    return new Footprint(
        plan.memory().bytes(),
        bytes(buffers, Buffer.Home.PARAMETER),
        bytes(buffers, Buffer.Home.NEXT),
        bytes(buffers, Buffer.Home.CONSTANT) + bytes(buffers, Buffer.Home.FROZEN),
        workspace * threads);
  }

  private static long bytes(Set<Buffer> buffers, Buffer.Home home) {
    return buffers.stream().filter(buffer -> buffer.home() == home).mapToLong(Buffer::bytes).sum();
  }

  @Override
  public String toString() {
    return "arena %,d, parameters %,d, their next versions %,d, constants %,d, workspaces %,d"
        .formatted(arena, parameters, next, constants, workspaces);
  }

  long total() {
    return arena + parameters + next + constants + workspaces;
  }
}
