package io.seedfall.agent;

import static io.seedfall.agent.AgentBench.looking;
import static io.seedfall.agent.AgentBench.plain;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.FileAttributes;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FileLooksTest {
  private static final long MODIFIED_MILLIS = 1_600_000_000_000L;

  @TempDir Path temporary;
  private AgentBench bench;

  @BeforeEach
  void startAgent() throws Exception {
    bench = new AgentBench(temporary);
    bench.start(bench.settings());
  }

  @AfterEach
  void endAll() {
    bench.close();
  }

  @Test
  void aFileLooksAsItIsToldAndTheKeptVersionAsItWas() throws Exception {
    Metainfo metainfo = bench.publishedText("one");
    FileAttributes attributes =
        new FileAttributes("", "", "640", MODIFIED_MILLIS, Map.of("user.origin", "fleet"));
    bench.assign(looking(plain("d1", metainfo, "x", bench.sourceOfText(metainfo)), attributes));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);

    Path installed = bench.root.resolve("x");
    assertThat(installed).hasContent("one");
    assertThat(modeOf(installed)).isEqualTo("rw-r-----");
    assertThat(Files.getLastModifiedTime(installed).toMillis()).isEqualTo(MODIFIED_MILLIS);
    assertThat(
            new String(
                (byte[]) Files.getAttribute(installed, "user:origin"), StandardCharsets.UTF_8))
        .isEqualTo("fleet");
    Path kept = bench.root.resolve(".seedfall/versions/" + metainfo.infoHash() + "/content/one");
    assertThat(inode(kept)).isNotEqualTo(inode(installed));
    bench.restart(UnaryOperator.identity());
    assertThat(bench.hello().holdings()).as("it is not damaged").hasSize(1);
    assertThat(bench.hello().installed()).containsKey("x");
  }

  @Test
  void oneVersionLooksDifferentAtDifferentPlaces() throws Exception {
    Metainfo metainfo = bench.publishedText("one");
    bench.assign(plain("d1", metainfo, "x", bench.sourceOfText(metainfo)));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    String before = modeOf(bench.root.resolve("x"));
    bench.assign(looking(plain("d2", metainfo, "y"), mode("600")));
    bench.assign(looking(plain("d3", metainfo, "z"), mode("444")));
    assertThat(bench.ended("d2").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.ended("d3").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(modeOf(bench.root.resolve("x"))).isEqualTo(before);
    assertThat(modeOf(bench.root.resolve("y"))).isEqualTo("rw-------");
    assertThat(modeOf(bench.root.resolve("z"))).isEqualTo("r--r--r--");
    bench.assign(plain("d4", metainfo, "y"));
    assertThat(bench.ended("d4").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(modeOf(bench.root.resolve("y"))).isEqualTo(before);
  }

  @Test
  void directoriesOfATreeCanBeEnteredByWhoMayRead() throws Exception {
    Path tree = Files.createDirectories(temporary.resolve("tree/in"));
    Files.writeString(tree.resolve("f"), "f");
    Metainfo metainfo = bench.published(temporary.resolve("tree"));
    bench.assign(
        looking(
            plain("d1", metainfo, "x", bench.source(metainfo, temporary.resolve("tree"), 0)),
            new FileAttributes("", "", "0440", MODIFIED_MILLIS, Map.of())));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(modeOf(bench.root.resolve("x"))).isEqualTo("rwxr-x---");
    assertThat(modeOf(bench.root.resolve("x/in"))).isEqualTo("rwxr-x---");
    assertThat(modeOf(bench.root.resolve("x/in/f"))).isEqualTo("r--r-----");
    assertThat(Files.getLastModifiedTime(bench.root.resolve("x/in/f")).toMillis())
        .isEqualTo(MODIFIED_MILLIS);
    bench.installed("d2", "next", "x");
    assertThat(bench.root.resolve("x")).hasContent("next");
  }

  @Test
  void anOwnerIsGivenByRootAndRefusedToOthers() throws Exception {
    bench.installed("d0", "old", "x");
    Metainfo metainfo = bench.publishedText("new");
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    String other = root ? "65534" : "0";
    bench.assign(
        looking(
            plain("d1", metainfo, "x", bench.sourceOfText(metainfo)),
            new FileAttributes(other, other, "", 0, Map.of())));
    MachineReport report = bench.ended("d1");
    if (root) {
      assertThat(report.phase()).isEqualTo(MachinePhase.INSTALLED);
      assertThat(Files.getAttribute(bench.root.resolve("x"), "unix:uid")).isEqualTo(65_534);
      assertThat(Files.getAttribute(bench.root.resolve("x"), "unix:gid")).isEqualTo(65_534);
    } else {
      assertThat(report.phase()).isEqualTo(MachinePhase.FAILED);
      assertThat(report.why()).contains("may not give files to owner '0'");
      assertThat(bench.root.resolve("x")).hasContent("old");
    }
  }

  @Test
  void anOwnerWhomNobodyKnowsIsRefusedAndNothingIsChanged() throws Exception {
    bench.installed("d0", "old", "x");
    Metainfo metainfo = bench.publishedText("new");
    bench.assign(
        looking(
            plain("d1", metainfo, "x", bench.sourceOfText(metainfo)),
            new FileAttributes("no-such-user", "", "", 0, Map.of())));
    MachineReport report = bench.ended("d1");
    assertThat(report.phase()).isEqualTo(MachinePhase.FAILED);
    assertThat(report.why()).isEqualTo("owner no-such-user is not known on this machine");
    bench.assign(
        looking(
            plain("d2", metainfo, "x", bench.sourceOfText(metainfo)),
            new FileAttributes("", "no-such-group", "", 0, Map.of())));
    assertThat(bench.ended("d2").why()).startsWith("group no-such-group is not known");
    assertThat(bench.root.resolve("x")).hasContent("old");
    assertThat(bench.prepared()).isEmpty();
  }

  private static FileAttributes mode(String octal) {
    return new FileAttributes("", "", octal, 0, Map.of());
  }

  private static String modeOf(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static Object inode(Path path) throws IOException {
    return Files.getAttribute(path, "unix:ino");
  }
}
