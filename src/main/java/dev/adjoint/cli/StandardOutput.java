package dev.adjoint.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the program prints to. */
final class StandardOutput {
  /**
   * What a program ends with that wrote to a pipe which nobody reads any more: 128 and the number
   * of the signal that ends others. The JVM does not let it end this one.
   */
  static final int CLOSED_PIPE = 128 + 13;

  private static final Path PLACE = Path.of("/dev/fd/1");
  private static final int TYPE = 0xf000;
  private static final int PIPE = 0x1000;
  private static final int SOCKET = 0xc000;

  private StandardOutput() {}

  /** Whether something printed was lost. */
  static boolean isLost() {
    return System.out.checkError();
  }

  /**
   * Whether it was lost since nobody reads on. Nothing else is lost in a pipe or a socket, and a
   * stream that keeps quiet about what was lost does not say why.
   */
  static boolean isClosedPipe() {
    return isLost() && isPipe();
  }

  /** As far as the system says so. */
  private static boolean isPipe() {
    try {
      return Files.getAttribute(PLACE, "unix:mode") instanceof Integer mode
          && ((mode & TYPE) == PIPE || (mode & TYPE) == SOCKET);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }
}
