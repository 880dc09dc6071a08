package io.seedfall.coordinator;

import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.protocol.InfoHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that touches {@link Control}. A platform thread, because it writes to SQLite.
 * Everybody else posts to its bounded inbox: readers of sessions wait when it is full (which is
 * back-pressure on their sockets), requests wait with a deadline.
 *
 * <p>A turn takes what waits, up to a batch, lets {@link Control} decide, stores all of it in one
 * transaction, sends, and only then answers those who asked. When a turn fails the coordinator
 * stops: nothing may be said that was not stored, and transfers go on without it.
 */
final class ControlLoop implements AutoCloseable {
  private static final int BATCH_MAX = 256;
  private static final long SWEEP_MILLIS = 250;
  private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);

  private sealed interface Post {
    record Opened(AgentSession session) implements Post {}

    record Greeted(AgentSession session, AgentFacts facts, List<InfoHash> holdings)
        implements Post {}

    record Heard(AgentSession session, List<? extends PlannerEvent> events) implements Post {}

    record Closed(AgentSession session) implements Post {}

    record Asked(Question<?> question) implements Post {}

    record Stop() implements Post {}
  }

  /** A question and who waits for its answer. */
  private static final class Question<T> {
    private final Function<Control, T> body;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private @Nullable Runnable completion;

    Question(Function<Control, T> body) {
      this.body = body;
    }

    void ask(Control control) {
      try {
        T value = body.apply(control);
        completion = () -> result.complete(value);
      } catch (RequestRefused refused) {
        completion = () -> result.completeExceptionally(refused);
      }
    }

    void answer() {
      if (completion != null) {
        completion.run();
      }
    }
  }

  private final Control control;
  private final Duration patience;
  private final BlockingQueue<Post> inbox;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean stopping;

  ControlLoop(Control control, int inboxMax, Duration patience) {
    this.control = control;
    this.patience = patience;
    this.inbox = new ArrayBlockingQueue<>(inboxMax);
    this.thread = Thread.ofPlatform().name("seedfall-control").unstarted(this::run);
    thread.start();
  }

  /** Completed when the loop has ended; exceptionally when it failed. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  // ---- for readers of sessions --------------------------------------------------------------

  boolean opened(AgentSession session) {
    return put(new Post.Opened(session));
  }

  boolean greeted(AgentSession session, AgentFacts facts, List<InfoHash> holdings) {
    return put(new Post.Greeted(session, facts, holdings));
  }

  boolean heard(AgentSession session, List<? extends PlannerEvent> events) {
    return put(new Post.Heard(session, events));
  }

  /**
   * Never waits, because the loop itself may be the caller; when the inbox is full the sweep finds
   * the closed session.
   */
  void closed(AgentSession session) {
    inbox.offer(new Post.Closed(session));
  }

  private boolean put(Post post) {
    try {
      return !stopping && inbox.offer(post, patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  // ---- for requests -------------------------------------------------------------------------

  /**
   * Has {@code body} run by the loop and gives its result, when what it changed is durable.
   *
   * @throws RequestRefused when the body threw that, or there was no time for it
   */
  <T> T ask(Function<Control, T> body) {
    Question<T> question = new Question<>(body);
    if (!put(new Post.Asked(question))) {
      throw RequestRefused.busy();
    }
    return BlockingCalls.await(question.result, patience);
  }

  // ---- the thread ---------------------------------------------------------------------------

  private void run() {
    List<Question<?>> asked = new ArrayList<>();
    try {
      long sweptNanos = System.nanoTime();
      while (!stopping) {
        Post post = inbox.poll(SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        for (int taken = 1; post != null; taken++) {
          carryOut(post, asked);
          post = taken < BATCH_MAX ? inbox.poll() : null;
        }
        if (System.nanoTime() - sweptNanos >= SWEEP_MILLIS * 1_000_000) {
          control.sweep();
          sweptNanos = System.nanoTime();
        }
        control.flush();
        asked.forEach(Question::answer);
        asked.clear();
      }
      control.closeSessions("the coordinator stops");
      ended.complete(null);
    } catch (InterruptedException | RuntimeException e) {
      LOG.error("the coordinator stops, because its control loop failed", e);
      stopping = true;
      control.closeSessions("the coordinator failed");
      ended.completeExceptionally(e);
    } finally {
      refuseWaiting(asked);
    }
  }

  private void carryOut(Post post, List<Question<?>> asked) {
    switch (post) {
      case Post.Opened(AgentSession session) -> control.opened(session);
      case Post.Greeted(AgentSession session, AgentFacts facts, List<InfoHash> holdings) ->
          control.greeted(session, facts, holdings);
      case Post.Heard(AgentSession session, List<? extends PlannerEvent> events) ->
          control.heard(session, events);
      case Post.Closed(AgentSession session) -> control.closed(session);
      case Post.Asked(Question<?> question) -> {
        asked.add(question);
        question.ask(control);
      }
      case Post.Stop() -> stopping = true;
    }
  }

  /** Whoever still waits learns it now and not at the end of his patience. */
  private void refuseWaiting(List<Question<?>> asked) {
    for (Post post = inbox.poll(); post != null; post = inbox.poll()) {
      if (post instanceof Post.Asked(Question<?> question)) {
        asked.add(question);
      }
    }
    asked.forEach(question -> question.result.completeExceptionally(RequestRefused.busy()));
  }

  @Override
  public void close() {
    stopping = true;
    inbox.offer(new Post.Stop()); // only to wake it
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
