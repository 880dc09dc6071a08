package io.seedfall.coordinator;

import io.seedfall.planner.PlannerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that touches {@link Control}. A platform thread, because it writes to the
 * database. Everybody else posts to its bounded inbox: readers of sessions wait when it is full
 * (which is back-pressure on their sockets), requests wait with a deadline.
 *
 * <p>A turn takes what waits, up to a batch, lets {@link Control} decide, stores all of it in one
 * transaction, sends, and only then answers those who asked. When a turn fails the loop ends, and
 * its sessions with it: nothing may be said that was not stored, and transfers go on without it.
 * {@link Leadership} knows what then.
 */
final class ControlLoop implements AutoCloseable {
  private static final int BATCH_MAX = 256;
  private static final long SWEEP_MILLIS = 250;

  private sealed interface Post {
    record Opened(AgentSession session) implements Post {}

    record Greeted(AgentSession session, PlannerEvent.AgentJoined joined) implements Post {}

    record Heard(AgentSession session, List<? extends PlannerEvent> events) implements Post {}

    record Closed(AgentSession session) implements Post {}

    record Asked(Question<?> question) implements Post {}

    record Stop() implements Post {}
  }

  /** A post in the inbox, and since when. */
  private record Waiting(Post post, long sinceNanos) {
    Waiting(Post post) {
      this(post, System.nanoTime());
    }
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

  private final Supplier<Control> making;
  private final Duration patience;
  private final CoordinatorMeters meters;
  private final BlockingQueue<Waiting> inbox;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean stopping;

  /**
   * Starts one.
   *
   * @param making is called by the loop's own thread, because reading what is stored takes time;
   *     what is asked meanwhile waits
   */
  ControlLoop(Supplier<Control> making, int inboxMax, Duration patience, CoordinatorMeters meters) {
    this.making = making;
    this.meters = meters;
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

  boolean greeted(AgentSession session, PlannerEvent.AgentJoined joined) {
    return put(new Post.Greeted(session, joined));
  }

  boolean heard(AgentSession session, List<? extends PlannerEvent> events) {
    return put(new Post.Heard(session, events));
  }

  /**
   * Never waits, because the loop itself may be the caller; when the inbox is full the sweep finds
   * the closed session.
   */
  void closed(AgentSession session) {
    inbox.offer(new Waiting(new Post.Closed(session)));
  }

  private boolean put(Post post) {
    try {
      return !stopping
          && inbox.offer(new Waiting(post), patience.toMillis(), TimeUnit.MILLISECONDS);
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
    if (ended.isDone()) {
      question.result.completeExceptionally(RequestRefused.busy()); // nobody empties the inbox
    }
    return BlockingCalls.await(question.result, patience);
  }

  // ---- for those who look on ----------------------------------------------------------------

  /** How much waits in the inbox. */
  int waiting() {
    return inbox.size();
  }

  /** How long the next of that has waited. */
  long oldestWaitNanos() {
    Waiting next = inbox.peek();
    return next == null ? 0 : System.nanoTime() - next.sinceNanos();
  }

  // ---- the thread ---------------------------------------------------------------------------

  private void run() {
    List<Question<?>> asked = new ArrayList<>();
    try {
      serve(making.get(), asked);
      ended.complete(null);
    } catch (InterruptedException | RuntimeException e) {
      ended.completeExceptionally(e);
    } finally {
      stopping = true;
      refuseWaiting(asked);
    }
  }

  private void serve(Control control, List<Question<?>> asked) throws InterruptedException {
    try {
      long sweptNanos = System.nanoTime();
      while (!stopping) {
        Waiting first = inbox.poll(SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        LoopTurn event = new LoopTurn();
        event.begin();
        long beganNanos = System.nanoTime();
        event.messages = take(control, first, asked);
        if (System.nanoTime() - sweptNanos >= SWEEP_MILLIS * 1_000_000) {
          control.sweep();
          sweptNanos = System.nanoTime();
        }
        control.flush();
        asked.forEach(Question::answer);
        asked.clear();
        if (first != null) {
          event.waitedNanos = beganNanos - first.sinceNanos();
          meters.waited(event.waitedNanos);
        }
        meters.turned(System.nanoTime() - beganNanos);
        event.commit();
      }
    } finally {
      control.closeSessions("this coordinator does not lead any more");
    }
  }

  private int take(Control control, @Nullable Waiting first, List<Question<?>> asked) {
    int taken = 0;
    for (Waiting next = first; next != null; next = taken < BATCH_MAX ? inbox.poll() : null) {
      carryOut(control, next.post(), asked);
      taken++;
    }
    return taken;
  }

  private void carryOut(Control control, Post post, List<Question<?>> asked) {
    switch (post) {
      case Post.Opened(AgentSession session) -> control.opened(session);
      case Post.Greeted(AgentSession session, PlannerEvent.AgentJoined joined) ->
          control.greeted(session, joined);
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
    for (Waiting next = inbox.poll(); next != null; next = inbox.poll()) {
      switch (next.post()) {
        case Post.Asked(Question<?> question) -> asked.add(question);
        case Post.Opened(AgentSession session) -> session.disconnect();
        case Post.Greeted(AgentSession session, _) -> session.disconnect();
        case Post.Heard _, Post.Closed _, Post.Stop _ -> {}
      }
    }
    asked.forEach(question -> question.result.completeExceptionally(RequestRefused.busy()));
  }

  @Override
  public void close() {
    stopping = true;
    inbox.offer(new Waiting(new Post.Stop())); // only to wake it
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
