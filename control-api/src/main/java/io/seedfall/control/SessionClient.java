package io.seedfall.control;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An agent's side of its connection to the coordinator. It says Hello, keeps the connection alive,
 * passes on what comes, says what it is given to say, and comes back by itself, with doubling and
 * jittered waits, however long the coordinator is away.
 *
 * <pre>
 *   Connecting --open--> Greeting --Welcome--> Talking
 *    │  ▲                   │ Refused             │ lost, silent, malformed, an older epoch
 *    │  └──── wait ─────────┴─────────────────────┘
 *    └── another one leads: there; nobody there: the next
 * </pre>
 *
 * <p>One virtual thread owns the connection and calls the listener. {@link #report} and {@link
 * #holding} may be called by any thread; they never block and keep only the latest word. What is
 * said while nobody listens is said after the next Welcome.
 */
public final class SessionClient implements AutoCloseable {
  private static final int HEARTBEAT_MIN_MILLIS = 100;
  private static final int HEARTBEAT_MAX_MILLIS = 60_000;
  private static final int SILENT_HEARTBEATS_MAX = 3;
  private static final int CLOSE_MILLIS = 1_000;

  /** A leader is missed for some seconds; a thousand agents ask meanwhile. */
  private static final int LEADERLESS_MILLIS = 2_000;

  private final SessionSettings settings;
  private final Supplier<AgentMessage.Hello> hello;
  private final LongSupplier freeBytes;
  private final SessionListener listener;
  private final Outbox outbox = new Outbox();
  private final Backoff backoff;
  private final AddressRota rota;
  private final ExecutorService httpThreads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http;
  private final Thread owner;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable SessionWire wire;

  /**
   * Of all leaders so far, the owner's. Not kept beyond the process: an agent that was told of
   * other coordinators has to take theirs, and one that was away for long is no reason to doubt.
   */
  private long greatestEpoch;

  /** Whether the connection there is has been welcomed; the owner's. */
  private boolean welcome;

  private SessionClient(
      SessionSettings settings,
      Supplier<AgentMessage.Hello> hello,
      LongSupplier freeBytes,
      SessionListener listener) {
    this.settings = settings;
    this.hello = hello;
    this.freeBytes = freeBytes;
    this.listener = listener;
    this.backoff =
        new Backoff(
            settings.backoffMinMillis(), settings.backoffMaxMillis(), new Random(settings.seed()));
    this.rota = new AddressRota(settings.coordinators());
    this.http =
        settings
            .identity()
            .client()
            .connectTimeout(Duration.ofMillis(settings.connectMillis()))
            .executor(httpThreads)
            .build();
    this.owner = Thread.ofVirtual().name("session").unstarted(this::run);
  }

  /**
   * Starts to connect, and returns at once.
   *
   * @param hello gives the first message of each connection, on the session's thread. It must know
   *     of a holding before {@link #holding} is called for it
   * @param freeBytes what heartbeats say
   * @param listener hears what happens
   */
  public static SessionClient open(
      SessionSettings settings,
      Supplier<AgentMessage.Hello> hello,
      LongSupplier freeBytes,
      SessionListener listener) {
    SessionClient session = new SessionClient(settings, hello, freeBytes, listener);
    session.owner.start();
    return session;
  }

  /** Says how far a deployment is; replaces what was not said yet about the same deployment. */
  public void report(MachineReport report) {
    outbox.report(report);
    wake();
  }

  /** Says that there is, or is no longer, a full copy of this. */
  public void holding(String infoHash, boolean complete) {
    outbox.holding(infoHash, complete);
    wake();
  }

  /** Says what a health hook said. */
  public void health(AgentMessage.Health answer) {
    outbox.health(answer);
    wake();
  }

  /** Says what is still unsaid when somebody listens, and ends; no thread is left. */
  @Override
  public void close() {
    closing.countDown();
    wake();
    boolean interrupted = false;
    if (!Thread.currentThread().equals(owner)) {
      interrupted = !joined(CLOSE_MILLIS);
      owner.interrupt();
      interrupted |= !joined(CLOSE_MILLIS);
    }
    http.shutdownNow();
    httpThreads.shutdownNow();
    http.close();
    httpThreads.close();
    if (interrupted && owner.isAlive()) {
      throw new IllegalStateException("the session's listener does not return");
    }
  }

  private boolean joined(int millis) {
    try {
      return owner.join(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void wake() {
    SessionWire current = wire;
    if (current != null) {
      current.wake();
    }
  }

  /* --------------- The owner's thread --------------- */

  /** How a connection ended. */
  private sealed interface Ended {
    record Lost(String why, boolean wasWelcomed) implements Ended {}

    record Moved(URI leader) implements Ended {}

    record Leaderless(String why) implements Ended {}

    record Refused(String why) implements Ended {}

    record Closed() implements Ended {}
  }

  private void run() {
    try {
      while (true) {
        long waitMillis;
        switch (oneConnection()) {
          case Ended.Lost(String why, boolean wasWelcomed) -> {
            listener.disconnected(why);
            waitMillis = rota.lost(wasWelcomed) ? 0 : backoff.waitMillis();
          }
          case Ended.Moved(URI leader) ->
              waitMillis = rota.redirected(leader) ? 0 : backoff.waitMillis();
          case Ended.Leaderless(String why) -> {
            listener.disconnected(why);
            waitMillis = backoff.jittered(LEADERLESS_MILLIS);
          }
          case Ended.Refused(String why) -> {
            listener.refused(why);
            waitMillis = backoff.jittered(settings.refusedMillis());
          }
          case Ended.Closed() -> {
            return;
          }
        }
        if (closing.await(waitMillis, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // close() does that when we are in the middle of something slow
      Thread.currentThread().interrupt();
    }
  }

  private Ended oneConnection() throws InterruptedException {
    welcome = false;
    try (SessionWire connection = new SessionWire(settings.sendMillis())) {
      URI address = sessionAddress(rota.current());
      return switch (connection.connect(http, address, settings)) {
        case SessionWire.Opening.Open() -> {
          wire = connection;
          yield talk(connection);
        }
        case SessionWire.Opening.Moved(URI leader) -> new Ended.Moved(leader);
        case SessionWire.Opening.Leaderless(String why) -> new Ended.Leaderless(why);
        case SessionWire.Opening.Refused(String why) -> new Ended.Refused(why);
      };
    } catch (SessionWire.Gone e) {
      return lost(e.why());
    } finally {
      wire = null;
    }
  }

  private Ended.Lost lost(String why) {
    return new Ended.Lost(why, welcome);
  }

  private Ended talk(SessionWire connection) throws SessionWire.Gone, InterruptedException {
    outbox.forgetHoldings();
    connection.send(hello.get());
    long greetUntilNanos = System.nanoTime() + settings.answerMillis() * 1_000_000L;
    long heartbeatNanos = 0;
    long beatAtNanos = greetUntilNanos;
    while (true) {
      long now = System.nanoTime();
      if (welcome && now - beatAtNanos >= 0) {
        connection.send(new AgentMessage.Heartbeat(freeBytes.getAsLong()));
        connection.ping(now, SILENT_HEARTBEATS_MAX * heartbeatNanos);
        backoff.reset();
        beatAtNanos = now + heartbeatNanos;
      } else if (!welcome && now - greetUntilNanos >= 0) {
        return lost("no answer to Hello within " + settings.answerMillis() + " ms");
      }
      if (welcome) {
        sayUnsaid(connection);
      }
      if (closing.getCount() == 0) {
        connection.farewell();
        return new Ended.Closed();
      }
      CoordinatorMessage message = connection.receive(beatAtNanos);
      switch (message) {
        case null -> {}
        case CoordinatorMessage.Refused(String why) -> {
          return new Ended.Refused(why);
        }
        case CoordinatorMessage.Welcome first -> {
          if (!welcome) {
            if (first.epoch() < greatestEpoch) {
              return lost(
                  "a coordinator of epoch %d welcomed us, and one of epoch %d leads"
                      .formatted(first.epoch(), greatestEpoch));
            }
            greatestEpoch = first.epoch();
            welcome = true;
            rota.welcomed();
            heartbeatNanos = heartbeatNanos(first);
            beatAtNanos = System.nanoTime() + heartbeatNanos;
            listener.connected(first);
          }
        }
        case CoordinatorMessage.Assign _,
            CoordinatorMessage.Withdraw _,
            CoordinatorMessage.Seed _,
            CoordinatorMessage.Neighbours _,
            CoordinatorMessage.Activate _,
            CoordinatorMessage.PaceChanged _,
            CoordinatorMessage.CheckHealth _,
            CoordinatorMessage.Cap _,
            CoordinatorMessage.Halt _ -> {
          if (!welcome) {
            return lost("the coordinator spoke before its Welcome");
          }
          listener.received(message);
        }
      }
    }
  }

  private void sayUnsaid(SessionWire connection) throws SessionWire.Gone, InterruptedException {
    List<AgentMessage> unsaid = outbox.drain();
    for (int i = 0; i < unsaid.size(); i++) {
      try {
        connection.send(unsaid.get(i));
      } catch (SessionWire.Gone | InterruptedException e) {
        unsaid.subList(i, unsaid.size()).forEach(outbox::putBack);
        throw e;
      }
    }
  }

  private static long heartbeatNanos(CoordinatorMessage.Welcome welcome) {
    return 1_000_000L
        * Math.clamp(welcome.heartbeatMillis(), HEARTBEAT_MIN_MILLIS, HEARTBEAT_MAX_MILLIS);
  }

  private static URI sessionAddress(URI coordinator) {
    String webSocket = String.valueOf(coordinator.getScheme()).equals("https") ? "wss" : "ws";
    return URI.create(webSocket + "://" + coordinator.getRawAuthority() + ControlApi.SESSION);
  }
}
