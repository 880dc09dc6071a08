package io.seedfall.agent;

import io.seedfall.control.CoordinatorMessage;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the {@link AgentLoop}, bounded. What the coordinator says waits outside when the
 * inbox is full of it, which slows the connection down. What workers answer always has room: each
 * answers a question of the loop, and the loop asks only so many at a time. What comes unasked is
 * seldom: one word a second of a transfer that is being opened, one for a version that has rotted,
 * and one each time that peers were looked for.
 */
final class AgentInbox {
  /** Messages of the coordinator that wait at once. */
  static final int SAID_MAX = 256;

  /** Answers of workers that wait at once: several for each assignment and each version. */
  static final int ANSWERS_MAX = 8 * (AssignmentBook.RUNNING_MAX + Versions.VERSIONS_MAX);

  private final ArrayBlockingQueue<AgentEvent> events =
      new ArrayBlockingQueue<>(SAID_MAX + ANSWERS_MAX);
  private final Semaphore room = new Semaphore(SAID_MAX);
  private final AgentTally tally;

  AgentInbox() {
    this(new AgentTally());
  }

  /** One that has counted what comes in. */
  AgentInbox(AgentTally tally) {
    this.tally = tally;
  }

  /** Waits for room. */
  void said(CoordinatorMessage message) throws InterruptedException {
    room.acquire();
    events.add(new AgentEvent.Said(message));
  }

  /** Never waits. */
  void answer(AgentEvent event) {
    tally.heard(event);
    events.add(event);
  }

  /** What waits. Any thread. */
  int waiting() {
    return events.size();
  }

  @Nullable AgentEvent poll(long waitNanos) throws InterruptedException {
    AgentEvent event = events.poll(waitNanos, TimeUnit.NANOSECONDS);
    if (event instanceof AgentEvent.Said) {
      room.release();
    }
    return event;
  }
}
