package io.seedfall.cli;

import io.seedfall.agent.MemberCertificate;
import io.seedfall.control.AgentView;
import io.seedfall.control.ClientIdentity;
import io.seedfall.control.ControlException;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.SeedfallClient;
import io.seedfall.coordinator.ClusterIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks for what keeps a machine from doing its job, and says what to do. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Look for what keeps this machine from doing its job: clock, disks, limits, ports, the way to",
      "the coordinator and to other agents. Takes the daemon's settings from where it takes them",
      "itself; what stands behind '--' is taken as its flags: seedfall doctor agent -- --root /srv"
    })
final class DoctorCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration CERTIFICATE_LEFT_USUAL = Duration.ofHours(4);
  private static final String CERTIFICATE = "certificate";

  /**
   * Everything, for programs.
   *
   * @param healthy whether nothing failed
   * @param findings in the order in which they were looked at
   */
  record Report(boolean healthy, List<Finding> findings) {}

  /** What the daemon is told, as far as a doctor needs it. */
  private record Patient(
      Map<String, Path> directories,
      List<Path> roots,
      @Nullable Path member,
      @Nullable InetSocketAddress listen,
      long linkBytesPerSecond,
      String name,
      @Nullable CoordinatorAddresses coordinators) {}

  private final Console console;
  private final Origins origins;
  private final List<Finding> findings = new ArrayList<>();

  @Spec CommandLine.Model.CommandSpec spec;

  @Mixin CoordinatorOption coordinator;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DAEMON",
      defaultValue = "agent",
      description = "which one runs here: coordinator or agent (default: ${DEFAULT-VALUE})")
  String daemon;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "FLAG", description = "of the daemon")
  List<String> flags = new ArrayList<>();

  @Option(names = "--json", description = "print JSON")
  boolean json;

  DoctorCommand(Console console, Origins origins) {
    this.console = console;
    this.origins = origins;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!ConfigCommand.DAEMONS.contains(daemon)) {
      throw new ParameterException(
          spec.commandLine(), daemon + " (expected: coordinator or agent)");
    }
    Patient patient = patient();
    machine(patient);
    network(patient);
    boolean healthy =
        findings.stream().noneMatch(finding -> finding.verdict() == Finding.Verdict.FAIL);
    if (json) {
      console.json(new Report(healthy, findings));
    } else {
      long warnings =
          findings.stream().filter(each -> each.verdict() == Finding.Verdict.WARN).count();
      long failures =
          findings.stream().filter(each -> each.verdict() == Finding.Verdict.FAIL).count();
      console.answer(
          "%d checks, %d warnings, %d failures".formatted(findings.size(), warnings, failures));
    }
    return healthy ? ExitCode.OK : ExitCode.FAILED;
  }

  /** Says it at once: some checks take seconds. */
  private void found(Finding finding) {
    findings.add(finding);
    if (!json) {
      console.answer(finding.line());
    }
  }

  private Patient patient() {
    CommandLine line = SeedfallMain.commandLine(console, List.of(daemon));
    String[] arguments = Stream.concat(Stream.of(daemon), flags.stream()).toArray(String[]::new);
    Configuration.attach(line, origins, arguments);
    line.parseArgs(arguments);
    Object command = Objects.requireNonNull(line.getSubcommands().get(daemon)).getCommand();
    return switch (command) {
      case AgentCommand agent -> patient(agent);
      case CoordinatorCommand leader -> patient(leader);
      default -> throw new IllegalStateException("no daemon: " + command);
    };
  }

  private static Patient patient(AgentCommand agent) {
    Map<String, Path> directories = new LinkedHashMap<>();
    List<Path> roots = agent.rootPaths();
    for (Path root : roots) {
      directories.put(directories.isEmpty() ? "root" : "root " + directories.size(), root);
    }
    if (agent.state != null) {
      directories.put("state", existing(agent.state));
    }
    return new Patient(
        directories,
        roots,
        agent.state,
        agent.listen,
        agent.linkBytesPerSecond,
        agent.name == null ? "" : agent.name,
        agent.coordinator);
  }

  private static Patient patient(CoordinatorCommand leader) {
    Path state = leader.database.state;
    return new Patient(
        state == null ? Map.of() : Map.of("state", existing(state)),
        List.of(),
        null,
        leader.listen,
        0,
        "",
        own(leader));
  }

  /** The coordinator itself, where nobody has to show who he is; else whom the credentials name. */
  private static @Nullable CoordinatorAddresses own(CoordinatorCommand leader) {
    Path state = leader.database.state;
    boolean identity =
        leader.identity.directory != null
            || (state != null && Files.isDirectory(state.resolve(ClusterIdentity.DIRECTORY)));
    return identity || leader.listen.getPort() == 0
        ? null
        : CoordinatorAddresses.of(URI.create("http://" + ListenAddress.text(leader.listen)));
  }

  /** The directory, or the nearest one above it: a daemon makes its own. */
  private static Path existing(Path directory) {
    Path at = directory.toAbsolutePath();
    for (Path up = at.getParent(); up != null && Files.notExists(at); up = up.getParent()) {
      at = up;
    }
    return at;
  }

  private void machine(Patient patient) {
    MachineChecks checks = new MachineChecks(Path.of("/proc"), patient.linkBytesPerSecond());
    checks.processor().forEach(this::found);
    checks.limits().forEach(this::found);
    if (patient.directories().isEmpty()) {
      found(
          Finding.skip(
              "disk",
              "no directory is known: name them, as in 'seedfall doctor agent -- --root /srv'"));
    }
    patient.directories().forEach((name, at) -> checks.disk(name, at).forEach(this::found));
    List<Path> roots = patient.roots();
    for (int i = 1; i < roots.size(); i++) {
      found(MachineChecks.together("root " + i, roots.getFirst(), roots.get(i)));
    }
    if (patient.member() != null) {
      found(certificate(patient.member(), Instant.now()));
    }
  }

  /** How long the agent's certificate is good. */
  static Finding certificate(Path state, Instant now) {
    MemberCertificate found;
    try {
      found = MemberCertificate.read(state);
    } catch (IOException e) {
      return Finding.fail(
          CERTIFICATE,
          "%s: %s".formatted(state, LocalTrouble.words(e)),
          "give it back to the agent's user, or let the agent join anew");
    }
    if (found == null) {
      return Finding.skip(CERTIFICATE, "the agent has not joined a cluster with an identity");
    }
    String what = "of %s is good until %s".formatted(found.name(), found.until());
    Duration left = Duration.between(now, found.until());
    if (left.isNegative()) {
      return Finding.fail(
          CERTIFICATE, what, "start the agent: it asks for the next one within 30 days");
    }
    return left.compareTo(CERTIFICATE_LEFT_USUAL) < 0
        ? Finding.warn(CERTIFICATE, what, "the agent should have asked for another: see its log")
        : Finding.ok(CERTIFICATE, what);
  }

  private void network(Patient patient) throws InterruptedException {
    NetworkChecks checks = new NetworkChecks(PATIENCE);
    found(checks.port(patient.listen()));
    if (coordinator.given == null && patient.coordinators() != null) {
      coordinator.given = patient.coordinators();
    }
    ClientIdentity identity;
    try {
      identity = coordinator.identity();
    } catch (CommandFailure e) {
      found(Finding.skip("coordinator", String.valueOf(e.getMessage())));
      return;
    }
    boolean reached = true;
    for (URI at : coordinator.addresses().all()) {
      List<Finding> of = checks.coordinator(at, identity);
      of.forEach(this::found);
      reached &= of.stream().noneMatch(each -> each.verdict() == Finding.Verdict.FAIL);
    }
    if (!reached) {
      found(Finding.skip("neighbours", "the coordinator has to be reached first"));
      return;
    }
    try (SeedfallClient client = coordinator.client()) {
      List<AgentView> agents = client.agents();
      found(checks.neighbours(agents, patient.name()));
      if (identity.tls() != null) {
        found(Finding.skip("throughput", "peers of this cluster speak with its members alone"));
        return;
      }
      Path scratch =
          patient.roots().stream()
              .filter(Files::isWritable)
              .findFirst()
              .orElse(Path.of(System.getProperty("java.io.tmpdir")));
      found(new NeighbourTransfer(client, console, scratch).run(agents, patient.name()));
    } catch (ControlException e) {
      found(Finding.fail("neighbours", "the coordinator does not tell them: " + e.why(), ""));
    }
  }
}
