package io.seedfall.node;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Starts virtual threads and knows when the last of them has ended. */
final class Threads {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition noneLeft = lock.newCondition();
  private int alive;

  /** Runs {@code body} on a virtual thread of its own. */
  Thread start(String name, Runnable body) {
    lock.lock();
    try {
      alive++;
    } finally {
      lock.unlock();
    }
    return Thread.ofVirtual()
        .name(name)
        .start(() -> {
          try {
            body.run();
          } finally {
            ended();
          }
        });
  }

  private void ended() {
    lock.lock();
    try {
      alive--;
      if (alive == 0) {
        noneLeft.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many run now. */
  int alive() {
    lock.lock();
    try {
      return alive;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until none runs. Whoever calls it has told all of them to end. */
  void awaitNone() {
    lock.lock();
    try {
      while (alive > 0) {
        noneLeft.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }
}
