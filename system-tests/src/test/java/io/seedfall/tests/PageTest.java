package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.PaceRequest;
import io.seedfall.control.Priority;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real browser, with a real coordinator and real agents. What the browser does stands
 * in web/test/page.mjs; it needs web/dist and web/node_modules, which {@code ./check} makes before.
 */
final class PageTest {
  private static final long BYTES = 32 << 20;

  /** So slow that nobody misses it, until the browser has seen what it wants to see. */
  private static final String SLOW = "100kB/s";

  private static final long FAST_BYTES_PER_SECOND = 100_000_000;
  private static final String PLACE = "m/<img src=x onerror=alert(1)>";
  private static final Path WEB = Path.of("..", "web").toAbsolutePath().normalize();

  private final Path directory;
  private final Cluster cluster;

  PageTest(@TempDir Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.cluster = Cluster.start(directory);
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void thePageShowsAndSteersADeployment() throws Exception {
    for (int number = 1; number <= 3; number++) {
      cluster.agent(number, "--label", "zone=z1", "--label", number < 3 ? "rack=r1" : "rack=r2");
    }
    Path file = TestFiles.random(directory.resolve("model"), BYTES, 1);
    SeedfallProcess deploy =
        cluster.command(
            "deploy", file.toString(), "--to", "all", "--path", PLACE, "--machine-rate", SLOW);
    String id = cluster.awaitDeployment("it was made", _ -> true).id();
    ProcessBuilder browser =
        new ProcessBuilder("node", "test/page.mjs", cluster.client().coordinator() + "/", id)
            .directory(WEB.toFile());
    try (ChildProcess page = new ChildProcess("page.mjs", browser)) {
      page.awaitAnswer(line -> line.contains("what cannot be taken back asks first"));
      cluster.client().pace(id, new PaceRequest(Priority.NORMAL, FAST_BYTES_PER_SECOND, 0));
      assertThat(page.awaitExit()).as(page.both()).isZero();
    }
    assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
  }
}
