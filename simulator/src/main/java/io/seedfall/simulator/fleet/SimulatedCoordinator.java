package io.seedfall.simulator.fleet;

import io.seedfall.planner.Planner;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Drives the planner as the product's Control and ControlLoop do: a turn takes what waits, lets the
 * planner decide, stores all of it in one transaction, then sends, then answers those who asked. It
 * can be killed at each step of that, and begins anew with what was stored.
 */
final class SimulatedCoordinator {
  /** How often the product looks whether something is due. */
  private static final int SWEEP_MILLIS = 250;

  private static final int BATCH_MAX = 4;

  private sealed interface Post {
    record Greeted(Session session, PlannerEvent.AgentJoined hello) implements Post {}

    record Heard(Session session, PlannerEvent event) implements Post {}

    record Closed(Session session) implements Post {}

    record Asked(PlannerEvent.Request request, Consumer<PlannerEffect.Answer> asker)
        implements Post {}

    record Sweep() implements Post {}
  }

  /** What leaves when the rows are stored: a Welcome when there is no message. */
  private record Outgoing(Session session, PlannerEffect.@Nullable Send message) {}

  private record Answered(
      Consumer<PlannerEffect.Answer> asker,
      PlannerEvent.Request request,
      PlannerEffect.Answer answer) {}

  private final FleetSimulation fleet;
  private final StoredRows rows;
  private final ArrayDeque<Post> inbox = new ArrayDeque<>();
  private final TreeMap<String, Session> sessions = new TreeMap<>();
  private final List<Session> opened = new ArrayList<>();
  private final List<PlannerEffect.Store> unstored = new ArrayList<>();
  private final List<Outgoing> outgoing = new ArrayList<>();
  private final List<Answered> answered = new ArrayList<>();
  private @Nullable PlannerDriver planner;
  private PlannerEffect.@Nullable Answer answer;
  private long term;
  private long steps;
  private long deaths;
  private long dieAtStep = Long.MAX_VALUE;
  private long downMillis;
  private boolean turnIsDue;
  private boolean sweepIsDue;

  SimulatedCoordinator(FleetSimulation fleet, StoredRows rows) {
    this.fleet = fleet;
    this.rows = rows;
  }

  /** {@code all}, or one {@code key=value}. */
  static Predicate<Map<String, String>> selector(String text) {
    String[] term = text.split("=", -1);
    return labels -> term.length == 1 || term[1].equals(labels.get(term[0]));
  }

  // ---- its life ---------------------------------------------------------------------------

  boolean isUp() {
    return planner != null;
  }

  /** The planner of this life, null while nobody leads. */
  @Nullable Planner planner() {
    return planner == null ? null : planner.planner();
  }

  boolean isConnected(String name) {
    return sessions.containsKey(name);
  }

  /** Steps at which it could have been killed so far, over all lives. */
  long steps() {
    return steps;
  }

  /** How often it was killed. */
  long deaths() {
    return deaths;
  }

  /** It is killed when it comes to that step, and another one begins after so long. */
  void dieAt(long step, long millis) {
    dieAtStep = step;
    downMillis = millis;
  }

  void start() {
    term++;
    turnIsDue = false;
    sweepIsDue = false;
    planner = fleet.driver();
    fleet.say("coordinator", "begins, term " + term);
    handle(rows.restored());
    flush();
  }

  private boolean dies() {
    if (++steps < dieAtStep) {
      return false;
    }
    dieAtStep = Long.MAX_VALUE;
    fleet.say("coordinator", "is killed at step " + steps);
    deaths++;
    planner = null;
    term++;
    inbox.clear();
    unstored.clear();
    outgoing.clear();
    answered.clear();
    sessions.clear();
    for (Session session : opened) {
      session.coordinatorClosed();
      // What is on its way may arrive or not: the agent stops listening at any time from now.
      fleet
          .agenda()
          .in(
              fleet.below(2 * FleetSimulation.LATENCY_MAX_MILLIS),
              () -> {
                if (session.carries()) {
                  session.line().lost(session);
                }
              });
    }
    opened.clear();
    fleet.agenda().in(downMillis, this::start);
    return true;
  }

  // ---- what comes in ----------------------------------------------------------------------

  /** An agent connects; null when nobody listens. */
  @Nullable Session open(Line line) {
    if (planner == null) {
      return null;
    }
    Session session = new Session(line, term);
    session.heard(fleet.agenda().nowMillis());
    opened.add(session);
    return session;
  }

  void hello(Session session, PlannerEvent.AgentJoined hello) {
    arrive(session, new Post.Greeted(session, hello));
  }

  void say(Session session, PlannerEvent event) {
    arrive(session, new Post.Heard(session, event));
  }

  private void arrive(Session session, Post post) {
    long now = fleet.agenda().nowMillis();
    long at = session.upAt(now, fleet.latencyMillis());
    fleet
        .agenda()
        .in(
            at - now,
            () -> {
              if (session.carries() && session.isCoordinatorOpen() && session.term() == term) {
                session.heard(fleet.agenda().nowMillis());
                post(post);
              }
            });
  }

  /**
   * A session has ended at the agent's side.
   *
   * @param atOnce whether that is told, or found out by silence
   */
  void hearsOfEnd(Session session, boolean atOnce) {
    long millis = atOnce && session.carries() ? fleet.latencyMillis() : Line.SILENT_MILLIS;
    fleet
        .agenda()
        .in(
            millis,
            () -> {
              if (session.isCoordinatorOpen() && session.term() == term) {
                session.coordinatorClosed();
                post(new Post.Closed(session));
              }
            });
  }

  /** Somebody asks; when it is killed meanwhile nobody answers. */
  void ask(PlannerEvent.Request request, Consumer<PlannerEffect.Answer> asker) {
    if (planner != null) {
      post(new Post.Asked(request, asker));
    }
  }

  private void post(Post post) {
    inbox.add(post);
    turnLater();
  }

  private void turnLater() {
    if (!turnIsDue) {
      turnIsDue = true;
      long now = term;
      fleet
          .agenda()
          .in(
              fleet.below(3),
              () -> {
                if (term == now) {
                  turnIsDue = false;
                  turn();
                }
              });
    }
  }

  // ---- a turn -----------------------------------------------------------------------------

  private void turn() {
    int batch = 1 + fleet.below(BATCH_MAX);
    for (int taken = 0; taken < batch && !inbox.isEmpty(); taken++) {
      carryOut(inbox.remove());
    }
    if (!inbox.isEmpty()) {
      turnLater();
    }
    flush();
  }

  private void carryOut(Post post) {
    switch (post) {
      case Post.Greeted(Session session, PlannerEvent.AgentJoined hello) -> greeted(session, hello);
      case Post.Heard(Session session, PlannerEvent event) -> {
        if (sessions.get(session.name()) == session) {
          handle(event);
        }
      }
      case Post.Closed(Session session) -> {
        opened.remove(session);
        if (sessions.get(session.name()) == session) {
          end(session);
        }
      }
      case Post.Asked(PlannerEvent.Request request, Consumer<PlannerEffect.Answer> asker) -> {
        answer = null;
        handle(request);
        if (answer == null) {
          throw new FleetViolation("every request is answered", request.toString());
        }
        answered.add(new Answered(asker, request, answer));
      }
      case Post.Sweep() -> {
        PlannerDriver leading = planner;
        if (leading != null && fleet.agenda().nowMillis() >= leading.nextDeadlineMillis()) {
          handle(new PlannerEvent.TimeAdvanced());
        }
      }
    }
  }

  private void greeted(Session session, PlannerEvent.AgentJoined hello) {
    Session before = sessions.get(session.name());
    if (before != null) {
      boolean dead =
          !before.isCoordinatorOpen()
              || fleet.agenda().nowMillis() - before.heardMillis() > Line.SILENT_MILLIS;
      if (!dead) {
        opened.remove(session);
        session.coordinatorClosed();
        fleet.agenda().in(fleet.latencyMillis(), () -> session.line().refused(session));
        return;
      }
      end(before);
    }
    sessions.put(session.name(), session);
    outgoing.add(new Outgoing(session, null));
    Planner leading = planner();
    if (leading != null) {
      fleet.checks().welcomed(session.name(), leading.capsOf(hello.agent()));
    }
    handle(hello);
  }

  private void end(Session session) {
    sessions.remove(session.name());
    session.coordinatorClosed();
    opened.remove(session);
    fleet.agenda().in(fleet.latencyMillis(), () -> session.line().lost(session));
    handle(new PlannerEvent.AgentLeft(session.name()));
  }

  private void handle(PlannerEvent event) {
    PlannerDriver leading = planner;
    if (leading == null) {
      throw new IllegalStateException("nobody leads");
    }
    fleet.say("<", event);
    for (PlannerEffect effect : leading.handle(event, fleet.agenda().nowMillis())) {
      fleet.say(">", effect);
      switch (effect) {
        case PlannerEffect.Store change -> unstored.add(change);
        case PlannerEffect.Send send -> {
          Session session = sessions.get(send.agent());
          if (session != null) {
            fleet.checks().said(send);
            outgoing.add(new Outgoing(session, send));
          }
        }
        case PlannerEffect.Answer given -> answer = given;
        case PlannerEffect.Notice _ -> {}
      }
    }
  }

  private void flush() {
    if (dies()) { // decided, and nothing stored
      return;
    }
    rows.apply(unstored);
    unstored.clear();
    fleet.checks().afterTurn();
    if (dies()) { // stored, and nothing said
      return;
    }
    List<Outgoing> all = new ArrayList<>(outgoing);
    outgoing.clear();
    for (Outgoing next : all) {
      send(next);
      if (dies()) { // said to some
        return;
      }
    }
    List<Answered> due = new ArrayList<>(answered);
    answered.clear();
    for (Answered next : due) {
      fleet.checks().answered(next.request(), next.answer());
      next.asker().accept(next.answer());
    }
    sweepLater();
  }

  private void send(Outgoing next) {
    Session session = next.session();
    PlannerEffect.Send message = next.message();
    if (message != null) {
      fleet.checks().sent(message);
    }
    long now = fleet.agenda().nowMillis();
    long at = session.downAt(now, fleet.latencyMillis());
    fleet
        .agenda()
        .in(
            at - now,
            () -> {
              if (session.carries() && session.isAgentOpen()) {
                if (message == null) {
                  session.line().welcomed(session);
                } else {
                  session.line().heard(session, message);
                }
              }
            });
  }

  private void sweepLater() {
    PlannerDriver leading = planner;
    if (leading == null || sweepIsDue || leading.nextDeadlineMillis() == Long.MAX_VALUE) {
      return;
    }
    sweepIsDue = true;
    long now = term;
    long millis = Math.max(0, leading.nextDeadlineMillis() - fleet.agenda().nowMillis());
    fleet
        .agenda()
        .in(
            millis + fleet.below(SWEEP_MILLIS),
            () -> {
              if (term == now) {
                sweepIsDue = false;
                post(new Post.Sweep());
              }
            });
  }
}
