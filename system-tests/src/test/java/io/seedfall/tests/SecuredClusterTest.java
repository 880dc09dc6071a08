package io.seedfall.tests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.AgentView;
import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.identity.UserCredentials;
import io.seedfall.protocol.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster with an identity, as its operators set it up: real processes, real files. */
final class SecuredClusterTest {
  private static final Pattern SECRET = Pattern.compile("[0-9a-f]{64}");

  @TempDir private Path directory;
  private final List<SeedfallProcess> processes = new ArrayList<>();
  private String url = "";

  @AfterEach
  void end() {
    processes.reversed().forEach(SeedfallProcess::close);
  }

  private SeedfallProcess start(String... arguments) throws IOException {
    SeedfallProcess process = SeedfallProcess.start(directory, arguments);
    processes.add(process);
    return process;
  }

  /** Runs a command as the user whose credentials are in that file. */
  private SeedfallProcess as(String file, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--coordinator", url, "--credentials", file));
    SeedfallProcess process = start(all.toArray(String[]::new));
    process.awaitExit();
    return process;
  }

  private SeedfallProcess done(SeedfallProcess process) throws InterruptedException {
    assertThat(process.awaitExit()).as(process.both()).isZero();
    return process;
  }

  private SeedfallProcess agent(String name, String... more) throws IOException {
    Files.createDirectories(directory.resolve("root-" + name));
    List<String> arguments =
        new ArrayList<>(
            List.of("agent", "--coordinator", url, "--name", name, "--listen", "127.0.0.1:0"));
    arguments.addAll(List.of("--root", "root-" + name, "--state", "state-" + name, "--json"));
    arguments.addAll(List.of(more));
    return start(arguments.toArray(String[]::new));
  }

  @Test
  void aClusterIsFoundedJoinedUsedAndLeft() throws Exception {
    done(start("coordinator", "init", "--state", "c", "--credentials", "admin"));
    SeedfallProcess again = start("coordinator", "init", "--state", "c", "--credentials", "b");
    assertThat(again.awaitExit()).isEqualTo(5);
    assertThat(again.both()).contains("is there already");
    SeedfallProcess coordinator =
        start("coordinator", "--listen", "127.0.0.1:0", "--state", "c", "--json");
    url = coordinator.awaitAddress();
    assertThat(url).startsWith("https://127.0.0.1:");

    letInAndRefuse();
    deployAsUser();
    nobodyElseIsSentPieces();
    assertThat(done(as("admin", "audit", "--verify")).both()).contains("as they were written");
    assertThat(done(as("admin", "audit")).both())
        .contains("user ci", "POST /api/v1/deployments", "join");

    done(as("admin", "agent", "revoke", "a1"));
    Cluster.await(
        "a1 is put out",
        () -> {
          try {
            return as("admin", "agents").both().contains("away");
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    assertNoSecrets();
  }

  private void letInAndRefuse() throws Exception {
    SeedfallProcess uninvited = agent("a1");
    assertThat(uninvited.awaitExit()).isEqualTo(5);
    assertThat(uninvited.both()).contains("seedfall token create --agent a1");
    done(as("admin", "token", "create", "--agent", "a1", "--labels", "role=test", "--out", "t1"));
    SeedfallProcess other = agent("a2", "--join", "t1");
    assertThat(other.awaitExit()).isEqualTo(5);
    assertThat(other.both()).contains("is for agent a1, and this one is a2");
    SeedfallProcess first = agent("a1", "--join", "t1");
    first.awaitAddress();
    first.stop();
    Files.delete(directory.resolve("t1"));
    agent("a1", "--join", "t1").awaitAddress(); // it has joined: the token is not needed again
    Cluster.await(
        "a1 is connected",
        () -> {
          try {
            return as("admin", "agents").both().contains("connected");
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    SeedfallProcess stranger = start("status", "--coordinator", url);
    assertThat(stranger.awaitExit()).isEqualTo(2);
    assertThat(stranger.both()).contains("--credentials FILE");
  }

  private void deployAsUser() throws Exception {
    String[] user = {"user", "create", "ci", "--role", "deployer", "--selector", "role=test"};
    List<String> create = new ArrayList<>(List.of(user));
    create.addAll(List.of("--out", "ci"));
    done(as("admin", create.toArray(String[]::new)));
    Path file = directory.resolve("model.bin");
    Files.write(file, "all of it\n".repeat(50_000).getBytes(UTF_8));
    SeedfallProcess wide = as("ci", "deploy", "model.bin", "--to", "all", "--path", "m");
    assertThat(wide.awaitExit()).as(wide.both()).isEqualTo(4);
    assertThat(wide.both()).contains("role=test only");
    done(as("ci", "deploy", "model.bin", "--to", "role=test", "--path", "m"));
    assertThat(directory.resolve("root-a1").resolve("m")).hasSameBinaryContentAs(file);
    SeedfallProcess tooMuch = as("ci", "user", "list");
    assertThat(tooMuch.awaitExit()).isEqualTo(4);
    assertThat(tooMuch.both()).contains("user ci may not do that");
  }

  /**
   * To the agent that has the content come a plain client, and members that were not assigned it.
   */
  private void nobodyElseIsSentPieces() throws Exception {
    done(as("admin", "token", "create", "--agent", "a3", "--labels", "role=other", "--out", "t3"));
    UserCredentials admin = UserCredentials.read(directory.resolve("admin"));
    CoordinatorAddresses at = CoordinatorAddresses.parse(url);
    try (SeedfallClient asking = new SeedfallClient(at, admin.identity())) {
      String infoHash = asking.artifacts().getFirst().infoHash();
      AgentView a1 =
          asking.agents().stream().filter(agent -> agent.name().equals("a1")).findFirst().get();
      Endpoint port = Endpoint.parse(a1.endpoint());
      try (PeerByHand plain = PeerByHand.plain(port)) {
        plain.greet(infoHash, null);
        assertThat(plain.read(68)).as("its handshake").hasSizeLessThan(68);
      }
      PeerByHand.Member a3 = PeerByHand.Member.join(at, directory.resolve("t3"));
      String pass = a3.pass(infoHash);
      assertThat(pass).contains("seedfall:agent:a3", "SEND");
      for (String none : List.of("", pass.replace("SEND", "EXCHANGE"), pass.replace("a3", "a1"))) {
        try (PeerByHand forging = a3.dial(port)) {
          forging.greet(infoHash, none);
          assertThat(forging.read(1)).as("an answer to " + none).isEmpty();
        }
      }
      try (PeerByHand known = a3.dial(port)) {
        known.greet(infoHash, pass);
        assertThat(known.readGreeting()).as("its handshake").hasSize(68);
        assertThat(known.wasSentAPieceWhenItAsked()).isFalse();
      }
    }
  }

  /** What stands in files for secrets is in no output, and in no list of processes. */
  private void assertNoSecrets() throws IOException {
    List<String> secrets = new ArrayList<>();
    for (String file : List.of("admin", "ci", "c/identity/secret")) {
      Path path = directory.resolve(file);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .isEqualTo("rw-------");
      String text = Files.readString(path).replaceAll("\"authority\":\"[0-9a-f]+\"", "");
      Matcher matcher = SECRET.matcher(text);
      assertThat(matcher.find()).as(file).isTrue();
      secrets.add(matcher.group());
    }
    StringBuilder seen = new StringBuilder();
    processes.forEach(process -> seen.append(process.both()).append(process));
    try (Stream<Path> running = Files.list(Path.of("/proc"))) {
      for (Path each : running.filter(path -> path.toString().matches("/proc/[0-9]+")).toList()) {
        try {
          seen.append(new String(Files.readAllBytes(each.resolve("cmdline")), ISO_8859_1));
          seen.append(new String(Files.readAllBytes(each.resolve("environ")), ISO_8859_1));
        } catch (IOException _) {
          // it has ended, or is not ours to look into
        }
      }
    }
    for (String secret : secrets) {
      assertThat(seen.indexOf(secret)).isNegative();
    }
  }
}
