package dev.adjoint.serve;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of calls that stand before two doors, of which the second is open. One is run at a time.
 */
abstract class GatedCalls {
  @TempDir private Path folder;
  private final int queue;
  TestServer server;
  Gate.Door first;
  Gate.Door second;

  /** So many calls may wait. */
  GatedCalls(int queue) {
    this.queue = queue;
  }

  @BeforeEach
  void start() throws Exception {
    ModelOptions one = TestServer.models().unbatched().withLimits(1, queue, Duration.ofSeconds(50));
    server = TestServer.start(folder, TestServer.options().with(one));
    first = Gate.Door.closed("first");
    second = Gate.Door.closed("second");
    second.open();
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
    server.close();
  }
}
