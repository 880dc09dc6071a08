package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.AgentMessage;
import io.seedfall.control.ControlApi;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.metrics.Meters;
import io.seedfall.planner.MachineState;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What one coordinator counts. Whoever does something says so here, in a few nanoseconds; what can
 * be looked at is looked at when somebody scrapes. A scrape waits for nobody: of the fleet it shows
 * what the control loop last published. Any thread.
 */
final class CoordinatorMeters {
  /** The attribute of a request that names its route. */
  static final String ROUTE = "seedfall.route";

  /** The route of the page's files. */
  static final String PAGE = "page";

  /** The route of whatever has none. */
  static final String OTHER = "other";

  private static final List<String> STATUSES = List.of("2xx", "3xx", "4xx", "5xx");
  private static final List<Duration> SHORT = millis(1, 5, 25, 100, 500, 1_000, 5_000);
  private static final List<Duration> ANSWERS = millis(5, 25, 100, 250, 1_000, 2_500, 10_000);
  private static final List<Duration> LONG =
      millis(1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000);

  /** Those of one route. */
  private record Answers(Map<String, LongAdder> byStatus, Meters.Stopwatch took) {}

  private final Meters meters = new Meters(CoordinatorMetrics.TABLE);
  private final Map<String, Answers> answers = new TreeMap<>();
  private final Map<Class<?>, LongAdder> received = byType(AgentMessage.class);
  private final Map<Class<?>, LongAdder> sent = byType(CoordinatorMessage.class);
  private final Map<DeploymentPhase, LongAdder> ended = new EnumMap<>(DeploymentPhase.class);
  private final LongAdder databaseAway = new LongAdder();
  private final LongAdder cut = new LongAdder();
  private final AtomicInteger sessions = new AtomicInteger();
  private final Meters.Stopwatch assignment;
  private final Meters.Stopwatch turn;
  private final Meters.Stopwatch lag;
  private final Meters.Stopwatch reads;
  private final Meters.Stopwatch writes;
  private volatile FleetFigures fleet = FleetFigures.NONE;

  CoordinatorMeters() {
    meters.gauge(CoordinatorMetrics.BUILD, () -> 1, Coordinator.version());
    assignment = meters.histogram(CoordinatorMetrics.ASSIGNMENT, LONG);
    turn = meters.histogram(CoordinatorMetrics.TURN, SHORT);
    lag = meters.histogram(CoordinatorMetrics.LAG, SHORT);
    reads = meters.histogram(CoordinatorMetrics.DATABASE, SHORT, "read");
    writes = meters.histogram(CoordinatorMetrics.DATABASE, SHORT, "write");
    meters.counter(CoordinatorMetrics.DATABASE_AWAY, databaseAway::sum);
    meters.counter(CoordinatorMetrics.CUT, cut::sum);
    meters.gauge(CoordinatorMetrics.SESSIONS, sessions::get);
    received.forEach((type, count) ->
        meters.counter(CoordinatorMetrics.RECEIVED, count::sum, word(type.getSimpleName())));
    sent.forEach((type, count) ->
        meters.counter(CoordinatorMetrics.SENT, count::sum, word(type.getSimpleName())));
    for (DeploymentPhase phase : DeploymentPhase.values()) {
      if (phase.isFinal()) {
        LongAdder count = new LongAdder();
        ended.put(phase, count);
        meters.counter(CoordinatorMetrics.ENDED, count::sum, word(phase.name()));
      }
      meters.gauge(
          CoordinatorMetrics.DEPLOYMENTS, () -> fleet.deployments(phase), word(phase.name()));
    }
    for (MachineState state : MachineState.values()) {
      meters.gauge(CoordinatorMetrics.MACHINES, () -> fleet.machines(state), word(state.name()));
    }
    meters.gauge(CoordinatorMetrics.AGENTS, () -> fleet.connected(), "connected");
    meters.gauge(CoordinatorMetrics.AGENTS, () -> fleet.away(), "away");
    meters.gauge(CoordinatorMetrics.PUBLISHERS, () -> fleet.publishers());
    meters.gauge(CoordinatorMetrics.PAUSED, () -> fleet.paused());
    meters.gauge(CoordinatorMetrics.HALTED, () -> fleet.halted() ? 1 : 0);
    meters.gauge(CoordinatorMetrics.STILL, () -> fleet.still());
    meters.gauge(CoordinatorMetrics.STRAGGLERS, () -> fleet.stragglers());
  }

  /** Looks at these from now on. Once. */
  void watch(
      Leadership leadership, Routes routes, BlockingCalls blocking, SteadyClock clock, int inbox) {
    meters.gauge(CoordinatorMetrics.LEADS, () -> leadership.epoch() == 0 ? 0 : 1);
    meters.gauge(CoordinatorMetrics.EPOCH, leadership::epoch);
    meters.gauge(CoordinatorMetrics.LEASE_LEFT, () -> leadership.leaseSeconds(clock.nowMillis()));
    meters.gauge(CoordinatorMetrics.INBOX, leadership::waiting);
    meters.gauge(CoordinatorMetrics.INBOX_MAX, () -> inbox);
    meters.gauge(CoordinatorMetrics.OLDEST, () -> leadership.oldestWaitNanos() / 1e9);
    meters.gauge(CoordinatorMetrics.BLOCKED, blocking::waiting);
    meters.gauge(CoordinatorMetrics.UNDER_WAY, routes::underWay);
    meters.gauge(CoordinatorMetrics.SUBSCRIBERS, routes::subscribers);
    for (Route route : routes.table()) {
      answers(name(route));
    }
    answers(PAGE);
    answers(OTHER);
  }

  private void answers(String route) {
    Map<String, LongAdder> byStatus = new TreeMap<>();
    for (String status : STATUSES) {
      LongAdder count = new LongAdder();
      byStatus.put(status, count);
      meters.counter(CoordinatorMetrics.REQUESTS, count::sum, route, status);
    }
    answers.put(
        route, new Answers(byStatus, meters.histogram(CoordinatorMetrics.REQUEST, ANSWERS, route)));
  }

  /** What a route is called here. */
  static String name(Route route) {
    return route.method() + " " + route.path();
  }

  // ---- what happens -------------------------------------------------------------------------

  /** A request was answered. */
  void answered(Context context, double millis) {
    Object route = context.attribute(ROUTE);
    String name = route instanceof Route known ? name(known) : route == null ? OTHER : PAGE;
    Answers counted = answers.get(name);
    if (counted == null) {
      return; // before the routes were known
    }
    LongAdder status = counted.byStatus().get(context.statusCode() / 100 + "xx");
    if (status != null) {
      status.increment();
    }
    boolean endless = route instanceof Route known && known.gives() instanceof Payload.Events;
    if (!endless) {
      counted.took().took((long) (millis * 1e6));
    }
  }

  void received(AgentMessage message) {
    count(received, message);
  }

  void sent(CoordinatorMessage message) {
    count(sent, message);
  }

  private static void count(Map<Class<?>, LongAdder> counts, Object message) {
    LongAdder count = counts.get(message.getClass());
    if (count == null) {
      throw new IllegalStateException("a message of no known type: " + message.getClass());
    }
    count.increment();
  }

  void sessionOpened() {
    sessions.incrementAndGet();
  }

  void sessionClosed() {
    sessions.decrementAndGet();
  }

  /** A session was cut off because it reads too slowly. */
  void sessionCut() {
    cut.increment();
  }

  void deploymentEnded(DeploymentPhase phase) {
    LongAdder count = ended.get(phase);
    if (count != null) {
      count.increment();
    }
  }

  void assignmentTook(long millis) {
    assignment.took(millis * 1_000_000);
  }

  void waited(long nanos) {
    lag.took(nanos);
  }

  void turned(long nanos) {
    turn.took(nanos);
  }

  void called(boolean write, long nanos) {
    (write ? writes : reads).took(nanos);
  }

  void databaseAway() {
    databaseAway.increment();
  }

  /** The fleet as it is now, or {@link FleetFigures#NONE} for who does not lead. */
  void fleet(FleetFigures now) {
    fleet = now;
  }

  // ---- what is asked ------------------------------------------------------------------------

  /** All of it, for Prometheus. */
  String scrape() {
    return meters.scrape();
  }

  private static Map<Class<?>, LongAdder> byType(Class<?> sealedType) {
    return Arrays.stream(sealedType.getPermittedSubclasses())
        .collect(Collectors.toUnmodifiableMap(Function.identity(), _ -> new LongAdder()));
  }

  private static String word(String name) {
    return name.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  private static List<Duration> millis(long... each) {
    return LongStream.of(each).mapToObj(Duration::ofMillis).toList();
  }

  /** The route that Prometheus reads. */
  List<Route> table() {
    return List.of(
        Route.get(
            ControlApi.METRICS,
            "Numbers for Prometheus (docs/metrics.md).",
            new Payload.File(Meters.CONTENT_TYPE, 0),
            (context, _) -> context.contentType(Meters.CONTENT_TYPE).result(scrape())));
  }
}
