package dev.adjoint.runtime;

import dev.adjoint.kernel.Workspace;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that help with a run. One run at a time has the crew; another that begins meanwhile
 * computes alone on its caller's thread, which serves more requests than sharing would. Which
 * thread computes which task changes no bit.
 *
 * <p>A stage is published by a ticket. Helpers take its tasks from a counter that carries the
 * ticket and how many tasks are left, so that one that comes late takes nothing of another stage:
 * while tasks of a ticket are left, no other stage is published. Between stages they spin for a
 * moment, then sleep.
 *
 * <p>A caller's executor is asked for threads when there is a stage to help with, and gets them
 * back when none follows. It may be of any kind: one that refuses, fails, or runs what it is given
 * at once on the caller's thread, lends none.
 */
final class Crew implements AutoCloseable {
  private static final int SPINS = 4_000;

  /** While a run lasts the next stage is near, and to wake up takes longer than most stages. */
  private static final int SPINS_IN_RUN = 20_000;

  private static final int SPINS_BETWEEN_YIELDS = 64;

  private static final VarHandle ASLEEP;

  static {
    try {
      ASLEEP = MethodHandles.lookup().findVarHandle(Helper.class, "asleep", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final AtomicBoolean taken = new AtomicBoolean();
  private final AtomicLong openTasks = new AtomicLong();
  private final AtomicLong finished = new AtomicLong();
  private final List<Helper> helpers = new ArrayList<>();
  private final Optional<Executor> executor;
  private volatile boolean closed;

  private volatile long ticket;
  private @Nullable Stage stage;
  private @Nullable RunState run;
  private @Nullable Thread leader;

  Crew(int threads, Optional<Executor> executor) {
    this.executor = executor;
    for (int i = 1; i < threads; i++) {
      helpers.add(new Helper(i));
    }
    if (executor.isEmpty()) {
      helpers.forEach(Helper::startThread);
    }
  }

  /** How many threads compute a run at most, the caller's among them. */
  int threads() {
    return helpers.size() + 1;
  }

  /** Takes the crew for a run; false if another run has it, or if there are no helpers. */
  boolean tryTake() {
    return !helpers.isEmpty() && !closed && taken.compareAndSet(false, true);
  }

  /** Gives the crew back. */
  void release() {
    stage = null;
    run = null;
    leader = null;
    taken.set(false);
  }

  /** Computes a stage with all helpers that are awake or wake up in time. */
  @SuppressWarnings("ThreadPriorityCheck") // Waits correctly without it; kinder to a busy machine.
  void compute(Stage published, RunState owner) {
    long now = ticket + 1;
    stage = published;
    run = owner;
    leader = Thread.currentThread();
    finished.setRelease(0);
    openTasks.setRelease(now << 32 | published.tasks());
    ticket = now;
    for (int i = 0; i < helpers.size(); i++) {
      helpers.get(i).call();
    }
    takeTasks(now, published, owner, 0);
    int spins = 0;
    while (finished.getAcquire() < published.tasks()) {
      if (++spins > SPINS) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private void takeTasks(long mine, Stage published, RunState owner, int worker) {
    Workspace workspace = owner.workspace(worker);
    int tasks = published.tasks();
    while (true) {
      long open = openTasks.getAcquire();
      int left = (int) open;
      if (open >>> 32 != (mine & 0xFFFFFFFFL) || left == 0) {
        return;
      }
      if (openTasks.compareAndSet(open, open - 1)) {
        owner.runTask(published, tasks - left, workspace, worker);
        finished.getAndIncrement();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    helpers.forEach(Helper::wake);
    helpers.forEach(Helper::await);
  }

  private final class Helper implements Runnable {
    private final int worker;
    private @Nullable Thread thread;
    private final Runnable lent = this::join;
    private final AtomicBoolean joined = new AtomicBoolean();

    @SuppressWarnings("unused") // Through ASLEEP.
    private volatile boolean asleep;

    Helper(int worker) {
      this.worker = worker;
    }

    void startThread() {
      Thread started = Thread.ofPlatform().name("adjoint-" + worker).daemon().unstarted(this);
      thread = started;
      started.start();
    }

    void call() {
      if (executor.isEmpty()) {
        wake();
      } else if (joined.compareAndSet(false, true)) {
        ask(executor.get());
      }
    }

    void wake() {
      Thread sleeper = thread;
      if (sleeper != null && (boolean) ASLEEP.getVolatile(this)) {
        LockSupport.unpark(sleeper);
      }
    }

    @SuppressWarnings("CatchingUnchecked") // Also errors: a run does not need the help.
    private void ask(Executor callers) {
      try {
        callers.execute(lent);
      } catch (Throwable refused) {
        joined.set(false);
      }
    }

    /** Helps on a lent thread, unless that is the one which computes the run anyway. */
    private void join() {
      try {
        if (!Thread.currentThread().equals(leader)) {
          run();
        }
      } finally {
        joined.set(false);
      }
    }

    void await() {
      Thread ending = thread;
      try {
        // A kernel that closes its own session, on a helper, would wait for itself.
        if (ending != null && !ending.equals(Thread.currentThread())) {
          ending.join();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void run() {
      long seen = ticket - 1;
      int idle = 0;
      while (!closed) {
        long now = ticket;
        if (now != seen) {
          seen = now;
          idle = 0;
          help(now);
        } else if (++idle < (taken.get() ? SPINS_IN_RUN : SPINS)) {
          spin(idle);
        } else if (executor.isPresent()) {
          return;
        } else {
          sleep(now);
          idle = 0;
        }
      }
    }

    /** A lent thread may be a virtual one, whose carrier the run may be waiting for. */
    @SuppressWarnings("ThreadPriorityCheck")
    private void spin(int turn) {
      if (turn % SPINS_BETWEEN_YIELDS == 0 && executor.isPresent()) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
    }

    private void help(long now) {
      Stage published = stage;
      RunState owner = run;
      if (published != null && owner != null) {
        takeTasks(now, published, owner, worker);
      }
    }

    private void sleep(long seen) {
      ASLEEP.setVolatile(this, true);
      if (ticket == seen && !closed) {
        LockSupport.park(this);
      }
      ASLEEP.setVolatile(this, false);
    }
  }
}
