package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each wait ends: with a result, a failure, a time, or what its thread sees meanwhile. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitersTest {
  private static final Duration LONG = Duration.ofDays(1);

  private final Waiters waiters = new Waiters();

  @AfterEach
  void close() {
    waiters.close();
  }

  @Test
  void whatIsThereIsNotWaitedFor() throws Exception {
    assertEquals(
        "done", waiters.await(CompletableFuture.completedFuture("done"), Duration.ZERO, () -> {}));
  }

  @Test
  void whatComesLaterIsWaitedFor() throws Exception {
    CompletableFuture<String> result = new CompletableFuture<>();
    AtomicInteger looks = new AtomicInteger();
    assertEquals(
        "done",
        waiters.await(
            result,
            LONG,
            () -> {
              if (looks.incrementAndGet() == 3) {
                result.complete("done");
              }
            }));
    assertEquals(3, looks.get());
  }

  /** No look completes it, so that its completion alone must wake the thread. */
  @Test
  void whatAnotherThreadGivesWakesTheWaiter() throws Exception {
    waiters.close();
    CompletableFuture<String> result = new CompletableFuture<>();
    Thread waiter = Thread.currentThread();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (waiter.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
          }
          result.complete("done");
        });
    assertEquals("done", waiters.await(result, LONG, () -> {}));
  }

  @Test
  void failuresAreGiven() {
    IllegalStateException failure = new IllegalStateException("it");
    CompletableFuture<String> failed = CompletableFuture.failedFuture(failure);
    assertSame(
        failure,
        assertThrows(ExecutionException.class, () -> waiters.await(failed, LONG, () -> {}))
            .getCause());
  }

  @Test
  void theTimeIsKept() {
    CompletableFuture<String> never = new CompletableFuture<>();
    for (int millis : new int[] {0, 1, 150, 350}) {
      assertThrows(
          TimeoutException.class, () -> waiters.await(never, Duration.ofMillis(millis), () -> {}));
    }
    assertFalse(never.isDone());
  }

  @Test
  void whatALookThrowsEndsTheWait() {
    ServeException gone = ServeException.invalid("gone");
    assertSame(
        gone,
        assertThrows(
            ServeException.class,
            () ->
                waiters.await(
                    new CompletableFuture<String>(),
                    LONG,
                    () -> {
                      throw gone;
                    })));
  }

  @Test
  void anInterruptionEndsTheWait() {
    Thread.currentThread().interrupt();
    assertThrows(
        InterruptedException.class,
        () -> waiters.await(new CompletableFuture<String>(), LONG, () -> {}));
    assertFalse(Thread.interrupted());
  }
}
