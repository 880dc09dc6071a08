package io.seedfall.swarm;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Whom to be connected to, when to dial, and whom never again.
 *
 * <p>Of two neighbours the one with the lower endpoint dials at once and the other only when
 * nothing has come of that after a moment, so that there is one connection and not two. A neighbour
 * that is lost or does not answer is dialled again, each time after twice the wait.
 */
final class Neighbourhood {
  /** Banned peers that are remembered; the oldest is forgotten first. */
  static final int BANNED_MAX = 1024;

  /** Dials under way at once. */
  static final int DIALS_MAX = 64;

  /** Peers that were learnt and are remembered; when it is full, the next are not. */
  static final int LEARNT_MAX = 1000;

  /** So many connections are enough: a learnt peer is dialled only while there are fewer. */
  static final int LEARNT_CONNECTIONS_MAX = 40;

  /** A learnt peer is forgotten when so many dials or connections in a row came to nothing. */
  static final int LEARNT_FAILURES_MAX = 3;

  /** How long the neighbour with the higher endpoint waits for the other to dial. */
  static final long SECOND_DIALLER_NANOS = 300_000_000L;

  private enum Contact {
    APART,
    DIALLING,
    CONNECTED
  }

  private static final class Neighbour {
    private Contact contact = Contact.APART;
    private long dialNanos;
    private int failures;

    /** Somebody said that it is there, rather than that it is a neighbour. */
    private final boolean learnt;

    Neighbour(long dialNanos, boolean learnt) {
      this.dialNanos = dialNanos;
      this.learnt = learnt;
    }
  }

  private final SwarmSettings settings;
  private final @Nullable Endpoint self;

  /** The neighbours, and behind them the peers that were learnt. */
  private LinkedHashMap<Endpoint, Neighbour> neighbours = new LinkedHashMap<>();

  private int size;
  private final LinkedHashSet<PeerId> bannedIds = new LinkedHashSet<>();
  private final LinkedHashSet<Endpoint> bannedEndpoints = new LinkedHashSet<>();

  /** The next dial, counted anew only after something changed: it is asked for at every event. */
  private long nextDialNanos = Long.MAX_VALUE;

  private boolean changedSinceCounted = true;

  Neighbourhood(SwarmSettings settings, @Nullable Endpoint self) {
    this.settings = settings;
    this.self = self;
  }

  /** Replaces the list; who stays on it keeps what we know of it. */
  void changed(List<Endpoint> endpoints, long nowNanos) {
    LinkedHashMap<Endpoint, Neighbour> next = new LinkedHashMap<>();
    for (Endpoint endpoint : endpoints) {
      if (endpoint.equals(self) || next.size() >= settings.peersMax()) {
        continue;
      }
      Neighbour known = neighbours.get(endpoint);
      boolean second = self != null && self.compareTo(endpoint) > 0;
      next.put(
          endpoint,
          known != null
              ? known
              : new Neighbour(second ? nowNanos + SECOND_DIALLER_NANOS : nowNanos, false));
    }
    size = next.size();
    neighbours.forEach((endpoint, neighbour) -> {
      if (neighbour.learnt) {
        next.putIfAbsent(endpoint, neighbour);
      }
    });
    neighbours = next;
    changedSinceCounted = true;
  }

  /** Somebody says that there are peers; those that are new are dialled when there is room. */
  void learnt(List<Endpoint> endpoints, long nowNanos) {
    for (Endpoint endpoint : endpoints) {
      if (neighbours.size() - size >= LEARNT_MAX) {
        return;
      }
      if (!endpoint.equals(self)) {
        neighbours.putIfAbsent(endpoint, new Neighbour(nowNanos, true));
        changedSinceCounted = true;
      }
    }
  }

  /** How many neighbours it is to be connected to, those that were learnt apart. */
  int size() {
    return size;
  }

  /** Whom to dial now; each is taken for dialling. */
  List<Endpoint> due(long nowNanos) {
    if (nextDeadlineNanos() > nowNanos) {
      return List.of();
    }
    ArrayList<Endpoint> due = new ArrayList<>();
    int dialling = dialling();
    int near = near();
    changedSinceCounted = true;
    for (var entry : neighbours.entrySet()) {
      Neighbour neighbour = entry.getValue();
      if (neighbour.contact == Contact.APART
          && neighbour.dialNanos <= nowNanos
          && dialling < DIALS_MAX
          && (!neighbour.learnt || near < LEARNT_CONNECTIONS_MAX)
          && !bannedEndpoints.contains(entry.getKey())) {
        neighbour.contact = Contact.DIALLING;
        dialling++;
        near++;
        due.add(entry.getKey());
      }
    }
    return due;
  }

  private int dialling() {
    int dialling = 0;
    for (Neighbour neighbour : neighbours.values()) {
      dialling += neighbour.contact == Contact.DIALLING ? 1 : 0;
    }
    return dialling;
  }

  /** Those that are connected or being dialled. */
  private int near() {
    int near = 0;
    for (Neighbour neighbour : neighbours.values()) {
      near += neighbour.contact == Contact.APART ? 0 : 1;
    }
    return near;
  }

  void connected(Endpoint endpoint) {
    Neighbour neighbour = neighbours.get(endpoint);
    if (neighbour != null) {
      neighbour.contact = Contact.CONNECTED;
      changedSinceCounted = true;
    }
  }

  /** It said enough to be a peer: the next loss is a first one again. */
  void proved(Endpoint endpoint) {
    Neighbour neighbour = neighbours.get(endpoint);
    if (neighbour != null) {
      neighbour.failures = 0;
    }
  }

  /** A dial came to nothing, or a connection ended. */
  void apart(Endpoint endpoint, long nowNanos) {
    Neighbour neighbour = neighbours.get(endpoint);
    if (neighbour != null) {
      neighbour.contact = Contact.APART;
      long wait = settings.reconnectMinNanos() << Math.min(neighbour.failures++, 20);
      neighbour.dialNanos = nowNanos + Math.min(wait, settings.reconnectMaxNanos());
      changedSinceCounted = true;
      if (neighbour.learnt && neighbour.failures >= LEARNT_FAILURES_MAX) {
        neighbours.remove(endpoint);
      }
    }
  }

  void ban(PeerSession session) {
    changedSinceCounted = true;
    remember(bannedIds, session.facts().id());
    if (session.facts().dialled()) {
      remember(bannedEndpoints, session.endpoint());
    }
  }

  private static <T> void remember(SequencedSet<T> banned, T one) {
    if (banned.size() == BANNED_MAX) {
      banned.removeFirst();
    }
    banned.add(one);
  }

  boolean isBanned(PeerFacts facts) {
    return bannedIds.contains(facts.id())
        || (facts.dialled() && bannedEndpoints.contains(facts.remote()));
  }

  long nextDeadlineNanos() {
    if (changedSinceCounted) {
      changedSinceCounted = false;
      nextDialNanos = countNextDial();
    }
    return nextDialNanos;
  }

  private long countNextDial() {
    long next = Long.MAX_VALUE;
    if (dialling() >= DIALS_MAX) {
      return next; // the end of a dial is an event of its own
    }
    boolean room = near() < LEARNT_CONNECTIONS_MAX;
    for (var entry : neighbours.entrySet()) {
      if (entry.getValue().contact == Contact.APART
          && (room || !entry.getValue().learnt)
          && !bannedEndpoints.contains(entry.getKey())) {
        next = Math.min(next, entry.getValue().dialNanos);
      }
    }
    return next;
  }
}
