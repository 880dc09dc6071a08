package io.seedfall.coordinator;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this coordinator leads, and the way to its control loop while it does.
 *
 * <pre>
 *   Following --took the lease--> Leading     a control loop of its own, made from the rows
 *       ▲                            │
 *       └── lease run out or taken, database away: loop and sessions are dropped
 * </pre>
 *
 * <p>One platform thread keeps the lease. What it decides, everybody may read; only it changes it.
 * A coordinator that has its database for itself leads from the start and until it ends.
 */
final class Leadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  /**
   * The lease's times: a leader that is gone is missed for at most {@code leaseMillis} and {@code
   * lookMillis}.
   *
   * @param leaseMillis how long it lasts without being renewed
   * @param renewMillis how often the leader renews it
   * @param lookMillis how often the others look whether it has run out
   */
  record Times(long leaseMillis, long renewMillis, long lookMillis) {
    static final Times DEFAULTS = new Times(5_000, 1_000, 500);
  }

  private sealed interface Role {
    record Leading(Term term, ControlLoop loop) implements Role {}

    /** The leader's address is empty when nobody leads, or nobody knows. */
    record Following(String leader) implements Role {}
  }

  private final Lease lease;
  private final boolean alone;
  private final Times times;
  private final SteadyClock clock;
  private final Dialect dialect;
  private final Function<Term, ControlLoop> beginning;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Semaphore wake = new Semaphore(0);
  private final Thread keeper;
  private volatile Role role = new Role.Following("");
  private volatile boolean closing;
  private String address = "";
  private boolean databaseAway;

  /**
   * @param alone whether nobody else can lead: with SQLite, whose directory is locked
   * @param beginning starts the control loop of a term, from what is stored
   */
  Leadership(
      Lease lease,
      boolean alone,
      Times times,
      SteadyClock clock,
      Dialect dialect,
      Function<Term, ControlLoop> beginning) {
    this.lease = lease;
    this.alone = alone;
    this.times = times;
    this.clock = clock;
    this.dialect = dialect;
    this.beginning = beginning;
    this.keeper = Thread.ofPlatform().name("seedfall-lease").unstarted(this::keep);
  }

  /** Tries to lead, now and from now on; others will reach this coordinator at that address. */
  void begin(String ownAddress) {
    address = ownAddress;
    step();
    keeper.start();
  }

  /** Completed when it has ended; exceptionally when the control loop failed by a bug. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  // ---- for requests and sessions ------------------------------------------------------------

  /**
   * The loop of the term that lasts now.
   *
   * @throws RequestRefused when this coordinator does not lead; it says who does
   */
  ControlLoop loop() {
    return leading().loop();
  }

  /** The term that lasts now; thrown like {@link #loop}. */
  Term term() {
    return leading().term();
  }

  private Role.Leading leading() {
    return switch (role) {
      case Role.Leading leading -> leading;
      case Role.Following(String leader) -> throw RequestRefused.notLeading(leader);
    };
  }

  /** {@link ControlLoop#ask}, when this coordinator leads; refused otherwise. */
  <T> T ask(Function<Control, T> body) {
    return loop().ask(body);
  }

  /** The same, with another way for a coordinator that does not lead. */
  <T> T askOr(Function<Control, T> body, Supplier<T> following) {
    return switch (role) {
      case Role.Leading(Term _, ControlLoop loop) -> loop.ask(body);
      case Role.Following _ -> following.get();
    };
  }

  /** Where the leader is; empty when nobody leads, or nobody knows. */
  String leader() {
    return switch (role) {
      case Role.Leading(Term term, ControlLoop _) -> term.leader();
      case Role.Following(String leader) -> leader;
    };
  }

  // ---- for those who look on ----------------------------------------------------------------

  /** The number of the term that lasts now, 0 when this coordinator does not lead. */
  long epoch() {
    return role instanceof Role.Leading(Term term, ControlLoop _) ? term.epoch() : 0;
  }

  /** How long the lease lasts unless it is renewed; endless when nobody else can lead. */
  double leaseSeconds(long nowMillis) {
    return role instanceof Role.Leading(Term term, ControlLoop _) ? term.secondsLeft(nowMillis) : 0;
  }

  /** How much waits for the control loop. */
  int waiting() {
    return role instanceof Role.Leading(Term _, ControlLoop loop) ? loop.waiting() : 0;
  }

  /** How long the next of that has waited. */
  long oldestWaitNanos() {
    return role instanceof Role.Leading(Term _, ControlLoop loop) ? loop.oldestWaitNanos() : 0;
  }

  // ---- the keeper's thread ------------------------------------------------------------------

  private void keep() {
    try {
      while (!closing) {
        long pause = role instanceof Role.Leading ? times.renewMillis() : times.lookMillis();
        if (wake.tryAcquire(pause, TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
        if (!closing) {
          step();
        }
      }
      if (role instanceof Role.Leading leading) {
        follow(leading);
      }
      ended.complete(null);
    } catch (InterruptedException | RuntimeException e) {
      fail(e);
    }
  }

  private void step() {
    switch (role) {
      case Role.Leading leading -> {
        if (leading.loop().ended().isDone()) {
          loopEnded(leading);
        } else if (!alone) {
          renew(leading);
        }
      }
      case Role.Following _ -> seek();
    }
  }

  private void seek() {
    try {
      Lease.Standing standing = lease.look();
      if (databaseAway) {
        databaseAway = false;
        LOG.info("the database answers again");
      }
      if (standing.held() && !alone) {
        follow(standing.leader());
        return;
      }
      long before = clock.nowMillis();
      OptionalLong epoch =
          lease.take(address, alone ? Lease.ENDLESS_MILLIS : times.leaseMillis(), alone);
      if (epoch.isPresent()) {
        // By our clock it ends a little earlier than by the database's, never later.
        lead(
            new Term(
                epoch.getAsLong(), address, alone ? Long.MAX_VALUE : before + times.leaseMillis()));
      }
    } catch (RuntimeException e) {
      if (!dialect.isAway(e)) {
        throw e;
      }
      role = new Role.Following("");
      if (!databaseAway) {
        databaseAway = true;
        LOG.warn("the database does not answer, trying again: {}", Dialect.reason(e));
      }
    }
  }

  private void lead(Term term) {
    ControlLoop loop = beginning.apply(term);
    role = new Role.Leading(term, loop);
    var _ = loop.ended().whenComplete((_, _) -> wake.release());
    LOG.info("leads as {}, epoch {}", address, term.epoch());
  }

  private void renew(Role.Leading leading) {
    Term term = leading.term();
    long before = clock.nowMillis();
    try {
      if (lease.renew(term.epoch(), times.leaseMillis())) {
        term.prolong(clock.nowMillis(), before + times.leaseMillis());
      } else {
        LOG.warn("does not lead any more: epoch {} has run out or is another's", term.epoch());
        term.end();
        follow(leading);
      }
    } catch (RuntimeException e) {
      if (!dialect.isAway(e)) {
        throw e;
      }
      LOG.warn("could not renew the lease: {}", Dialect.reason(e));
    }
  }

  private void loopEnded(Role.Leading leading) {
    Throwable why = leading.loop().ended().exceptionNow();
    if (why instanceof LeadershipLost || dialect.isAway(why)) {
      LOG.warn("does not lead any more: {}", Dialect.reason(why));
      follow(leading);
    } else {
      LOG.error("the coordinator stops, because its control loop failed", why);
      follow(leading);
      fail(why);
    }
  }

  /** Ends a term: nothing more is said or stored in it, and another one may lead at once. */
  private void follow(Role.Leading leading) {
    role = new Role.Following("");
    leading.loop().close(); // its last turn it still ends, if it may
    leading.term().end();
    try {
      lease.release(leading.term().epoch());
    } catch (RuntimeException e) {
      LOG.warn("could not give up the lease, it will run out: {}", Dialect.reason(e));
    }
  }

  private void follow(String leader) {
    if (!(role instanceof Role.Following(String before)) || !before.equals(leader)) {
      LOG.info("follows the coordinator at {}", leader);
      role = new Role.Following(leader);
    }
  }

  private void fail(Throwable why) {
    closing = true;
    if (role instanceof Role.Leading(Term term, ControlLoop loop)) {
      role = new Role.Following("");
      term.end();
      loop.close();
    }
    ended.completeExceptionally(why);
  }

  @Override
  public void close() {
    closing = true;
    wake.release();
    try {
      keeper.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
