package dev.adjoint.cli;

import java.util.Optional;

/**
 * Ends this program when the launcher that started it is gone. A launcher that is told to stop ends
 * the program itself; one that is killed by force cannot, and would leave a server on its port.
 */
final class LauncherWatch {
  /** Names the process of the launcher; it is the launcher that sets it. */
  static final String PROPERTY = "adjoint.launcher.pid";

  /** What a program ends with that is told to stop: 128 and the number of the signal. */
  private static final int TOLD_TO_STOP = 128 + 15;

  private LauncherWatch() {}

  /** Watches the launcher, if there is one, in a thread of the JVM's own. */
  static void start() {
    Optional.ofNullable(Long.getLong(PROPERTY)).ifPresent(LauncherWatch::watch);
  }

  private static void watch(long launcher) {
    Optional<ProcessHandle> process = ProcessHandle.of(launcher);
    if (process.isEmpty()) {
      end();
      return;
    }
    var _ = process.get().onExit().thenRunAsync(LauncherWatch::end);
  }

  /** Ends in order: what a server does when it is told to stop is done. */
  private static void end() {
    System.exit(TOLD_TO_STOP);
  }
}
