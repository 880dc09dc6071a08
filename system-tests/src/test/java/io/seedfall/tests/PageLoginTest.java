package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.CoordinatorAddresses;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.SeedfallClient;
import io.seedfall.control.identity.UserCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of a cluster with an identity, in a real browser over TLS. What the browser does stands
 * in web/test/login.mjs; it needs web/dist and web/node_modules, which {@code ./check} makes
 * before.
 */
final class PageLoginTest {
  private static final long BYTES = 64 << 20;

  /** So slow that it is under way until the browser has seen all of it. */
  private static final String SLOW = "20kB/s";

  private static final Path WEB = Path.of("..", "web").toAbsolutePath().normalize();

  @TempDir private Path directory;
  private final List<AutoCloseable> started = new ArrayList<>();
  private String url = "";

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : started.reversed()) {
      each.close();
    }
  }

  private SeedfallProcess start(String... arguments) throws IOException {
    SeedfallProcess process = SeedfallProcess.start(directory, arguments);
    started.add(process);
    return process;
  }

  private SeedfallProcess as(String file, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--coordinator", url, "--credentials", file));
    return start(all.toArray(String[]::new));
  }

  private static void done(SeedfallProcess process) throws InterruptedException {
    assertThat(process.awaitExit()).as(process.both()).isZero();
  }

  @Test
  void usersSeeAndSteerWhatTheirRoleMayUntilTheyAreRevoked() throws Exception {
    found();
    TestFiles.random(directory.resolve("model"), BYTES, 1);
    as("ops", "deploy", "model", "--to", "role=test", "--path", "m", "--machine-rate", SLOW);
    Path files = directory.toAbsolutePath();
    try (SeedfallClient admin =
        new SeedfallClient(
            CoordinatorAddresses.parse(url),
            UserCredentials.read(directory.resolve("admin")).identity())) {
      ProcessBuilder browser =
          new ProcessBuilder(
                  "node",
                  "test/login.mjs",
                  url + "/",
                  deployment(admin),
                  files.resolve("see.json").toString(),
                  files.resolve("ops").toString())
              .directory(WEB.toFile());
      try (ChildProcess page = new ChildProcess("login.mjs", browser)) {
        page.awaitAnswer(line -> line.contains("a deployer pauses"));
        admin.revokeUser("ops");
        assertThat(page.awaitExit()).as(page.both()).isZero();
      }
      assertThat(admin.audit(0))
          .extracting(line -> line.who() + " " + line.action() + " " + line.outcome())
          .contains(
              "user see login done",
              "user see logout done",
              "user ops login done",
              "user ops login 401 unauthenticated");
      assertThat(admin.checkAudit("").intact()).isTrue();
    }
  }

  /** A cluster with a machine and two users beside its admin. */
  private void found() throws Exception {
    done(start("coordinator", "init", "--state", "c", "--credentials", "admin"));
    url = start("coordinator", "--listen", "127.0.0.1:0", "--state", "c", "--json").awaitAddress();
    done(as("admin", "user", "create", "see", "--role", "viewer", "--out", "see.json"));
    String[] ops = {"user", "create", "ops", "--role", "deployer", "--selector", "role=test"};
    List<String> create = new ArrayList<>(List.of(ops));
    create.addAll(List.of("--out", "ops"));
    done(as("admin", create.toArray(String[]::new)));
    done(as("admin", "token", "create", "--agent", "a1", "--labels", "role=test", "--out", "t1"));
    Files.createDirectories(directory.resolve("root"));
    String[] agent = {"agent", "--coordinator", url, "--name", "a1", "--join", "t1"};
    List<String> running = new ArrayList<>(List.of(agent));
    running.addAll(List.of("--listen", "127.0.0.1:0", "--root", "root", "--state", "s1", "--json"));
    start(running.toArray(String[]::new)).awaitAddress();
  }

  private static String deployment(SeedfallClient admin) {
    List<DeploymentView> found = new ArrayList<>();
    Cluster.await("it was made", () -> found.addAll(admin.deployments()));
    return found.getFirst().id();
  }
}
