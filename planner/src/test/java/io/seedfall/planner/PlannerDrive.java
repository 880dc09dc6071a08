package io.seedfall.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A driver that writes effects down as lines and keeps what it was told to store. A star marks a
 * contact that holds all.
 */
final class PlannerDrive {
  static final PlannerSettings SETTINGS =
      new PlannerSettings(600_000, 300_000, 20, 40, 40, 3, 8, 1_000);
  static final PlannerSettings SMALL = new PlannerSettings(600_000, 300_000, 20, 40, 40, 3, 8, 4);
  private static final InfoHash CONTENT = InfoHash.parse("ab".repeat(32));

  final Planner planner;
  long now = 1_000_000;
  private final PlannerSettings settings;
  private final List<String> lines = new ArrayList<>();
  private final Map<String, DeploymentSnapshot> storedDeployments = new LinkedHashMap<>();
  private final Map<String, TreeMap<String, MachineSnapshot>> storedMachines = new TreeMap<>();
  private final TreeMap<String, AgentSnapshot> storedAgents = new TreeMap<>();

  PlannerDrive() {
    this(SETTINGS);
  }

  PlannerDrive(PlannerSettings settings) {
    this.settings = settings;
    this.planner = new Planner(settings);
  }

  /** A new planner that knows what this one stored. */
  PlannerDrive restarted() {
    PlannerDrive after = new PlannerDrive(settings);
    after.now = now;
    List<DeploymentSnapshot> running = new ArrayList<>();
    storedDeployments.forEach((id, snapshot) -> {
      if (!snapshot.state().isFinal()) {
        running.add(snapshot);
      }
    });
    after.storedDeployments.putAll(storedDeployments);
    after.storedMachines.putAll(storedMachines);
    after.storedAgents.putAll(storedAgents);
    List<DeploymentSnapshot> fresh =
        running.stream()
            .map(d ->
                new DeploymentSnapshot(
                    d.plan(),
                    d.state(),
                    d.why(),
                    0,
                    d.holders(),
                    new ArrayList<>(machinesOf(d.plan().id()).values())))
            .toList();
    after.handle(new PlannerEvent.Restored(new ArrayList<>(storedAgents.values()), fresh));
    return after;
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
    List<DeploymentSnapshot> running = planner.running();
    return running.isEmpty() ? otherwise : running.get(random.nextInt(running.size())).plan().id();
  }

  List<String> publisher(String name) {
    return publisher(name, Place.LOOPBACK);
  }

  List<String> publisher(String name, Place place) {
    AgentFacts facts =
        new AgentFacts(
            name, AgentRole.PUBLISHER, new TreeMap<>(), new Endpoint("127.0.0.1", 1), place);
    return handle(new PlannerEvent.AgentJoined(facts, List.of(CONTENT)));
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
    return handle(new PlannerEvent.AgentJoined(facts, List.of()));
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

  /** The selector is {@code all} or one {@code key=value}. */
  List<String> deploy(String id, String selector, String destination) {
    ArtifactFacts artifact = new ArtifactFacts(CONTENT, "model", "1", 100, 1 << 20);
    DeploymentPlan plan = new DeploymentPlan(id, artifact, selector, destination, now, 77);
    String[] term = selector.split("=", -1);
    return handle(
        new PlannerEvent.DeployRequested(
            plan, labels -> term.length == 1 || term[1].equals(labels.get(term[0]))));
  }

  List<String> cancel(String id) {
    return handle(new PlannerEvent.CancelRequested(id, "cancelled"));
  }

  List<String> report(String name, String id, MachineState state, String why, long bytesDone) {
    return handle(
        new PlannerEvent.AgentReported(name, id, state, why, new Progress(bytesDone, 0, 0, 0)));
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
      DeploymentSnapshot running = planner.deployment(id);
      assertThat(running == null).as(id).isEqualTo(snapshot.state().isFinal());
      for (MachineSnapshot machine : machinesOf(id).values()) {
        if (running == null) {
          assertThat(machine.state().isFinal()).as(id).isTrue();
        }
      }
      if (running != null) {
        assertThat(snapshot.why()).isEqualTo(running.why());
        assertThat(machinesOf(id).values().stream().map(MachineSnapshot::state).toList())
            .isEqualTo(running.machines().stream().map(MachineSnapshot::state).toList());
      }
    });
  }

  private Map<String, MachineSnapshot> machinesOf(String id) {
    return storedMachines.computeIfAbsent(id, _ -> new TreeMap<>());
  }

  private String carryOut(PlannerEffect effect) {
    return switch (effect) {
      case PlannerEffect.Assign(String agent, DeploymentPlan plan, List<Contact> contacts) ->
          agent + ": assign " + plan.id() + " with" + text(contacts);
      case PlannerEffect.Withdraw(String agent, String id, String why) ->
          agent + ": withdraw " + id + " " + why;
      case PlannerEffect.Seed(String agent, InfoHash _, List<Contact> contacts, boolean source) ->
          agent + ": seed" + (source ? " source to" : " to") + text(contacts);
      case PlannerEffect.Neighbours(String agent, String id, List<Contact> contacts) ->
          agent + ": neighbours " + id + text(contacts);
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
            + String.join(" ", d.holders())
            + "; "
            + String.join(
                ", ", d.machines().stream().map(m -> m.agent() + " " + m.state()).toList());
      }
      case PlannerEffect.HolderAdded(String id, String agent, int position) ->
          "store " + id + " holder " + agent + " " + position;
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
      case PlannerEffect.Accepted(String id) -> "accepted " + id;
      case PlannerEffect.Refused(String id, Refusal refusal, String why) ->
          "refused " + id + " " + refusal + " " + why;
      case PlannerEffect.Notice(String what) -> "notice " + what;
    };
  }

  private static String line(DeploymentSnapshot d) {
    return d.plan().id() + " " + d.state() + " " + d.why();
  }

  private static String text(List<Contact> contacts) {
    StringBuilder text = new StringBuilder();
    for (Contact contact : contacts) {
      text.append(' ').append(contact.name()).append(contact.holdsAll() ? "*" : "");
    }
    return text.toString();
  }
}
