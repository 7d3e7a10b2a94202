package dev.adjoint.train.data;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Takes batches from another stream on a thread of its own, at most so many ahead of the reader.
 * What goes wrong there is thrown here, behind the batches before it.
 */
final class PrefetchedStream implements BatchStream {
  private sealed interface Item {}

  private record Ready(Batch batch) implements Item {}

  private record Failed(Throwable failure) implements Item {}

  private record End() implements Item {}

  private final BatchStream source;
  private final BlockingQueue<Item> queue;
  private final Thread thread;
  private boolean ended;

  PrefetchedStream(BatchStream source, int ahead) {
    this.source = source;
    this.queue = new ArrayBlockingQueue<>(ahead);
    this.thread = Thread.ofPlatform().daemon().name("adjoint-batches").start(this::fill);
  }

  private void fill() {
    try {
      Item item;
      do {
        item = take();
        queue.put(item);
      } while (item instanceof Ready);
    } catch (InterruptedException _) {
      // Closed by the reader: nobody wants the rest.
    } finally {
      source.close();
    }
  }

  /** Errors are handed on too: a reader must not wait for a thread that has died. */
  @SuppressWarnings("CatchingThrowable")
  private Item take() {
    try {
      return source.next().<Item>map(Ready::new).orElseGet(End::new);
    } catch (Throwable failure) {
      return new Failed(failure);
    }
  }

  @Override
  public Optional<Batch> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    return switch (await()) {
      case Ready(Batch batch) -> Optional.of(batch);
      case End() -> {
        ended = true;
        yield Optional.empty();
      }
      case Failed(Throwable failure) -> {
        ended = true;
        throw rethrown(failure);
      }
    };
  }

  private Item await() throws IOException {
    try {
      return queue.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for a batch.", e);
    }
  }

  private static IOException rethrown(Throwable failure) {
    return switch (failure) {
      case IOException problem -> problem;
      case RuntimeException problem -> throw problem;
      case Error problem -> throw problem;
      default -> throw new AssertionError(failure);
    };
  }

  /** Ends the thread and waits for it, so that nothing reads the examples any more. */
  @Override
  public void close() {
    ended = true;
    thread.interrupt();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
