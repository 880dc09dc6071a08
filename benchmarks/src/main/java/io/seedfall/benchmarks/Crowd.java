package io.seedfall.benchmarks;

import io.seedfall.cli.CommandFailure;
import io.seedfall.cli.ExitCode;
import io.seedfall.control.AgentKind;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.SessionSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Thousands of simulated agents and one publisher with real WebSockets to one coordinator. One
 * thread and one selector carry all of them, so that what is measured is the coordinator.
 */
final class Crowd implements AutoCloseable {
  private static final int SPACE_BYTES = 256 << 10;
  private static final long LOOK_EVERY_MILLIS = 5;

  /** Fetches take between this share of their length and so much more. */
  private static final double FETCH_SPREAD = 0.2;

  private final InetSocketAddress coordinator;
  private final long fetchNanos;
  private final @Nullable CrowdMembers members;
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(CrowdSocket.SCRATCH_BYTES);
  private final Selector selector;
  private final CrowdTally tally = new CrowdTally();
  private final List<CrowdAgent> agents = new ArrayList<>();
  private final TreeSet<CrowdAgent> timetable =
      new TreeSet<>(
          Comparator.comparingLong((CrowdAgent agent) -> agent.dueNanos())
              .thenComparingInt(CrowdAgent::number));
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean closing;

  private Crowd(InetSocketAddress coordinator, long fetchNanos, @Nullable CrowdMembers members)
      throws IOException {
    this.coordinator = coordinator;
    this.members = members;
    this.fetchNanos = fetchNanos;
    this.selector = Selector.open();
    this.thread = Thread.ofPlatform().name("crowd").unstarted(this::run);
  }

  /**
   * Lets all of them come at once.
   *
   * @param published info-hashes of which the publisher has full copies
   * @param members who they are; null when the coordinator takes anybody
   */
  static Crowd gather(
      URI coordinator,
      int machines,
      List<String> published,
      long fetchMillis,
      @Nullable CrowdMembers members)
      throws IOException {
    ClientIdentity shown = members == null ? ClientIdentity.NONE : members.identity();
    SessionSettings session = SessionSettings.of(CoordinatorAddresses.of(coordinator), 1, shown);
    Crowd crowd =
        new Crowd(
            new InetSocketAddress(coordinator.getHost(), coordinator.getPort()),
            fetchMillis * 1_000_000,
            members);
    long now = System.nanoTime();
    for (int number = 0; number <= machines; number++) {
      AgentKind kind = number == 0 ? AgentKind.PUBLISHER : AgentKind.AGENT;
      CrowdAgent agent = new CrowdAgent(crowd, number, kind, published, session);
      agent.dueNanos(now);
      crowd.agents.add(agent);
      crowd.timetable.add(agent);
    }
    crowd.thread.start();
    return crowd;
  }

  /** How many there are, the publisher among them. */
  int size() {
    return agents.size();
  }

  CrowdTally tally() {
    return tally;
  }

  /**
   * Waits until something is so; gives the seconds since {@code beginNanos}.
   *
   * @throws CommandFailure when it is not within {@code limitSeconds}, or the crowd has ended
   */
  double await(String what, long beginNanos, int limitSeconds, BooleanSupplier isSo) {
    while (!isSo.getAsBoolean()) {
      if (ended.isDone()) {
        throw new IllegalStateException("the crowd has ended", ended.exceptionNow());
      }
      if (System.nanoTime() - beginNanos > limitSeconds * 1_000_000_000L) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "%s not within %d s (%d of %d connected; lost: %s)"
                .formatted(what, limitSeconds, tally.connected(), size(), tally.losses()));
      }
      Commands.pause(LOOK_EVERY_MILLIS);
    }
    return (System.nanoTime() - beginNanos) / 1e9;
  }

  // ---- for its agents -----------------------------------------------------------------------

  InetSocketAddress coordinator() {
    return coordinator;
  }

  CrowdSocket socket(SocketChannel channel, String name) {
    return new CrowdSocket(
        channel, members == null ? null : members.engine(name, coordinator.getPort()), scratch);
  }

  /** What the publisher with that number is called, behind what all are. */
  String publisher(int number) {
    return members == null ? Integer.toString(number) : members.publisher(number);
  }

  /** What the publisher shows; empty for nothing. */
  String bearer() {
    return members == null ? "" : members.identity().bearer();
  }

  SelectionKey register(SocketChannel channel, int operations, CrowdAgent agent)
      throws IOException {
    return channel.register(selector, operations, agent);
  }

  /** How long one fetch takes. */
  long fetchNanos(Random random) {
    return (long) (fetchNanos * (1 - FETCH_SPREAD + 2 * FETCH_SPREAD * random.nextDouble()));
  }

  // ---- the thread ---------------------------------------------------------------------------

  private void run() {
    try {
      ByteBuffer space = ByteBuffer.allocateDirect(SPACE_BYTES);
      while (!closing) {
        long waitNanos = timetable.first().dueNanos() - System.nanoTime();
        if (waitNanos > 0) {
          selector.select(Math.ceilDiv(waitNanos, 1_000_000));
        } else {
          selector.selectNow();
        }
        for (SelectionKey key : selector.selectedKeys()) {
          CrowdAgent agent = (CrowdAgent) key.attachment();
          agent.ready(key, space);
          reschedule(agent);
        }
        selector.selectedKeys().clear();
        wakeDue();
      }
      ended.complete(null);
    } catch (IOException | RuntimeException e) {
      ended.completeExceptionally(e);
    }
  }

  private void wakeDue() {
    long now = System.nanoTime();
    for (int woken = 0; woken < agents.size() && timetable.first().dueNanos() <= now; woken++) {
      CrowdAgent agent = timetable.first();
      agent.due(System.nanoTime());
      reschedule(agent);
    }
  }

  private void reschedule(CrowdAgent agent) {
    timetable.remove(agent);
    agent.dueNanos(agent.nextNanos());
    timetable.add(agent);
  }

  /** All of them go. */
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    try {
      thread.join();
      agents.forEach(CrowdAgent::close);
      selector.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new IllegalStateException("a selector cannot be closed", e);
    }
  }
}
