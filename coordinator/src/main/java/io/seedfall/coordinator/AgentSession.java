package io.seedfall.coordinator;

import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlJson;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.ThisMachine;
import io.seedfall.protocol.InfoHash;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;

/**
 * One WebSocket, from upgrade to close.
 *
 * <p>Its reader marks what it hears; the control loop sends, names and closes. Sending never
 * blocks: an agent that does not read is cut off when too many messages wait for it.
 */
final class AgentSession {
  private static final int CLOSE_REASON_CHARS_MAX = 100;

  private final Session socket;
  private final int unsentMax;
  private final Runnable known;
  private final CoordinatorMeters meters;
  private final TreeSet<InfoHash> held = new TreeSet<>(); // the reader's
  private final AtomicInteger unsent = new AtomicInteger();
  private volatile long heardMillis;
  private volatile long freeBytes = -1;
  private volatile long goneMillis = Long.MAX_VALUE;
  private volatile String name = "";
  private final String who;
  private long untilMillis; // the control loop's

  /**
   * @param visitor who has opened it
   * @param known run, once or more, when it is welcomed, refused or gone
   */
  AgentSession(
      Session socket,
      int unsentMax,
      long nowMillis,
      Visitor visitor,
      Runnable known,
      CoordinatorMeters meters) {
    this.meters = meters;
    this.who = visitor.who();
    this.untilMillis = visitor.sessionUntilMillis();
    this.socket = socket;
    this.unsentMax = unsentMax;
    this.known = known;
    this.heardMillis = nowMillis;
  }

  /** Who has opened it, as {@link Visitor#who} says. */
  String who() {
    return who;
  }

  /** Until when it may last. */
  long untilMillis() {
    return untilMillis;
  }

  /** It may last until then: whoever opened it has another certificate. */
  void prolong(long until) {
    untilMillis = until;
  }

  /** The agent's name; empty before its Hello. */
  String name() {
    return name;
  }

  /** What its Hello said. Called by its reader, like {@link #hold}. */
  void greet(String said, List<InfoHash> holdings) {
    held.addAll(holdings);
    name = said;
  }

  /**
   * Notes a full copy that came or went.
   *
   * @throws IllegalArgumentException when they become too many
   */
  void hold(InfoHash infoHash, boolean complete) {
    if (!complete) {
      held.remove(infoHash);
      return;
    }
    held.add(infoHash);
    if (held.size() > ControlApi.HOLDINGS_MAX) {
      throw new IllegalArgumentException(
          "holdings: " + held.size() + " (expected: at most " + ControlApi.HOLDINGS_MAX + ")");
    }
  }

  void heard(long nowMillis) {
    heardMillis = nowMillis;
  }

  long heardMillis() {
    return heardMillis;
  }

  void freeBytes(long bytes) {
    freeBytes = bytes;
  }

  long freeBytes() {
    return freeBytes;
  }

  /** The socket is closed; the control loop may not have heard of it yet. Whether that is news. */
  synchronized boolean gone(long nowMillis) {
    boolean news = goneMillis == Long.MAX_VALUE;
    goneMillis = Math.min(goneMillis, nowMillis);
    known.run();
    return news;
  }

  /** When the socket closed; {@link Long#MAX_VALUE} while it is open. */
  long goneMillis() {
    return goneMillis;
  }

  /** Whether who opened it runs on this machine. */
  boolean isFromThisMachine() {
    return socket.getRemoteSocketAddress() instanceof InetSocketAddress remote
        && ThisMachine.has(remote.getAddress());
  }

  /** From where it came, for log lines and refusals. */
  String remote() {
    return String.valueOf(socket.getRemoteSocketAddress());
  }

  /** Its first message, after which it is one of many. */
  void welcome(CoordinatorMessage.Welcome message) {
    send(message);
    known.run();
  }

  void send(CoordinatorMessage message) {
    if (!socket.isOpen()) {
      return;
    }
    if (unsent.incrementAndGet() > unsentMax) {
      meters.sessionCut();
      socket.disconnect();
      return;
    }
    meters.sent(message);
    socket.sendText(
        ControlJson.encodeMessage(message),
        Callback.from(unsent::decrementAndGet, _ -> socket.disconnect()));
  }

  /** Says why and closes. */
  void refuse(String why) {
    send(new CoordinatorMessage.Refused(why));
    known.run();
    socket.close(StatusCode.POLICY_VIOLATION, shortened(why), Callback.NOOP);
  }

  void close(String why) {
    known.run();
    socket.close(StatusCode.SHUTDOWN, shortened(why), Callback.NOOP);
  }

  /** Cuts it off without a word: nobody listens there. */
  void disconnect() {
    known.run();
    socket.disconnect();
  }

  private static String shortened(String why) {
    String ascii = why.replaceAll("[^ -~]", "?"); // the protocol allows 123 bytes
    return ascii.length() <= CLOSE_REASON_CHARS_MAX
        ? ascii
        : ascii.substring(0, CLOSE_REASON_CHARS_MAX);
  }
}
