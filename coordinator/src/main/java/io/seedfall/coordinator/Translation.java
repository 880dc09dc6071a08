package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentMessage;
import io.seedfall.control.Assignment;
import io.seedfall.control.CapView;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlJson;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.Destination;
import io.seedfall.control.MachineDetail;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.control.MachineView;
import io.seedfall.control.Names;
import io.seedfall.control.Neighbour;
import io.seedfall.control.Rollout;
import io.seedfall.control.Selector;
import io.seedfall.control.ThisMachine;
import io.seedfall.control.UplinkShare;
import io.seedfall.planner.AgentCaps;
import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.AgentRole;
import io.seedfall.planner.ArtifactFacts;
import io.seedfall.planner.Boundary;
import io.seedfall.planner.Cap;
import io.seedfall.planner.CapScope;
import io.seedfall.planner.Contact;
import io.seedfall.planner.DeploymentPlan;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.DeploymentState;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.planner.Pace;
import io.seedfall.planner.Place;
import io.seedfall.planner.PlannerEffect;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.planner.Progress;
import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The border between what is said on the wire and what the planner works with. Inwards everything
 * is checked here and nothing behind; what does not pass is an {@link IllegalArgumentException}
 * whose message the sender is told.
 */
final class Translation {
  /** More reports of progress nobody should have to hear, of all agents together. */
  private static final int PROGRESS_PER_SECOND = 2_000;

  /** What is signed of an artifact; empty when nothing is. */
  @FunctionalInterface
  interface SignedOf {
    String said(String name, String version);
  }

  private final int progressMillis;
  private final SignedOf signedOf;

  /** What was asked for by this one. */
  private final Map<ArtifactFacts, String> signed = new HashMap<>();

  /** What was read by this one: a deployment's options are said to each of its machines. */
  private final Map<String, Rollout> rollouts = new HashMap<>();

  /** For what is said now, with that many agents connected. */
  Translation(int connected, SignedOf signedOf) {
    this.signedOf = signedOf;
    this.progressMillis = connected * 1_000 / PROGRESS_PER_SECOND;
  }

  /**
   * Who says so.
   *
   * @param sameMachine whether it is on the coordinator's machine
   */
  static AgentFacts facts(AgentMessage.Hello hello, boolean sameMachine) {
    Endpoint endpoint = endpoint(hello.endpoint());
    Place place = place(endpoint);
    if (place == Place.LOOPBACK && !sameMachine) {
      // The loopback of every machine is another one: nobody here could connect to that.
      throw new IllegalArgumentException(
          "endpoint: "
              + endpoint
              + " (expected: an address that other machines reach; --listen ADDRESS:PORT"
              + " --insecure names one)");
    }
    return new AgentFacts(
        Names.check("name", hello.name()),
        role(hello.kind()),
        new TreeMap<>(Names.checkLabels(hello.labels())),
        endpoint,
        place);
  }

  /** What a checked endpoint means for who can reach it. */
  static Place place(Endpoint endpoint) {
    InetAddress address = InetAddress.ofLiteral(endpoint.address());
    if (address.isLoopbackAddress()) {
      return Place.LOOPBACK;
    }
    return ThisMachine.has(address) ? Place.SAME_MACHINE : Place.ELSEWHERE;
  }

  static List<InfoHash> holdings(AgentMessage.Hello hello) {
    if (hello.holdings().size() > ControlApi.HOLDINGS_MAX) {
      throw new IllegalArgumentException(
          "holdings: "
              + hello.holdings().size()
              + " (expected: at most "
              + ControlApi.HOLDINGS_MAX
              + ")");
    }
    return hello.holdings().stream().map(InfoHash::parse).toList();
  }

  static List<PlannerEvent.AgentReported> reports(String agent, AgentMessage.Reports message) {
    if (message.reports().size() > ControlApi.REPORTS_MAX) {
      throw new IllegalArgumentException(
          "reports: "
              + message.reports().size()
              + " (expected: at most "
              + ControlApi.REPORTS_MAX
              + ")");
    }
    List<PlannerEvent.AgentReported> events = new ArrayList<>();
    for (MachineReport report : message.reports()) {
      events.add(
          new PlannerEvent.AgentReported(
              agent,
              Names.check("deploymentId", report.deploymentId()),
              state(report.phase()),
              why(report.why()),
              new Progress(
                  notNegative("bytesDone", report.bytesDone()),
                  notNegative("bytesFromHolders", report.bytesFromHolders()),
                  notNegative("bytesFromPeers", report.bytesFromPeers()),
                  notNegative("elapsedMillis", report.elapsedMillis()),
                  notNegative("bytesReused", report.bytesReused()),
                  report.detail().equals(MachineDetail.NONE)
                      ? ""
                      : new String(ControlJson.encode(report.detail()), UTF_8))));
    }
    return events;
  }

  static long notNegative(String what, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + ": " + value + " (expected: 0 or more)");
    }
    return value;
  }

  /** An address that others can connect to. */
  private static Endpoint endpoint(String text) {
    Endpoint endpoint = Endpoint.parse(text);
    InetAddress address = InetAddress.ofLiteral(endpoint.address());
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      throw new IllegalArgumentException(
          "endpoint: " + text + " (expected: the address at which peers reach the agent)");
    }
    return endpoint;
  }

  /** One line of bounded length. */
  private static String why(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= ControlApi.WHY_CHARS_MAX
        ? line
        : line.substring(0, ControlApi.WHY_CHARS_MAX) + "...";
  }

  /** What an agent has put where. */
  static Map<String, InfoHash> installed(AgentMessage.Hello hello) {
    if (hello.installed().size() > ControlApi.INSTALLED_MAX) {
      throw new IllegalArgumentException(
          "installed: "
              + hello.installed().size()
              + " (expected: at most "
              + ControlApi.INSTALLED_MAX
              + ")");
    }
    TreeMap<String, InfoHash> installed = new TreeMap<>();
    hello
        .installed()
        .forEach((destination, infoHash) ->
            installed.put(Destination.parse(destination).path(), InfoHash.parse(infoHash)));
    return installed;
  }

  /** What a health hook said. */
  static PlannerEvent.HealthReported health(String agent, AgentMessage.Health health) {
    return new PlannerEvent.HealthReported(
        agent,
        Names.check("deploymentId", health.deploymentId()),
        health.healthy(),
        why(health.why()));
  }

  CoordinatorMessage message(PlannerEffect.Send send) {
    return switch (send) {
      case PlannerEffect.Assign assign ->
          new CoordinatorMessage.Assign(
              assignment(
                  assign, rollouts.computeIfAbsent(assign.plan().options(), Rollouts::read)));
      case PlannerEffect.Activate(String _, String id) -> new CoordinatorMessage.Activate(id);
      case PlannerEffect.SetPace(String _, String id, Pace pace, boolean paused) ->
          new CoordinatorMessage.PaceChanged(id, Rollouts.said(pace, paused));
      case PlannerEffect.CheckHealth(String _, String id, String hook) ->
          new CoordinatorMessage.CheckHealth(id, hook);
      case PlannerEffect.Halt(String _, boolean halted) -> new CoordinatorMessage.Halt(halted);
      case PlannerEffect.SetCaps(String _, AgentCaps caps) ->
          new CoordinatorMessage.Cap(caps.bytesPerSecond(), share(caps.zone()), share(caps.rack()));
      case PlannerEffect.Withdraw(String _, String id, String why) ->
          new CoordinatorMessage.Withdraw(id, why);
      case PlannerEffect.Seed seed ->
          new CoordinatorMessage.Seed(
              seed.infoHash().hex(),
              neighbours(seed.contacts()),
              seed.source(),
              Rollouts.said(seed.pace(), seed.paused()));
      case PlannerEffect.Neighbours(String _, String id, List<Contact> contacts) ->
          new CoordinatorMessage.Neighbours(id, neighbours(contacts));
    };
  }

  private Assignment assignment(PlannerEffect.Assign assign, Rollout rollout) {
    DeploymentPlan plan = assign.plan();
    return new Assignment(
        plan.id(),
        plan.artifact().name(),
        plan.artifact().version(),
        plan.artifact().infoHash().hex(),
        plan.artifact().sizeBytes(),
        plan.destination(),
        neighbours(assign.contacts()),
        assign.stage(),
        Rollouts.said(assign.pace(), false),
        rollout.hooks(),
        rollout.attributes(),
        assign.attempt(),
        progressMillis,
        signed.computeIfAbsent(
            plan.artifact(), artifact -> signedOf.said(artifact.name(), artifact.version())));
  }

  private static List<Neighbour> neighbours(List<Contact> contacts) {
    List<Neighbour> neighbours = new ArrayList<>(contacts.size());
    for (Contact contact : contacts) {
      neighbours.add(
          new Neighbour(contact.name(), contact.endpoint().toString(), contact.holdsAll()));
    }
    return neighbours;
  }

  /** With the first machines, by name, at most so many. */
  static DeploymentView view(DeploymentSnapshot deployment, int machinesMax) {
    List<MachineSnapshot> all = deployment.machines();
    List<MachineView> machines =
        all.subList(0, Math.min(machinesMax, all.size())).stream().map(Translation::view).toList();
    return new DeploymentView(
        deployment.plan().id(),
        deployment.plan().artifact().name(),
        deployment.plan().artifact().version(),
        deployment.plan().artifact().infoHash().hex(),
        deployment.plan().artifact().sizeBytes(),
        deployment.plan().selector(),
        deployment.plan().destination(),
        phase(deployment.state()),
        deployment.why(),
        deployment.plan().createdMillis(),
        deployment.finishedMillis(),
        machines,
        deployment.machines().size(),
        deployment.count(MachineState.INSTALLED),
        deployment.count(MachineState.FAILED),
        deployment.bytesDone(),
        deployment.paused(),
        Math.max(0, Math.min(deployment.state().wave(), deployment.begunWave())),
        deployment.waveCount(),
        deployment.count(MachineState.STAGED),
        deployment.plan().previous() == null ? "" : deployment.plan().previous().toString(),
        deployment.plan().rollbackOf().isEmpty()
            ? Rollouts.read(deployment.plan().options())
            : Rollout.PLAIN,
        deployment.plan().by());
  }

  static UplinkShare share(AgentCaps.Share share) {
    return new UplinkShare(share.sendBytesPerSecond(), share.receiveBytesPerSecond());
  }

  /**
   * Whose bytes a cap is to count.
   *
   * @throws IllegalArgumentException when it is that of an uplink, and no zone or rack is named
   */
  static CapScope scope(Selector selector, boolean uplink) {
    String text = selector.toString();
    if (!uplink) {
      return new CapScope.Each(text);
    }
    for (Boundary boundary : Boundary.values()) {
      String key = boundary.label() + "=";
      if (text.startsWith(key) && text.indexOf(',') < 0 && text.length() > key.length()) {
        return new CapScope.Uplink(boundary, text.substring(key.length()));
      }
    }
    throw new IllegalArgumentException(
        "selector: " + text + " (expected: zone=NAME or rack=NAME, whose uplink it is)");
  }

  static List<CapView> caps(List<Cap> caps) {
    return caps.stream()
        .map(cap ->
            new CapView(cap.scope().selector(), cap.bytesPerSecond(), cap.scope().isUplink()))
        .toList();
  }

  static MachineView view(MachineSnapshot machine) {
    return new MachineView(
        machine.agent(),
        phase(machine.state()),
        machine.why(),
        machine.progress().bytesDone(),
        machine.progress().bytesFromHolders(),
        machine.progress().bytesFromPeers(),
        machine.progress().elapsedMillis(),
        machine.progress().bytesReused(),
        machine.wave());
  }

  static DeploymentPhase phase(DeploymentState state) {
    return switch (state) {
      case DeploymentState.Staging _, DeploymentState.Rolling _ -> DeploymentPhase.RUNNING;
      case DeploymentState.Staged _ -> DeploymentPhase.STAGED;
      case DeploymentState.Soaking _ -> DeploymentPhase.SOAKING;
      case DeploymentState.Checking _ -> DeploymentPhase.CHECKING;
      case DeploymentState.Done _ -> DeploymentPhase.DONE;
      case DeploymentState.Failed _ -> DeploymentPhase.FAILED;
      case DeploymentState.Cancelled _ -> DeploymentPhase.CANCELLED;
      case DeploymentState.RolledBack _ -> DeploymentPhase.ROLLED_BACK;
    };
  }

  /** What a state is called in its row. */
  static String name(DeploymentState state) {
    return switch (state) {
      case DeploymentState.Staging _ -> "STAGING";
      case DeploymentState.Staged _ -> "STAGED";
      case DeploymentState.Rolling _ -> "ROLLING";
      case DeploymentState.Soaking _ -> "SOAKING";
      case DeploymentState.Checking _ -> "CHECKING";
      case DeploymentState.Done _ -> "DONE";
      case DeploymentState.Failed _ -> "FAILED";
      case DeploymentState.Cancelled _ -> "CANCELLED";
      case DeploymentState.RolledBack _ -> "ROLLED_BACK";
    };
  }

  /** What {@link #name} wrote, with the columns beside it. */
  static DeploymentState state(String name, int wave, long untilMillis) {
    return switch (name) {
      case "STAGING" -> new DeploymentState.Staging();
      case "STAGED" -> new DeploymentState.Staged();
      case "ROLLING" -> new DeploymentState.Rolling(wave);
      case "SOAKING" -> new DeploymentState.Soaking(wave, untilMillis);
      case "CHECKING" -> new DeploymentState.Checking(wave, untilMillis);
      case "DONE" -> new DeploymentState.Done();
      case "FAILED" -> new DeploymentState.Failed();
      case "CANCELLED" -> new DeploymentState.Cancelled();
      case "ROLLED_BACK" -> new DeploymentState.RolledBack();
      default -> throw new IllegalStateException("a stored state: " + name);
    };
  }

  private static MachinePhase phase(MachineState state) {
    return switch (state) {
      case PENDING -> MachinePhase.PENDING;
      case WAITING -> MachinePhase.WAITING;
      case FETCHING -> MachinePhase.FETCHING;
      case STAGED -> MachinePhase.STAGED;
      case INSTALLING -> MachinePhase.INSTALLING;
      case INSTALLED -> MachinePhase.INSTALLED;
      case FAILED -> MachinePhase.FAILED;
      case CANCELLED -> MachinePhase.CANCELLED;
    };
  }

  private static MachineState state(MachinePhase phase) {
    return switch (phase) {
      case PENDING ->
          throw new IllegalArgumentException(
              "phase: PENDING (expected: a phase that a machine can be in by itself)");
      case WAITING -> MachineState.WAITING;
      case FETCHING -> MachineState.FETCHING;
      case STAGED -> MachineState.STAGED;
      case INSTALLING -> MachineState.INSTALLING;
      case INSTALLED -> MachineState.INSTALLED;
      case FAILED -> MachineState.FAILED;
      case CANCELLED -> MachineState.CANCELLED;
    };
  }

  static AgentKind kind(AgentRole role) {
    return switch (role) {
      case MACHINE -> AgentKind.AGENT;
      case PUBLISHER -> AgentKind.PUBLISHER;
    };
  }

  private static AgentRole role(AgentKind kind) {
    return switch (kind) {
      case AGENT -> AgentRole.MACHINE;
      case PUBLISHER -> AgentRole.PUBLISHER;
    };
  }
}
