package io.seedfall.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the source's network card sends, counted by the kernel of its host and not by us. */
final class SourceBytesTest {
  private static final int AGENTS = 8;
  private static final long BYTES = 64 << 20;

  /** Slow enough that two cores can play ten hosts whose programs have just been started. */
  private static final String LINK = "25mbit";

  @Test
  void theSourceSendsLittleMoreThanOneCopy(@TempDir Path directory) throws Exception {
    Path file = TestFiles.random(directory.resolve("payload.bin"), BYTES, 7);
    List<SeedfallProcess> processes = new ArrayList<>();
    try (Rack rack = Rack.up(AGENTS + 2, LINK)) {
      try {
        int source = AGENTS + 1;
        SeedfallProcess coordinator =
            SeedfallProcess.startInside(
                rack.on(0),
                directory,
                "coordinator",
                "--listen",
                rack.address(0) + ":0",
                "--insecure",
                "--state",
                directory.resolve("c").toString(),
                "--json");
        processes.add(coordinator);
        String url = coordinator.awaitAddress();
        for (int agent = 1; agent <= AGENTS; agent++) {
          processes.add(agent(rack, directory, url, agent));
        }
        for (SeedfallProcess agent : processes) {
          agent.awaitAddress();
        }
        long before = rack.bytesSent(source);
        SeedfallProcess deploy =
            SeedfallProcess.startInside(
                rack.on(source),
                directory,
                "deploy",
                file.toString(),
                "--to",
                "all",
                "--path",
                "payload.bin",
                "--listen",
                rack.address(source) + ":0",
                "--insecure",
                "--coordinator",
                url);
        processes.add(deploy);
        assertThat(deploy.awaitExit()).as(deploy.both()).isZero();
        double copies = (double) (rack.bytesSent(source) - before) / BYTES;
        String hash = TestFiles.sha256(file);
        for (int agent = 1; agent <= AGENTS; agent++) {
          Path installed = directory.resolve("root-" + agent).resolve("payload.bin");
          assertThat(TestFiles.sha256(installed)).isEqualTo(hash);
        }
        assertThat(copies).as("copies of the file that the source's card sent").isBetween(1.0, 1.3);
      } finally {
        processes.forEach(SeedfallProcess::close);
      }
    }
  }

  private static SeedfallProcess agent(Rack rack, Path directory, String url, int agent)
      throws Exception {
    Path root = Files.createDirectories(directory.resolve("root-" + agent));
    return SeedfallProcess.startInside(
        rack.on(agent),
        directory,
        "agent",
        "--coordinator",
        url,
        "--name",
        "a" + agent,
        "--listen",
        rack.address(agent) + ":0",
        "--insecure",
        "--root",
        root.toString(),
        "--state",
        directory.resolve("state-" + agent).toString(),
        "--json");
  }
}
