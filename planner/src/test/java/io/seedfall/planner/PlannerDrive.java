package io.seedfall.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A driver that writes effects down as lines and keeps what it was told to store. A star marks a
 * contact that holds all.
 */
final class PlannerDrive {
  static final PlannerSettings SETTINGS =
      new PlannerSettings(600_000, 300_000, 20, 40, 40, 3, 8, 12, 1_000);
  static final PlannerSettings SMALL =
      new PlannerSettings(600_000, 300_000, 20, 40, 40, 3, 8, 12, 4);
  static final InfoHash CONTENT = InfoHash.parse("ab".repeat(32));

  final Planner planner;
  long now = 1_000_000;
  private final PlannerSettings settings;
  private final List<String> lines = new ArrayList<>();

  /** What machines have in place, by machine and destination. */
  private final Map<String, Map<String, InfoHash>> installed = new TreeMap<>();

  private final Map<String, DeploymentSnapshot> storedDeployments = new LinkedHashMap<>();
  private final Map<String, TreeMap<String, MachineSnapshot>> storedMachines = new TreeMap<>();
  private final TreeMap<String, AgentSnapshot> storedAgents = new TreeMap<>();
  private boolean halted;
  private final List<Cap> storedCaps = new ArrayList<>();

  /** What machines were told last that they may move. */
  private final TreeMap<String, AgentCaps> toldCaps = new TreeMap<>();

  /** What machines were told last that they may receive, by deployment and machine. */
  private final TreeMap<String, TreeMap<String, Long>> toldShares = new TreeMap<>();

  PlannerDrive() {
    this(SETTINGS);
  }

  PlannerDrive(PlannerSettings settings) {
    this.settings = settings;
    this.planner = new Planner(settings, PlannerDrive::selector);
  }

  /** A new planner that knows what this one stored. */
  PlannerDrive restarted() {
    PlannerDrive after = new PlannerDrive(settings);
    after.now = now;
    after.storedDeployments.putAll(storedDeployments);
    after.storedMachines.putAll(storedMachines);
    after.storedAgents.putAll(storedAgents);
    after.installed.putAll(installed);
    List<DeploymentSnapshot> standing =
        storedDeployments.values().stream()
            .filter(DeploymentSnapshot::standing)
            .map(d -> withMachines(d, new ArrayList<>(machinesOf(d.plan().id()).values())))
            .toList();
    after.halted = halted;
    after.storedCaps.addAll(storedCaps);
    after.handle(
        new PlannerEvent.Restored(
            new ArrayList<>(storedAgents.values()), standing, halted, List.copyOf(storedCaps)));
    return after;
  }

  private static DeploymentSnapshot withMachines(
      DeploymentSnapshot d, List<MachineSnapshot> machines) {
    return new DeploymentSnapshot(
        d.plan(),
        d.state(),
        d.why(),
        d.finishedMillis(),
        d.begunWave(),
        d.waveCount(),
        d.paused(),
        d.pace(),
        d.open(),
        d.standing(),
        d.holders(),
        machines);
  }

  /** {@code all} or one {@code key=value}. */
  private static Predicate<Map<String, String>> selector(String text) {
    String[] term = text.split("=", -1);
    return labels -> term.length == 1 || term[1].equals(labels.get(term[0]));
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  DeploymentSnapshot running(String id) {
    return Objects.requireNonNull(planner.deployment(id));
  }

  boolean isConnected(String name) {
    AgentSnapshot agent = planner.agent(name);
    return agent != null && agent.connected();
  }

  String anyRunning(RandomGenerator random, String otherwise) {
    List<DeploymentSnapshot> running =
        planner.standing().stream().filter(d -> !d.state().isFinal()).toList();
    return running.isEmpty() ? otherwise : running.get(random.nextInt(running.size())).plan().id();
  }

  List<String> publisher(String name) {
    return publisher(name, Place.LOOPBACK);
  }

  List<String> publisher(String name, Place place) {
    AgentFacts facts =
        new AgentFacts(
            name, AgentRole.PUBLISHER, new TreeMap<>(), new Endpoint("127.0.0.1", 1), place);
    return handle(new PlannerEvent.AgentJoined(facts, List.of(CONTENT), Map.of()));
  }

  void machines(String... names) {
    for (String name : names) {
      machine(name, Map.of());
    }
  }

  List<String> machine(String name, Map<String, String> labels) {
    return machine(name, labels, "127.0.0.1:2", Place.LOOPBACK);
  }

  List<String> machine(String name, Place place) {
    return machine(name, Map.of(), "10.0.0.7:2", place);
  }

  private List<String> machine(
      String name, Map<String, String> labels, String endpoint, Place place) {
    AgentFacts facts =
        new AgentFacts(
            name, AgentRole.MACHINE, new TreeMap<>(labels), Endpoint.parse(endpoint), place);
    toldCaps.put(name, planner.capsOf(facts));
    Map<String, InfoHash> inPlace = installed.getOrDefault(name, Map.of());
    return handle(
        new PlannerEvent.AgentJoined(
            facts, new ArrayList<>(new TreeSet<>(inPlace.values())), new TreeMap<>(inPlace)));
  }

  List<String> join(String name) {
    return machine(name, Map.of());
  }

  List<String> joinAt(String name, String endpoint) {
    return machine(name, Map.of(), endpoint, Place.LOOPBACK);
  }

  List<String> leave(String name) {
    return handle(new PlannerEvent.AgentLeft(name));
  }

  List<String> holds(String name, boolean complete) {
    return handle(new PlannerEvent.AgentHolds(name, CONTENT, complete));
  }

  List<String> deploy(String id, String selector) {
    return deploy(id, selector, "models/current");
  }

  List<String> deploy(String id, String selector, String destination) {
    return deploy(id, selector, destination, CONTENT, RolloutPlan.PLAIN);
  }

  List<String> deploy(String id, RolloutPlan rollout) {
    return deploy(id, "all", "models/current", CONTENT, rollout);
  }

  /** Another content is another version. */
  List<String> deploy(
      String id, String selector, String destination, InfoHash content, RolloutPlan rollout) {
    String version = content.equals(CONTENT) ? "1" : content.hex().substring(0, 2);
    return handle(
        new PlannerEvent.DeployRequested(
            new DeploymentPlan(
                id,
                new ArtifactFacts(content, "model", version, 100, 1 << 20),
                selector,
                destination,
                now,
                77,
                rollout,
                "",
                null,
                "ann",
                "")));
  }

  List<String> cancel(String id) {
    return handle(new PlannerEvent.CancelRequested(id, "cancelled"));
  }

  List<String> report(String name, String id, MachineState state, String why, long bytesDone) {
    DeploymentSnapshot deployment = planner.deployment(id);
    if (state == MachineState.INSTALLED && deployment != null) {
      installed
          .computeIfAbsent(name, _ -> new TreeMap<>())
          .put(deployment.plan().destination(), deployment.plan().artifact().infoHash());
    }
    return handle(
        new PlannerEvent.AgentReported(name, id, state, why, new Progress(bytesDone, 0, 0, 0)));
  }

  List<String> installed(String id, String... names) {
    List<String> all = new ArrayList<>();
    for (String name : names) {
      all.addAll(report(name, id, MachineState.INSTALLED, "", 100));
    }
    return all;
  }

  /** The machine was set up anew: nothing is in place any more. */
  void reimaged(String name) {
    installed.remove(name);
  }

  List<String> pass(long millis) {
    now += millis;
    return handle(new PlannerEvent.TimeAdvanced());
  }

  List<String> handle(PlannerEvent event) {
    lines.clear();
    planner.handle(event, now);
    for (@Nullable PlannerEffect effect = planner.pollEffect();
        effect != null;
        effect = planner.pollEffect()) {
      lines.add(carryOut(effect));
    }
    return lines();
  }

  /** What is stored is what is so. */
  void checkStore() {
    storedDeployments.forEach((id, snapshot) -> {
      DeploymentSnapshot standing = planner.deployment(id);
      assertThat(standing != null).as(id).isEqualTo(snapshot.standing());
      if (standing == null) {
        assertThat(snapshot.state().isFinal()).as(id).isTrue();
        for (MachineSnapshot machine : machinesOf(id).values()) {
          assertThat(machine.state().isFinal()).as(id).isTrue();
        }
      } else {
        assertThat(withMachines(snapshot, List.of())).isEqualTo(withMachines(standing, List.of()));
        assertThat(states(machinesOf(id).values())).isEqualTo(states(standing.machines()));
      }
    });
    assertThat(planner.halted()).isEqualTo(halted);
    assertThat(planner.caps()).containsExactlyInAnyOrderElementsOf(storedCaps);
  }

  /** What machines that are there were told is never more than what was to be divided. */
  void checkShares() {
    for (Cap cap : storedCaps) {
      if (cap.scope() instanceof CapScope.Uplink(Boundary boundary, String place)) {
        long sent = 0;
        long received = 0;
        for (AgentSnapshot agent : planner.agents()) {
          if (agent.connected() && Fleet.place(agent.facts(), boundary).equals(place)) {
            AgentCaps caps = Objects.requireNonNull(toldCaps.get(agent.facts().name()));
            AgentCaps.Share share = boundary == Boundary.ZONE ? caps.zone() : caps.rack();
            assertThat(share.sendBytesPerSecond()).as(agent.toString()).isPositive();
            assertThat(share.receiveBytesPerSecond()).as(agent.toString()).isPositive();
            sent += share.sendBytesPerSecond();
            received += share.receiveBytesPerSecond();
          }
        }
        assertThat(sent).as(cap.toString()).isLessThanOrEqualTo(cap.bytesPerSecond());
        assertThat(received).as(cap.toString()).isLessThanOrEqualTo(cap.bytesPerSecond());
      }
    }
    for (DeploymentSnapshot deployment : planner.standing()) {
      checkSum(deployment, toldShares.getOrDefault(deployment.plan().id(), new TreeMap<>()));
    }
  }

  private void checkSum(DeploymentSnapshot deployment, Map<String, Long> told) {
    if (halted) {
      return; // nothing moves, and who comes is told nothing
    }
    long rate = deployment.pace().receivedBytesPerSecond();
    long sum = 0;
    for (MachineSnapshot machine : deployment.machines()) {
      boolean fetches =
          machine.state() == MachineState.WAITING || machine.state() == MachineState.FETCHING;
      Long share = told.get(machine.agent());
      if (rate > 0 && fetches && isConnected(machine.agent()) && share != null) {
        assertThat(share).as(machine.toString()).isPositive();
        sum += share;
      }
    }
    assertThat(sum).as(deployment.toString()).isLessThanOrEqualTo(rate);
  }

  private void noteShare(String id, String agent, Pace pace) {
    toldShares.computeIfAbsent(id, _ -> new TreeMap<>()).put(agent, pace.receivedBytesPerSecond());
  }

  private static List<String> states(Collection<MachineSnapshot> machines) {
    return machines.stream().map(m -> m.agent() + " " + m.state() + " " + m.why()).toList();
  }

  private Map<String, MachineSnapshot> machinesOf(String id) {
    return storedMachines.computeIfAbsent(id, _ -> new TreeMap<>());
  }

  private String carryOut(PlannerEffect effect) {
    return switch (effect) {
      case PlannerEffect.Send send -> said(send);
      case PlannerEffect.Store change -> stored(change);
      case PlannerEffect.Accepted(String id) -> "accepted " + id;
      case PlannerEffect.Refused(String id, Refusal refusal, String why) ->
          "refused " + id + " " + refusal + " " + why;
      case PlannerEffect.Notice(String what) -> "notice " + what;
    };
  }

  private String said(PlannerEffect.Send send) {
    switch (send) {
      case PlannerEffect.SetCaps(String agent, AgentCaps caps) -> toldCaps.put(agent, caps);
      case PlannerEffect.SetPace(String agent, String id, Pace pace, boolean _) ->
          noteShare(id, agent, pace);
      case PlannerEffect.Assign assign ->
          noteShare(assign.plan().id(), assign.agent(), assign.pace());
      case PlannerEffect.Activate _,
          PlannerEffect.CheckHealth _,
          PlannerEffect.Halt _,
          PlannerEffect.Withdraw _,
          PlannerEffect.Seed _,
          PlannerEffect.Neighbours _ -> {}
    }
    return switch (send) {
      case PlannerEffect.Assign assign ->
          assign.agent()
              + (assign.stage() ? ": stage " : ": assign ")
              + assign.plan().id()
              + " with"
              + text(assign.contacts())
              + text(assign.pace(), false)
              + (assign.attempt() == 1 ? "" : " attempt " + assign.attempt());
      case PlannerEffect.Activate(String agent, String id) -> agent + ": activate " + id;
      case PlannerEffect.SetPace(String agent, String id, Pace pace, boolean paused) ->
          agent + ": pace " + id + text(pace, paused);
      case PlannerEffect.CheckHealth(String agent, String id, String hook) ->
          agent + ": health " + id + " " + hook;
      case PlannerEffect.Halt(String agent, boolean stop) -> agent + (stop ? ": halt" : ": go");
      case PlannerEffect.SetCaps(String agent, AgentCaps caps) -> agent + ": cap " + text(caps);
      case PlannerEffect.Withdraw(String agent, String id, String why) ->
          agent + ": withdraw " + id + " " + why;
      case PlannerEffect.Seed seed ->
          seed.agent()
              + ": seed"
              + (seed.source() ? " source to" : " to")
              + text(seed.contacts())
              + text(seed.pace(), seed.paused());
      case PlannerEffect.Neighbours(String agent, String id, List<Contact> contacts) ->
          agent + ": neighbours " + id + text(contacts);
    };
  }

  private String stored(PlannerEffect.Store change) {
    return switch (change) {
      case PlannerEffect.HaltStored(boolean stop) -> {
        halted = stop;
        yield "store halted " + stop;
      }
      case PlannerEffect.CapStored(CapScope scope, long rate) -> {
        storedCaps.removeIf(cap -> cap.scope().equals(scope));
        if (rate > 0) {
          storedCaps.add(new Cap(scope, rate));
        }
        yield "store cap " + (scope.isUplink() ? "uplink " : "") + scope.selector() + " " + rate;
      }
      case PlannerEffect.AgentStored(AgentSnapshot agent) -> {
        storedAgents.put(agent.facts().name(), agent);
        yield "store agent " + agent.facts().name() + (agent.connected() ? " connected" : " away");
      }
      case PlannerEffect.AgentForgotten(String agent) -> {
        storedAgents.remove(agent);
        yield "forget " + agent;
      }
      case PlannerEffect.DeploymentCreated(DeploymentSnapshot d) -> {
        storedDeployments.put(d.plan().id(), d);
        for (MachineSnapshot machine : d.machines()) {
          machinesOf(d.plan().id()).put(machine.agent(), machine);
        }
        yield "store "
            + line(d)
            + "; holders "
            + String.join(" ", d.holders().stream().map(DeploymentSnapshot.Holder::agent).toList())
            + "; "
            + String.join(
                ", ", d.machines().stream().map(m -> m.agent() + " " + m.state()).toList());
      }
      case PlannerEffect.HolderAdded(String id, String agent, int position, int wave) -> {
        DeploymentSnapshot d = Objects.requireNonNull(storedDeployments.get(id));
        List<DeploymentSnapshot.Holder> holders = new ArrayList<>(d.holders());
        holders.add(new DeploymentSnapshot.Holder(agent, wave));
        storedDeployments.put(id, withHolders(d, holders));
        yield "store " + id + " holder " + agent + " " + position;
      }
      case PlannerEffect.DeploymentChanged(DeploymentSnapshot d) -> {
        storedDeployments.put(d.plan().id(), d);
        yield "store " + line(d);
      }
      case PlannerEffect.MachineChanged(String id, MachineSnapshot m) -> {
        machinesOf(id).put(m.agent(), m);
        yield "store "
            + id
            + " "
            + m.agent()
            + " "
            + m.state()
            + " "
            + m.why()
            + " "
            + m.progress().bytesDone();
      }
    };
  }

  private static DeploymentSnapshot withHolders(
      DeploymentSnapshot d, List<DeploymentSnapshot.Holder> holders) {
    return new DeploymentSnapshot(
        d.plan(),
        d.state(),
        d.why(),
        d.finishedMillis(),
        d.begunWave(),
        d.waveCount(),
        d.paused(),
        d.pace(),
        d.open(),
        d.standing(),
        holders,
        d.machines());
  }

  private static String line(DeploymentSnapshot d) {
    return d.plan().id() + " " + name(d.state()) + (d.standing() ? " " : " retired ") + d.why();
  }

  /** {@code ROLLING}, or {@code ROLLING 1} from the second wave on. */
  private static String name(DeploymentState state) {
    String name = state.getClass().getSimpleName().toUpperCase(Locale.ROOT);
    int wave = state.isFinal() ? 0 : state.wave();
    return wave > 0 ? name + " " + wave : name;
  }

  private static String text(Pace pace, boolean paused) {
    return (pace.priority() == Pace.Priority.NORMAL ? "" : " " + pace.priority())
        + (pace.maxBytesPerSecond() == 0 ? "" : " " + pace.maxBytesPerSecond())
        + (pace.receivedBytesPerSecond() == 0 ? "" : " in " + pace.receivedBytesPerSecond())
        + (paused ? " paused" : "");
  }

  private static String text(AgentCaps caps) {
    return caps.bytesPerSecond() + text(" zone ", caps.zone()) + text(" rack ", caps.rack());
  }

  private static String text(String which, AgentCaps.Share share) {
    return share.equals(AgentCaps.Share.OPEN)
        ? ""
        : which + share.sendBytesPerSecond() + "/" + share.receiveBytesPerSecond();
  }

  private static String text(List<Contact> contacts) {
    StringBuilder text = new StringBuilder();
    for (Contact contact : contacts) {
      text.append(' ').append(contact.name()).append(contact.holdsAll() ? "*" : "");
    }
    return text.toString();
  }
}
