package io.seedfall.agent;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The order in which hooks run: those of one destination one after the other, those of different
 * ones at the same time, {@value #HOOKS_MAX} at once. Any thread.
 */
final class HookLanes {
  /** Hooks that run at once on this machine. */
  static final int HOOKS_MAX = 8;

  /** What waits in one lane. */
  static final int WAITING_MAX = 16;

  /** Installs around hooks, or hooks, until they have ended. */
  @FunctionalInterface
  interface Task {
    void run() throws InterruptedException;
  }

  private final Executor threads;
  private final Semaphore running = new Semaphore(HOOKS_MAX, true);
  private final ReentrantLock lock = new ReentrantLock();

  /** What waits behind the task that runs, by lane; a lane without any is not here. */
  private final Map<String, Queue<Task>> lanes = new HashMap<>();

  /**
   * Lanes without any task.
   *
   * @param threads run a lane each, and swallow interruption
   */
  HookLanes(Executor threads) {
    this.threads = threads;
  }

  /** Runs it when those before it in its lane have ended; false when too many wait there. */
  boolean submit(String lane, Task task) {
    lock.lock();
    try {
      Queue<Task> waiting = lanes.get(lane);
      if (waiting == null) {
        lanes.put(lane, new ArrayDeque<>());
        threads.execute(() -> run(lane, task));
        return true;
      }
      return waiting.size() < WAITING_MAX && waiting.add(task);
    } finally {
      lock.unlock();
    }
  }

  private void run(String lane, Task first) {
    try {
      for (Task next = first; next != null; next = next(lane)) {
        next.run();
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Task next(String lane) {
    lock.lock();
    try {
      Queue<Task> waiting = lanes.get(lane);
      Task next = waiting == null ? null : waiting.poll();
      if (next == null) {
        lanes.remove(lane);
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Runs a hook when there are fewer than {@link #HOOKS_MAX}. */
  HookRun.Outcome run(HookRun hook) throws InterruptedException {
    running.acquire();
    try {
      return hook.run();
    } finally {
      running.release();
    }
  }
}
