package io.seedfall.agent;

import static io.seedfall.agent.AgentBench.hooked;
import static io.seedfall.agent.AgentBench.plain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.control.Destination;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RootsTest {
  @TempDir Path temporary;
  private AgentBench bench;
  private Path data;

  /** On a file system of its own. */
  private Path memory;

  @BeforeEach
  void startAgent() throws Exception {
    bench = new AgentBench(temporary);
    data = Files.createDirectory(bench.temporary.resolve("data"));
    memory = Files.createTempDirectory(Path.of("/dev/shm"), "seedfall-roots");
    bench.start(rooted(bench.settings()));
  }

  private AgentSettings rooted(AgentSettings settings) {
    return settings.withRoots(Map.of("data", data, "memory", memory));
  }

  @AfterEach
  void endAll() throws IOException {
    bench.close();
    try (Directory parent = Directory.open(Path.of("/dev/shm"))) {
      parent.removeTree(memory.getFileName().toString());
    }
  }

  @Test
  void whatHasARootsNameInFrontGoesThere() throws Exception {
    bench.installed("d1", "one", "data:models/current");
    bench.installed("d2", "two", "models/a:b");
    bench.installed("d3", "three", ":odd");
    assertThat(data.resolve("models/current")).hasContent("one");
    assertThat(bench.root.resolve("models/a:b")).hasContent("two");
    assertThat(bench.root.resolve(":odd")).hasContent("three");
    bench.restart(this::rooted);
    assertThat(bench.hello().installed())
        .containsOnlyKeys("data:models/current", "models/a:b", ":odd");
  }

  @Test
  void aRootOnAnotherFileSystemGetsCopiesInOneStepToo() throws Exception {
    Path tree = Files.createDirectories(temporary.resolve("tree/in"));
    Files.writeString(tree.resolve("f"), "f");
    Metainfo metainfo = bench.published(temporary.resolve("tree"));
    bench.assign(
        plain("d1", metainfo, "memory:x", bench.source(metainfo, temporary.resolve("tree"), 0)));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(memory.resolve("x/in/f")).hasContent("f");
    bench.installed("d2", "next", "memory:x");
    assertThat(memory.resolve("x")).hasContent("next");
    Awaitility.await().until(() -> isEmpty(memory.resolve(".seedfall/install")));
    bench.restart(this::rooted);
    assertThat(bench.hello().installed()).containsKey("memory:x");
    assertThat(bench.hello().holdings()).hasSize(2);
  }

  @Test
  void whatIsThereComesBackInANamedRootToo() throws Exception {
    Path hooks = Scripts.directory(bench.temporary.resolve("hooks"));
    Scripts.write(hooks, "post", "echo at $SEEDFALL_DESTINATION", "exit 1");
    bench.restart(settings -> rooted(settings).withHooks(new HookSettings(hooks, 50)));
    bench.installed("d1", "old", "memory:x");
    Metainfo metainfo = bench.publishedText("new");
    bench.assign(
        hooked(plain("d2", metainfo, "memory:x", bench.sourceOfText(metainfo)), "", "post"));
    assertThat(bench.ended("d2").why())
        .isEqualTo("hook post ended with 1: at " + memory.resolve("x"));
    assertThat(memory.resolve("x")).hasContent("old");
  }

  @Test
  void whatLeadsOutOfANamedRootIsRefused() throws Exception {
    Metainfo metainfo = bench.publishedText("one");
    Files.createSymbolicLink(data.resolve("link"), bench.root);
    assertThat(refused("d1", metainfo, "data:../x")).contains("without . and .. parts");
    assertThat(refused("d2", metainfo, "data:/etc/x")).contains("without the leading /");
    assertThat(refused("d3", metainfo, "data:")).contains("no empty part");
    assertThat(refused("d4", metainfo, "data:.seedfall/x")).contains("the agent's own");
    assertThat(refused("d5", metainfo, "data:link/x")).contains("is a symbolic link");
    assertThat(refused("d6", metainfo, "other:x"))
        .contains("this agent has no root other (start it with --root other=DIR)");
    bench.installed("d7", "two", "data:a/b");
    assertThat(refused("d8", metainfo, "data:a")).contains("one inside the other");
  }

  @Test
  void rootsStandApartAndBelongToOneAgent() throws Exception {
    Path inner = Files.createDirectory(data.resolve("inner"));
    assertThatThrownBy(() -> open(Map.of("one", inner, "two", data)))
        .hasMessageContaining("lie one inside the other");
    assertThatThrownBy(() -> open(Map.of("one", temporary)))
        .hasMessageContaining("lie one inside the other");
    assertThatThrownBy(() -> open(Map.of("one", temporary.resolve("none"))))
        .hasMessageContaining("is not a directory: make it first");
    assertThatThrownBy(() -> open(Map.of("one", memory)))
        .hasMessageContaining("is in use by another agent");
    assertThatThrownBy(() -> open(Map.of("a/b", data)))
        .isInstanceOf(IllegalArgumentException.class);
    Map<String, Path> many = new HashMap<>();
    for (int i = 0; i <= Roots.NAMED_MAX; i++) {
      many.put("r" + i, Files.createDirectory(temporary.resolve("r" + i)));
    }
    assertThatThrownBy(() -> open(many)).hasMessageContaining("at most 64");
    many.remove("r0");
    open(many).close();
  }

  @Test
  void whatWasInstalledInARootThatIsAnotherNowIsNotOurs() throws Exception {
    Path tree = Files.createDirectories(temporary.resolve("tree"));
    Files.writeString(tree.resolve("f"), "f");
    Metainfo metainfo = bench.published(tree);
    bench.assign(plain("d1", metainfo, "data:x", bench.source(metainfo, tree, 0)));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    bench.stop();
    Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
    Files.createDirectory(elsewhere.resolve("x"));
    Files.writeString(elsewhere.resolve("x/mine"), "mine");
    bench.start(bench.settings().withRoots(Map.of("data", elsewhere)));
    assertThat(bench.hello().installed()).isEmpty();
    assertThat(refused("d2", metainfo, "data:x"))
        .contains("is a directory that Seedfall did not install");
    assertThat(elsewhere.resolve("x/mine")).hasContent("mine");
  }

  @Test
  void theNameOfARootEndsAtTheFirstColonOfTheFirstPart() {
    assertThat(rootOf("data:x/y:z")).isEqualTo("data");
    assertThat(rootOf("a:b:c")).isEqualTo("a");
    assertThat(rootOf("x/data:y")).isNull();
    assertThat(rootOf(":x")).isNull();
    assertThat(rootOf("ü:x")).isNull();
    assertThat(rootOf("plain")).isNull();
  }

  private static @Nullable String rootOf(String destination) {
    return Roots.rootOf(Destination.parse(destination));
  }

  private Roots open(Map<String, Path> named) throws IOException {
    return Roots.open(bench.root, named);
  }

  private String refused(String id, Metainfo metainfo, String where) throws Exception {
    bench.assign(plain(id, metainfo, where, bench.sourceOfText(metainfo)));
    MachineReport report = bench.ended(id);
    assertThat(report.phase()).isEqualTo(MachinePhase.FAILED);
    return report.why();
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }
}
