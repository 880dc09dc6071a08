package io.seedfall.simulator.fleet;

import io.seedfall.planner.MachineState;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.planner.Progress;
import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An agent's side of its connection to the coordinator, as the real SessionClient: Hello first, the
 * latest unsaid words after the Welcome, and back again with doubling, jittered waits.
 */
final class Line {
  /** What the agent behind it does. */
  interface Owner {
    /** Its Hello, as things are now. */
    PlannerEvent.AgentJoined hello();

    void welcomed();

    void heard(PlannerEffect.Send message);
  }

  private static final int BACKOFF_MIN_MILLIS = 250;
  private static final int BACKOFF_MAX_MILLIS = 15_000;
  private static final int REFUSED_MILLIS = 30_000;
  private static final long GREETING_MILLIS = 5_000;

  /** After so much silence an end gives the other up. */
  static final long SILENT_MILLIS = 15_000;

  private final FleetSimulation fleet;
  private final String name;
  private final Owner owner;
  private final Map<String, PlannerEvent.AgentReported> reports = new LinkedHashMap<>();
  private final Map<InfoHash, Boolean> holdings = new LinkedHashMap<>();
  private final Map<String, PlannerEvent.HealthReported> health = new LinkedHashMap<>();
  private @Nullable Session session;
  private boolean welcome;
  private boolean up;
  private boolean network = true;
  private long life;
  private int backoffMillis = BACKOFF_MIN_MILLIS;
  private long welcomedMillis;

  Line(FleetSimulation fleet, String name, Owner owner) {
    this.fleet = fleet;
    this.name = name;
    this.owner = owner;
  }

  String name() {
    return name;
  }

  /** Whether it knows of no other end, or of one that still hears it. */
  boolean isSound() {
    return session == null || session.carries();
  }

  /** Since when the coordinator has known of it; {@link Long#MAX_VALUE} while it does not. */
  long welcomedMillis() {
    return welcome ? welcomedMillis : Long.MAX_VALUE;
  }

  // ---- the process and its cable ----------------------------------------------------------

  /** The process begins, with nothing to say. */
  void start() {
    up = true;
    life++;
    reports.clear();
    holdings.clear();
    health.clear();
    backoffMillis = BACKOFF_MIN_MILLIS;
    connectIn(fleet.below(100));
  }

  /** The process ends, and its sockets with it. */
  void stop() {
    up = false;
    life++;
    Session ended = session;
    forget();
    if (ended != null) {
      fleet.coordinator().hearsOfEnd(ended, network);
    }
  }

  boolean network() {
    return network;
  }

  /** The network of the machine goes or comes. Nobody is told: both ends find out. */
  void network(boolean there) {
    network = there;
    Session cut = session;
    if (!there && cut != null) {
      cut.cut();
      fleet.coordinator().hearsOfEnd(cut, false);
      fleet
          .agenda()
          .in(
              SILENT_MILLIS,
              () -> {
                if (cut.isAgentOpen()) {
                  lost(cut);
                }
              });
    }
  }

  private void forget() {
    if (session != null) {
      session.agentClosed();
    }
    session = null;
    welcome = false;
  }

  // ---- connecting -------------------------------------------------------------------------

  private void connectIn(long millis) {
    long now = ++life;
    fleet
        .agenda()
        .in(
            millis,
            () -> {
              if (up && life == now) {
                connect();
              }
            });
  }

  private void connect() {
    Session opened = network ? fleet.coordinator().open(this) : null;
    if (opened == null) {
      waitAndConnect();
      return;
    }
    session = opened;
    welcome = false;
    holdings.clear(); // a Hello lists them all
    fleet.coordinator().hello(opened, owner.hello());
    fleet
        .agenda()
        .in(
            GREETING_MILLIS,
            () -> {
              if (opened.isAgentOpen() && !welcome) {
                fleet.coordinator().hearsOfEnd(opened, network);
                lost(opened);
              }
            });
  }

  private void waitAndConnect() {
    int wait = backoffMillis / 2 + fleet.below(backoffMillis / 2 + 1);
    backoffMillis = Math.min(BACKOFF_MAX_MILLIS, 2 * backoffMillis);
    connectIn(wait);
  }

  /** This end notices that it is over. */
  void lost(Session ended) {
    if (session == ended) {
      forget();
      waitAndConnect();
    }
  }

  /** The coordinator will not have it for now. */
  void refused(Session ended) {
    if (session == ended) {
      forget();
      connectIn(REFUSED_MILLIS / 2 + fleet.below(REFUSED_MILLIS / 2));
    }
  }

  void welcomed(Session by) {
    if (session == by) {
      welcome = true;
      welcomedMillis = fleet.agenda().nowMillis();
      backoffMillis = BACKOFF_MIN_MILLIS;
      owner.welcomed();
      sayUnsaid();
    }
  }

  void heard(Session by, PlannerEffect.Send message) {
    if (session == by) {
      owner.heard(message);
    }
  }

  // ---- what it says -----------------------------------------------------------------------

  void report(String id, MachineState state, String why, int pieces) {
    reports.put(
        id,
        new PlannerEvent.AgentReported(name, id, state, why, new Progress(pieces, 0, pieces, 0)));
    sayUnsaid();
  }

  void holding(InfoHash infoHash, boolean complete) {
    holdings.put(infoHash, complete);
    sayUnsaid();
  }

  void health(String id, boolean healthy, String why) {
    health.put(id, new PlannerEvent.HealthReported(name, id, healthy, why));
    sayUnsaid();
  }

  private void sayUnsaid() {
    Session current = session;
    if (current == null || !welcome) {
      return;
    }
    List<PlannerEvent> words = new ArrayList<>();
    holdings.forEach(
        (infoHash, complete) -> words.add(new PlannerEvent.AgentHolds(name, infoHash, complete)));
    holdings.clear();
    words.addAll(reports.values());
    reports.clear();
    words.addAll(health.values());
    health.clear();
    for (PlannerEvent word : words) {
      fleet.coordinator().say(current, word);
    }
  }
}
