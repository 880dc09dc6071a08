package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.seedfall.control.AgentView;
import io.seedfall.control.ArtifactReference;
import io.seedfall.control.ArtifactRequest;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.CapView;
import io.seedfall.control.ControlJson;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.Destination;
import io.seedfall.control.Page;
import io.seedfall.control.Problem;
import io.seedfall.control.RollbackRequest;
import io.seedfall.control.Selector;
import io.seedfall.control.StatusView;
import io.seedfall.planner.AgentCaps;
import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.CapScope;
import io.seedfall.planner.DeploymentPlan;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.Planner;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.planner.Refusal;
import io.seedfall.planner.RolloutPlan;
import io.seedfall.protocol.InfoHash;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The planner's driver and the owner of all that the coordinator knows: planner, sessions by name,
 * the catalog's rows. Only the thread of {@link ControlLoop} calls it. What the planner wants
 * stored and sent is collected until {@link #flush}: first the rows, in one transaction, then the
 * messages that rest on them.
 */
final class Control {
  /** How long the reader of a closed session has to hand over what it had read. */
  private static final long GONE_GRACE_MILLIS = 2_000;

  private static final String ID_LETTERS = "23456789bcdfghjkmnpqrstvwxz";
  private static final int ID_CHARS = 8;
  private static final Logger LOG = LoggerFactory.getLogger(Control.class);

  /** Made into words when it is sent: the words to ten thousand at once would fill the heap. */
  private sealed interface Outgoing {
    record Planned(AgentSession session, PlannerEffect.Send send) implements Outgoing {}

    record Welcome(AgentSession session, CoordinatorMessage.Welcome message) implements Outgoing {}
  }

  private final Limits limits;
  private final SteadyClock clock;
  private final Store store;
  private final Signatures signatures;
  private final Term term;
  private final Planner planner;
  private final SecureRandom random = new SecureRandom();
  private final TreeMap<String, AgentSession> sessions = new TreeMap<>();
  private final Set<AgentSession> greeting = new LinkedHashSet<>();
  private final List<PlannerEffect.Store> unstored = new ArrayList<>();
  private final List<HistoryRows.RequestKey> unstoredKeys = new ArrayList<>();
  private final List<Outgoing> outgoing = new ArrayList<>();
  private final Changes changes = new Changes();
  private final EventRing events;
  private final FleetTally tally;
  private PlannerEffect.@Nullable Answer answer;

  Control(Limits limits, SteadyClock clock, Store store, Term term, CoordinatorMeters meters) {
    this.limits = limits;
    this.clock = clock;
    this.store = store.ledBy(term);
    this.signatures = new Signatures(this.store);
    this.term = term;
    this.events = new EventRing(term.epoch() + "-" + Integer.toHexString(random.nextInt()));
    this.planner = new Planner(limits.planner(), text -> Selector.parse(text)::matches);
    List<DeploymentSnapshot> standing = store.standingDeployments();
    this.tally = new FleetTally(meters, standing);
    handle(new PlannerEvent.Restored(store.agents(), standing, store.halted(), store.caps()));
    flush();
  }

  // ---- sessions -----------------------------------------------------------------------------

  void opened(AgentSession session) {
    if (greeting.size() + sessions.size() >= limits.sessionsMax()) {
      session.refuse("this coordinator has " + limits.sessionsMax() + " sessions: try later");
      return;
    }
    greeting.add(session);
  }

  void greeted(AgentSession session, PlannerEvent.AgentJoined joined) {
    AgentFacts facts = joined.agent();
    if (!greeting.remove(session)) {
      return; // refused, or overdue
    }
    String name = facts.name();
    AgentSession before = sessions.get(name);
    if (before != null) {
      boolean dead =
          before.goneMillis() != Long.MAX_VALUE
              || clock.nowMillis() - before.heardMillis() > limits.overdueMillis();
      if (!dead) {
        session.refuse("an agent named " + name + " is connected already, from " + before.remote());
        return;
      }
      end(before, "replaced by a new session");
    }
    AgentSnapshot known = planner.agent(name);
    if (known != null && known.facts().role() != facts.role()) {
      session.refuse("the name " + name + " belongs to a machine: choose another for a publisher");
      return;
    }
    sessions.put(name, session);
    AgentCaps caps = planner.capsOf(facts);
    outgoing.add(
        new Outgoing.Welcome(
            session,
            new CoordinatorMessage.Welcome(
                "seedfall " + Coordinator.version(),
                limits.heartbeatMillis(),
                term.epoch(),
                caps.bytesPerSecond(),
                Translation.share(caps.zone()),
                Translation.share(caps.rack()))));
    handle(joined);
    LOG.info("{} joined from {} ({})", name, session.remote(), facts.role());
  }

  /** What a session said after its Hello; dropped when the session has been replaced. */
  void heard(AgentSession session, List<? extends PlannerEvent> events) {
    if (isCurrent(session)) {
      events.forEach(this::handle);
    }
  }

  void closed(AgentSession session) {
    greeting.remove(session);
    if (isCurrent(session)) {
      end(session, "connection closed");
    }
  }

  private boolean isCurrent(AgentSession session) {
    return sessions.get(session.name()) == session;
  }

  private void end(AgentSession session, String why) {
    sessions.remove(session.name());
    session.disconnect();
    handle(new PlannerEvent.AgentLeft(session.name()));
    LOG.info("{} left: {}", session.name(), why);
  }

  /** Looks at everything that has a deadline. */
  void sweep() {
    long now = clock.nowMillis();
    for (AgentSession session : new ArrayList<>(greeting)) {
      if (now - session.heardMillis() > limits.helloMillis()) {
        greeting.remove(session);
        session.refuse("no Hello within " + limits.helloMillis() + " ms");
      }
    }
    for (AgentSession session : new ArrayList<>(sessions.values())) {
      if (session.goneMillis() != Long.MAX_VALUE
          && now - session.goneMillis() > GONE_GRACE_MILLIS) {
        end(session, "connection closed");
      } else if (now - session.heardMillis() > limits.overdueMillis()) {
        end(session, "silent for " + (now - session.heardMillis()) + " ms");
      } else if (now > session.untilMillis()) {
        end(session, "certificate or token has expired");
      }
    }
    if (now >= planner.nextDeadlineMillis()) {
      handle(new PlannerEvent.TimeAdvanced());
    }
    tally.look(planner, now);
  }

  /** Whoever that is has no session any more, and hears no events. */
  void expel(String who, String why) {
    events.expel();
    for (AgentSession session : new ArrayList<>(greeting)) {
      if (session.who().equals(who)) {
        greeting.remove(session);
        session.refuse(why);
      }
    }
    for (AgentSession session : new ArrayList<>(sessions.values())) {
      if (session.who().equals(who)) {
        session.refuse(why);
        end(session, why);
      }
    }
  }

  /** The sessions of whoever that is may last until then. */
  void prolong(String who, long untilMillis) {
    sessions.values().stream()
        .filter(session -> session.who().equals(who))
        .forEach(session -> session.prolong(untilMillis));
  }

  void closeSessions(String why) {
    tally.end();
    events.close();
    greeting.forEach(session -> session.close(why));
    sessions.values().forEach(session -> session.close(why));
  }

  // ---- the planner's hands ------------------------------------------------------------------

  private void handle(PlannerEvent event) {
    changes.heard(event);
    planner.handle(event, clock.nowMillis());
    PlannerEffect effect;
    while ((effect = planner.pollEffect()) != null) {
      switch (effect) {
        case PlannerEffect.Store change -> {
          unstored.add(change);
          changes.stored(change);
          tally.stored(change);
        }
        case PlannerEffect.Send send -> {
          AgentSession session = sessions.get(send.agent());
          if (session != null) {
            outgoing.add(new Outgoing.Planned(session, send));
          }
        }
        case PlannerEffect.Answer given -> answer = given;
        case PlannerEffect.Notice(String what) -> LOG.warn("{}", what);
      }
    }
  }

  /** Makes durable what was decided, then says it. */
  void flush() {
    store.apply(unstored, unstoredKeys, clock.nowMillis());
    unstoredKeys.clear();
    for (PlannerEffect.Store change : unstored) {
      if (change instanceof PlannerEffect.DeploymentChanged(DeploymentSnapshot deployment)) {
        LOG.info(
            "{} {}: {}",
            deployment.plan().id(),
            Translation.name(deployment.state()),
            deployment.why());
      }
    }
    unstored.clear();
    term.require(clock.nowMillis()); // who may not lead any more says nothing to agents
    Translation translation = new Translation(sessions.size(), signatures::said);
    for (Outgoing next : outgoing) {
      switch (next) {
        case Outgoing.Welcome(AgentSession session, CoordinatorMessage.Welcome message) ->
            session.welcome(message);
        case Outgoing.Planned(AgentSession session, PlannerEffect.Send send) ->
            session.send(translation.message(send));
      }
    }
    outgoing.clear();
    Packet packet =
        changes.packet(
            clock.nowMillis(),
            planner.halted(),
            planner::deployment,
            name -> {
              AgentSnapshot agent = planner.agent(name);
              return agent == null ? null : view(agent, sessions.get(name));
            });
    if (packet != null) {
      events.add(packet);
    }
  }

  // ---- questions ----------------------------------------------------------------------------

  StatusView status() {
    int known = 0;
    int connected = 0;
    for (AgentSnapshot agent : planner.agents()) {
      if (agent.facts().role() == AgentRole.MACHINE) {
        known++;
        connected += agent.connected() ? 1 : 0;
      }
    }
    return new StatusView(
        Coordinator.version(),
        clock.startMillis(),
        connected,
        known,
        store.artifactCount(),
        planner.runningCount(),
        true,
        term.leader(),
        planner.halted());
  }

  /** Some of them; whoever asked makes the views, on any thread: of thousands that takes time. */
  Supplier<Page<AgentView>> agents(Cursor cursor) {
    List<AgentSnapshot> agents = planner.agents();
    Map<String, AgentSession> now = new HashMap<>(sessions);
    return () -> AgentPages.of(agents, cursor, agent -> view(agent, now.get(agent.facts().name())));
  }

  /** What connected machines have put where, by machine. */
  Map<String, Map<String, InfoHash>> inPlace() {
    return planner.inPlace();
  }

  List<AgentSnapshot> agentSnapshots() {
    return planner.agents();
  }

  private static AgentView view(AgentSnapshot agent, @Nullable AgentSession session) {
    return new AgentView(
        agent.facts().name(),
        Translation.kind(agent.facts().role()),
        agent.facts().labels(),
        agent.facts().endpoint().toString(),
        agent.connected(),
        session == null ? agent.awaySinceMillis() : session.heardMillis(),
        session == null ? -1 : session.freeBytes());
  }

  List<ArtifactView> views(List<StoredArtifact> artifacts) {
    return artifacts.stream().map(this::view).toList();
  }

  private ArtifactView view(StoredArtifact artifact) {
    return artifact.view(planner.fullCopies(artifact.infoHash()));
  }

  /** Those of these that stand, by id, without machines. */
  Map<String, DeploymentView> standing(Collection<String> ids) {
    Map<String, DeploymentView> views = new HashMap<>();
    for (String id : ids) {
      DeploymentSnapshot deployment = planner.deployment(id);
      if (deployment != null) {
        views.put(id, Translation.view(deployment, 0));
      }
    }
    return views;
  }

  /** One that stands; null when it does not, and so its rows tell all. */
  @Nullable DeploymentSnapshot standing(String id) {
    return planner.deployment(id);
  }

  /** Where a subscriber begins: of a deployment, or of the fleet when there is no id. */
  EventRoutes.Beginning begin(String id, String lastEventId) {
    Long place = events.place(lastEventId);
    return new EventRoutes.Beginning(
        events,
        place == null ? events.last() : place,
        place != null,
        place == null && !lastEventId.isEmpty()
            ? "the events behind " + lastEventId + " are not kept, or another coordinator had them"
            : "",
        planner.halted(),
        id.isEmpty() ? null : planner.deployment(id));
  }

  // ---- requests -----------------------------------------------------------------------------

  /** Whether there is room for one more, or it is there already. */
  void checkRoomForMetainfo(InfoHash infoHash) {
    if (store.metainfo(infoHash) == null && store.metainfoCount() >= limits.metainfosMax()) {
      throw limitReached(limits.metainfosMax() + " metainfo files are stored");
    }
  }

  boolean isStored(InfoHash infoHash) {
    return store.metainfo(infoHash) != null;
  }

  void addMetainfo(StoredMetainfo metainfo) {
    checkRoomForMetainfo(metainfo.infoHash());
    store.addMetainfo(metainfo, clock.nowMillis());
  }

  /**
   * Gives a name to content. Without a version: the newest, if that has the same content, else the
   * next number.
   */
  ArtifactView register(ArtifactRequest request) {
    ArtifactReference reference = new ArtifactReference(request.name(), request.version());
    InfoHash infoHash = InfoHash.parse(request.infoHash());
    StoredMetainfo content = store.metainfo(infoHash);
    if (content == null) {
      throw new RequestRefused(
          404,
          Problem.UNKNOWN_METAINFO,
          "no metainfo of " + infoHash + " is stored",
          "PUT it before its artifact is registered");
    }
    StoredArtifact before = store.artifact(reference);
    if (before != null && before.infoHash().equals(infoHash)) {
      return view(before);
    }
    if (before != null && !reference.newest()) {
      throw new RequestRefused(
          409, Problem.ARTIFACT_EXISTS, reference + " has other content already");
    }
    if (store.artifactCount() >= limits.artifactsMax()) {
      throw limitReached(limits.artifactsMax() + " artifacts are registered");
    }
    String version = reference.newest() ? store.nextVersion(reference.name()) : reference.version();
    StoredArtifact artifact =
        new StoredArtifact(reference.name(), version, content, clock.nowMillis());
    store.addArtifact(artifact);
    return view(artifact);
  }

  /** Adds what publishers signed of an artifact; gives all that is stored then. */
  byte[] addSigned(ArtifactReference reference, byte[] document) {
    return signatures.add(required(reference), document);
  }

  /** Stores the next root. */
  void addRoot(byte[] document) {
    signatures.addRoot(document);
  }

  /**
   * Makes a deployment; gives its id.
   *
   * @param key of the request, empty for none: the same key with the same request is the same
   *     deployment
   */
  String deploy(
      ArtifactReference reference,
      Selector selector,
      Destination destination,
      DeploymentRequest request,
      String key) {
    StoredArtifact artifact = required(reference);
    return once(
        key,
        ControlJson.encode(request),
        id ->
            new PlannerEvent.DeployRequested(
                new DeploymentPlan(
                    id,
                    artifact.facts(),
                    selector.toString(),
                    destination.path(),
                    clock.nowMillis(),
                    random.nextLong(),
                    Rollouts.plan(request.rollout()),
                    Rollouts.text(request.rollout()),
                    null,
                    request.by(),
                    "")));
  }

  /** Takes one back; gives the id of the deployment that does. */
  String rollBack(String id, RollbackRequest request, String key) {
    DeploymentSnapshot deployment = required(id);
    byte[] asked = (id + " " + request.toVersion()).getBytes(UTF_8);
    if (request.toVersion().isEmpty()) {
      return once(key, asked, newId -> new PlannerEvent.RollbackRequested(id, newId, request.by()));
    }
    DeploymentPlan plan = deployment.plan();
    StoredArtifact artifact =
        required(new ArtifactReference(plan.artifact().name(), request.toVersion()));
    return once(
        key,
        asked,
        newId ->
            new PlannerEvent.DeployRequested(
                new DeploymentPlan(
                    newId,
                    artifact.facts(),
                    plan.selector(),
                    plan.destination(),
                    clock.nowMillis(),
                    random.nextLong(),
                    RolloutPlan.PLAIN,
                    plan.options(),
                    null,
                    request.by(),
                    id)));
  }

  /** Makes a deployment, unless a request with this key has made it already. */
  private String once(String key, byte[] request, Function<String, PlannerEvent.Request> event) {
    String hash = key.isEmpty() ? "" : hash(request);
    if (!key.isEmpty()) {
      HistoryRows.RequestKey before = store.requestKey(key);
      for (HistoryRows.RequestKey unstoredKey : unstoredKeys) {
        before = unstoredKey.key().equals(key) ? unstoredKey : before;
      }
      if (before != null && !before.requestHash().equals(hash)) {
        throw new RequestRefused(
            409, Problem.KEY_REUSED, "that Idempotency-Key belongs to another request");
      }
      if (before != null) {
        return before.deploymentId();
      }
    }
    String id = newId();
    request(event.apply(id));
    if (!key.isEmpty()) {
      unstoredKeys.add(new HistoryRows.RequestKey(key, hash, id));
    }
    return id;
  }

  private static String hash(byte[] request) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(request));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Something else is to become of one that stands. */
  void change(String id, PlannerEvent.Request request) {
    required(id);
    request(request);
  }

  /** All transfers are to stand still, or to go on. */
  void halt(boolean halted) {
    request(new PlannerEvent.HaltRequested(halted));
  }

  /** Agents are to move no more than that, or as much as they can. */
  void cap(CapScope scope, long bytesPerSecond) {
    request(new PlannerEvent.CapRequested(scope, bytesPerSecond));
  }

  List<CapView> caps() {
    return Translation.caps(planner.caps());
  }

  private StoredArtifact required(ArtifactReference reference) {
    StoredArtifact artifact = store.artifact(reference);
    if (artifact == null) {
      throw new RequestRefused(
          404, Problem.UNKNOWN_ARTIFACT, "no artifact " + reference + " is registered");
    }
    return artifact;
  }

  private DeploymentSnapshot required(String id) {
    DeploymentSnapshot standing = planner.deployment(id);
    if (standing != null) {
      return standing;
    }
    DeploymentSnapshot over = store.deployment(id);
    throw over == null
        ? RequestRefused.unknownDeployment()
        : new RequestRefused(
            409,
            Problem.ALREADY_FINISHED,
            "deployment " + id + " is over, " + over.state().words());
  }

  private void request(PlannerEvent.Request event) {
    answer = null;
    handle(event);
    switch (answer) {
      case PlannerEffect.Accepted _ -> {}
      case PlannerEffect.Refused(String id, Refusal refusal, String why) -> {
        DeploymentSnapshot over = refusal == Refusal.NOT_RUNNING ? planner.deployment(id) : null;
        throw RequestRefused.inWords(
            409,
            code(refusal),
            over == null ? why : why + ", it is " + Translation.phase(over.state()));
      }
      case null -> throw new IllegalStateException("no answer to " + event);
    }
  }

  private static String code(Refusal refusal) {
    return switch (refusal) {
      case NO_MATCHING_AGENTS -> Problem.NO_MATCHING_AGENTS;
      case NO_FULL_COPY -> Problem.NO_FULL_COPY;
      case NO_REACHABLE_COPY -> Problem.NO_REACHABLE_COPY;
      case LIMIT_REACHED -> Problem.LIMIT_REACHED;
      case NOT_RUNNING -> Problem.ALREADY_FINISHED;
      case NOT_STAGED -> Problem.NOT_STAGED;
      case NOTHING_TO_CHANGE -> Problem.NOTHING_TO_CHANGE;
      case NO_VERSION_BEFORE -> Problem.NO_VERSION_BEFORE;
    };
  }

  private static RequestRefused limitReached(String what) {
    return new RequestRefused(409, Problem.LIMIT_REACHED, what + ", more is not allowed");
  }

  /** Unique for ever, even for agents that remember an older state directory. */
  private String newId() {
    while (true) {
      StringBuilder id = new StringBuilder();
      for (int i = 0; i < ID_CHARS; i++) {
        id.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
      }
      if (!store.hasDeployment(id.toString())) {
        return id.toString();
      }
    }
  }
}
