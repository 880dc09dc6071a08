package io.seedfall.benchmarks;

import io.seedfall.agent.ProgressPace;
import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentMessage;
import io.seedfall.control.Assignment;
import io.seedfall.control.Backoff;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlJson;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.Decoded;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.SessionSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One agent, or the publisher, as far as its coordinator can tell: the session of {@link
 * io.seedfall.control.SessionClient} with its times, waits and heartbeats, and the reports of an
 * agent that fetches and installs. The crowd's thread owns it.
 *
 * <pre>
 *   AWAY --due--> CONNECTING --tcp--> UPGRADING --101--> GREETING --Welcome--> TALKING
 *    ▲                │ late, refused     │ late             │ late, Refused      │ lost, silent
 *    └────────────────┴──── wait ─────────┴──────────────────┴────────────────────┘
 * </pre>
 */
final class CrowdAgent {
  /** An agent that was not answered for so many heartbeats gives its session up. */
  private static final int SILENT_HEARTBEATS_MAX = 3;

  /** More than this waits only for a server that reads nothing. */
  private static final int UNSENT_MAX = 64;

  /** What the coordinator knows of each. */
  static final Map<String, String> LABELS = Map.of("role", "target");

  private static final long FREE_BYTES = 1L << 40;
  private static final byte[] NOTHING = {};

  private enum Phase {
    AWAY,
    CONNECTING,
    UPGRADING,
    GREETING,
    TALKING
  }

  private final Crowd crowd;
  private final int number;
  private final String name;
  private final AgentKind kind;
  private final List<String> published;
  private final SessionSettings session;
  private final Random random;
  private final Backoff backoff;
  private final ProgressPace progress;
  private final ArrayDeque<ByteBuffer> unsent = new ArrayDeque<>();
  private final Map<String, CrowdFetch> fetches = new LinkedHashMap<>();
  private final TreeMap<String, String> installed = new TreeMap<>();
  private WebSocketFrames frames = new WebSocketFrames();
  private Phase phase = Phase.AWAY;
  private @Nullable CrowdSocket socket;
  private @Nullable SelectionKey key;
  private long deadlineNanos;
  private long beatNanos;
  private long heartbeatNanos;
  private long heardNanos;

  /** When it wants to be woken; only {@link Crowd} changes it, which sorts by it. */
  private long dueNanos;

  /**
   * @param number its own
   * @param published info-hashes of which it has full copies from the beginning
   */
  CrowdAgent(
      Crowd crowd, int number, AgentKind kind, List<String> published, SessionSettings session) {
    this.crowd = crowd;
    this.number = number;
    this.kind = kind;
    this.name =
        kind == AgentKind.AGENT
            ? machine(number)
            : ControlApi.PUBLISHER_PREFIX + crowd.publisher(number);
    this.published = published;
    this.session = session;
    this.random = new Random(session.seed() + number);
    this.backoff = new Backoff(session.backoffMinMillis(), session.backoffMaxMillis(), random);
    this.progress = new ProgressPace(System.nanoTime(), random);
  }

  /** What that machine is called. */
  static String machine(int number) {
    return "machine-" + number;
  }

  int number() {
    return number;
  }

  long dueNanos() {
    return dueNanos;
  }

  void dueNanos(long next) {
    dueNanos = next;
  }

  /** When it has something to do, if nothing comes before. */
  long nextNanos() {
    if (phase != Phase.TALKING) {
      return deadlineNanos;
    }
    long next = beatNanos;
    for (CrowdFetch fetch : fetches.values()) {
      if (!fetch.phase().isFinal()) {
        next = Math.min(next, fetch.dueNanos());
        if (fetch.phase() == MachinePhase.FETCHING) {
          long now = System.nanoTime();
          next = Math.min(next, now + progress.waitNanos(now));
        }
      }
    }
    return next;
  }

  // ---- time ---------------------------------------------------------------------------------

  /** Its time has come. */
  void due(long now) {
    switch (phase) {
      case AWAY -> connect(now);
      case CONNECTING -> lost("not accepted in time");
      case UPGRADING -> lost("no answer in time");
      case GREETING -> lost("no answer to Hello");
      case TALKING -> talk(now);
    }
  }

  private void connect(long now) {
    try {
      SocketChannel opened = SocketChannel.open();
      socket = crowd.socket(opened, name);
      opened.configureBlocking(false);
      key = crowd.register(opened, SelectionKey.OP_CONNECT, this);
      phase = Phase.CONNECTING;
      deadlineNanos = now + session.connectMillis() * 1_000_000L;
      if (opened.connect(crowd.coordinator())) {
        connected();
      }
    } catch (IOException e) {
      lost(why(e));
    }
  }

  private void connected() throws IOException {
    phase = Phase.UPGRADING;
    deadlineNanos = System.nanoTime() + session.answerMillis() * 1_000_000L;
    frames = new WebSocketFrames();
    Objects.requireNonNull(socket).connected();
    String bearer = kind == AgentKind.PUBLISHER ? crowd.bearer() : "";
    send(WebSocketFrames.upgrade(crowd.coordinator(), ControlApi.SESSION, bearer));
  }

  private void talk(long now) {
    boolean news = false;
    for (CrowdFetch fetch : fetches.values()) {
      if (fetch.advance(now)) {
        news = true;
        if (fetch.phase() == MachinePhase.INSTALLED) {
          Assignment of = fetch.assignment();
          installed.put(of.destination(), of.infoHash());
          crowd.tally().finished(of.infoHash());
          say(new AgentMessage.Holding(of.infoHash(), true));
        }
        say(new AgentMessage.Reports(List.of(fetch.report(now))));
      }
    }
    if (!news && progress.waitNanos(now) == 0) {
      sayProgress(now);
    }
    if (phase == Phase.TALKING && now - beatNanos >= 0) {
      beat(now);
    }
  }

  private void sayProgress(long now) {
    long youngest = Long.MAX_VALUE;
    for (CrowdFetch fetch : fetches.values()) {
      if (fetch.phase() == MachinePhase.FETCHING) {
        youngest = Math.min(youngest, fetch.ageNanos(now));
        if (unsent.isEmpty()) { // else the latest word is said when the one before has gone
          say(new AgentMessage.Reports(List.of(fetch.report(now))));
        }
      }
    }
    if (youngest != Long.MAX_VALUE) {
      progress.looked(now, youngest);
    }
  }

  private void beat(long now) {
    long silenceMaxNanos =
        SILENT_HEARTBEATS_MAX * heartbeatNanos + session.sendMillis() * 1_000_000L;
    if (now - heardNanos > silenceMaxNanos) {
      lost("the coordinator is silent");
      return;
    }
    say(
        new AgentMessage.Heartbeat(
            kind == AgentKind.AGENT ? FREE_BYTES : AgentMessage.FREE_BYTES_UNKNOWN));
    send(WebSocketFrames.frame(WebSocketFrames.PING, NOTHING, random.nextInt()));
    backoff.reset();
    beatNanos = now + heartbeatNanos;
  }

  // ---- the socket ---------------------------------------------------------------------------

  /** Its socket can do something. */
  void ready(SelectionKey selected, ByteBuffer space) {
    try {
      if (selected.isConnectable() && ((SocketChannel) selected.channel()).finishConnect()) {
        selected.interestOps(SelectionKey.OP_READ);
        connected();
      }
      if (selected.isValid() && selected.isWritable()) {
        flush();
      }
      if (selected.isValid() && selected.isReadable()) {
        read(space);
      }
    } catch (IOException e) {
      lost(why(e));
    }
  }

  private void read(ByteBuffer space) throws IOException {
    space.clear();
    int got = Objects.requireNonNull(socket).read(space);
    if (got < 0) {
      lost("closed by the coordinator");
      return;
    }
    flush(); // what has waited for the end of a handshake
    if (got == 0) {
      return;
    }
    heardNanos = System.nanoTime();
    try {
      List<WebSocketFrames.Frame> came = frames.take(space.flip());
      if (phase == Phase.UPGRADING && frames.isUpgraded()) {
        phase = Phase.GREETING;
        deadlineNanos = heardNanos + session.answerMillis() * 1_000_000L;
        say(hello());
      }
      for (WebSocketFrames.Frame frame : came) {
        if (phase != Phase.AWAY) {
          take(frame);
        }
      }
    } catch (WebSocketFrames.Broken e) {
      lost(String.valueOf(e.getMessage()));
    }
  }

  private AgentMessage.Hello hello() {
    Map<String, String> labels = kind == AgentKind.AGENT ? LABELS : Map.of();
    List<String> holdings =
        kind == AgentKind.PUBLISHER ? published : List.copyOf(installed.values());
    // Nobody connects there: addresses such as a fleet of this size has.
    String endpoint = "10.77.%d.%d:7001".formatted(number / 250, 1 + number % 250);
    return new AgentMessage.Hello(
        ControlApi.PROTOCOL_VERSION, name, kind, labels, endpoint, holdings, Map.copyOf(installed));
  }

  private void say(AgentMessage message) {
    crowd.tally().said();
    byte[] json = ControlJson.encodeMessage(message).getBytes(StandardCharsets.UTF_8);
    send(WebSocketFrames.frame(WebSocketFrames.TEXT, json, random.nextInt()));
  }

  private void send(ByteBuffer bytes) {
    if (phase == Phase.AWAY) {
      return; // lost meanwhile
    }
    unsent.add(bytes);
    if (unsent.size() > UNSENT_MAX) {
      lost("the coordinator takes nothing any more");
    } else if (unsent.size() == 1) {
      try {
        flush();
      } catch (IOException e) {
        lost(why(e));
      }
    }
  }

  private void flush() throws IOException {
    CrowdSocket open = socket;
    SelectionKey of = key;
    if (open == null || of == null) {
      return;
    }
    boolean full = false;
    for (ByteBuffer next = unsent.peek(); next != null; next = unsent.peek()) {
      full = open.write(next);
      if (next.hasRemaining()) {
        break;
      }
      unsent.remove();
    }
    of.interestOps(SelectionKey.OP_READ | (full ? SelectionKey.OP_WRITE : 0));
  }

  // ---- what the coordinator says ------------------------------------------------------------

  private void take(WebSocketFrames.Frame frame) {
    switch (frame.opcode()) {
      case WebSocketFrames.TEXT -> {
        crowd.tally().heard();
        switch (ControlJson.decodeCoordinatorMessage(frame.text())) {
          case Decoded.Value<CoordinatorMessage>(CoordinatorMessage message) -> take(message);
          case Decoded.UnknownType<CoordinatorMessage>(String type) ->
              throw new IllegalStateException("the coordinator says " + type);
          case Decoded.Malformed<CoordinatorMessage>(String why) ->
              throw new IllegalStateException("the coordinator says what is malformed: " + why);
        }
      }
      case WebSocketFrames.PING -> send(frame.pong(random.nextInt()));
      case WebSocketFrames.CLOSE -> lost("closed by the coordinator");
      default -> {} // a pong, which was counted as a sign of life
    }
  }

  private void take(CoordinatorMessage message) {
    switch (message) {
      case CoordinatorMessage.Welcome welcome -> {
        phase = Phase.TALKING;
        heartbeatNanos = welcome.heartbeatMillis() * 1_000_000L;
        beatNanos = System.nanoTime() + heartbeatNanos;
        crowd.tally().welcomed();
      }
      case CoordinatorMessage.Refused(String why) -> {
        lost("refused: " + why);
        deadlineNanos = System.nanoTime() + backoff.jittered(session.refusedMillis()) * 1_000_000L;
      }
      case CoordinatorMessage.Assign(Assignment assignment) -> assign(assignment);
      case CoordinatorMessage.Withdraw(String id, String _) -> {
        CrowdFetch fetch = fetches.get(id);
        if (fetch != null && !fetch.phase().isFinal()) {
          fetch.withdraw();
          say(new AgentMessage.Reports(List.of(fetch.report(System.nanoTime()))));
        }
      }
      case CoordinatorMessage.Neighbours neighbours -> {
        CrowdFetch fetch = fetches.get(neighbours.deploymentId());
        if (fetch != null) {
          fetch.neighbours(neighbours.neighbours());
        }
      }
      case CoordinatorMessage.CheckHealth(String id, String _) ->
          say(new AgentMessage.Health(id, true, ""));
      case CoordinatorMessage.Seed _,
          CoordinatorMessage.Activate _,
          CoordinatorMessage.PaceChanged _,
          CoordinatorMessage.Cap _,
          CoordinatorMessage.Halt _ -> {}
    }
  }

  private void assign(Assignment assignment) {
    long now = System.nanoTime();
    progress.asked(assignment.progressMillis());
    CrowdFetch known = fetches.get(assignment.deploymentId());
    if (known == null) {
      crowd.tally().assigned(assignment.infoHash());
      known = new CrowdFetch(assignment, now, crowd.fetchNanos(random));
      fetches.put(assignment.deploymentId(), known);
    }
    known.neighbours(assignment.neighbours());
    say(new AgentMessage.Reports(List.of(known.report(now))));
  }

  // ---- its end ------------------------------------------------------------------------------

  private void lost(String why) {
    if (phase == Phase.AWAY) {
      return;
    }
    crowd.tally().lost(phase == Phase.TALKING, why);
    close();
    phase = Phase.AWAY;
    deadlineNanos = System.nanoTime() + backoff.waitMillis() * 1_000_000L;
  }

  /** Ends its socket; the coordinator sees that it is gone. */
  void close() {
    unsent.clear();
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException("a socket cannot be closed", e);
    }
    socket = null;
    key = null;
  }

  private static String why(IOException e) {
    return String.valueOf(e.getMessage());
  }
}
