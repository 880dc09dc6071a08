package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.control.MachineDetail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class HookDirectoryTest {
  private static final int NOBODY = 65_534;

  @TempDir Path temporary;
  private Path hooks;

  @BeforeEach
  void makeDirectory() throws IOException {
    hooks = Scripts.directory(temporary.resolve("hooks"));
  }

  @Test
  void aPlainProgramIsFoundAlsoThroughALinkBesideIt() throws Exception {
    Path program = Scripts.write(hooks, "reload");
    Files.createSymbolicLink(hooks.resolve("alias"), Path.of("reload"));
    assertThat(new HookDirectory(hooks).find("reload")).isEqualTo(program);
    assertThat(new HookDirectory(hooks).find("alias")).isEqualTo(program);
  }

  @Test
  void whatIsNotToBeTrustedIsRefusedInWords() throws Exception {
    Path outside = Scripts.write(Files.createDirectory(temporary.resolve("out")), "evil");
    Files.createSymbolicLink(hooks.resolve("link"), outside);
    Files.createDirectory(hooks.resolve("directory"));
    Files.writeString(hooks.resolve("text"), "not executable");
    Path open = Scripts.write(hooks, "open");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));

    refused("none", "is not in " + hooks);
    refused("../out/evil", "is no name");
    refused("", "is no name");
    refused("link", "is a link that leads out of");
    refused("directory", "is not a file");
    refused("text", "is not executable");
    refused("open", "may be changed by others");
  }

  @Test
  void aDirectoryThatOthersMayWriteToIsRefused() throws Exception {
    Scripts.write(hooks, "reload");
    Files.setPosixFilePermissions(hooks, PosixFilePermissions.fromString("rwxrwxrwx"));
    refused("reload", "the hooks directory " + hooks + " may be changed by others");
  }

  @Test
  void whatBelongsToSomebodyElseIsRefused() throws Exception {
    Path program = Scripts.write(hooks, "reload");
    if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      Files.setAttribute(program, "unix:uid", NOBODY);
      refused("reload", "belongs to user " + NOBODY);
      Files.setAttribute(program, "unix:uid", 0);
      Files.setAttribute(hooks, "unix:uid", NOBODY);
      refused("reload", "belongs to user " + NOBODY);
    } else {
      // Only root can give files away; /bin is root's, which is trusted.
      assertThat(new HookDirectory(Path.of("/usr/bin")).find("env")).exists();
    }
  }

  @Test
  void anAgentWithoutHooksSaysSo() throws Exception {
    assertThatThrownBy(() -> new HookDirectory(null).find("reload"))
        .isInstanceOf(HookRefused.class)
        .hasMessage("hook reload: this agent runs no hooks (start it with --hooks)");
    assertThatThrownBy(() -> new HookDirectory(temporary.resolve("absent")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not a directory");
  }

  @Test
  void theTimeOfAHookHasBounds() {
    assertThat(new HookSettings(hooks, 1).seconds()).isEqualTo(1);
    assertThat(new HookSettings(hooks, HookSettings.SECONDS_MAX).seconds()).isPositive();
    assertThatThrownBy(() -> new HookSettings(hooks, 0)).hasMessageContaining("hook seconds: 0");
    assertThatThrownBy(() -> new HookSettings(hooks, HookSettings.SECONDS_MAX + 1))
        .hasMessageContaining("expected: 1 to 3600");
  }

  /* --------------- What they print --------------- */

  @Test
  void outputIsKeptWholeUpToItsLimitAndItsEndBeyond() {
    HookOutput fits = printed("x".repeat(MachineDetail.HOOK_OUTPUT_CHARS_MAX - 60));
    assertThat(fits.text()).doesNotContain("[").hasSize(MachineDetail.HOOK_OUTPUT_CHARS_MAX - 60);
    HookOutput beyond = printed("a" + "x".repeat(MachineDetail.HOOK_OUTPUT_CHARS_MAX - 60));
    assertThat(beyond.text())
        .startsWith("[the end of 4037 bytes]\nx")
        .hasSizeLessThanOrEqualTo(MachineDetail.HOOK_OUTPUT_CHARS_MAX);
    HookOutput huge = new HookOutput();
    for (int i = 0; i < 1_000; i++) {
      huge.add(bytes("line " + i + " " + "ü".repeat(500) + "\n"));
    }
    assertThat(huge.text())
        .endsWith("ü\n")
        .hasSizeLessThanOrEqualTo(MachineDetail.HOOK_OUTPUT_CHARS_MAX);
    assertThat(huge.lastLine())
        .startsWith("line 999 ü")
        .hasSize(HookOutput.LINE_CHARS_MAX + "...".length());
  }

  @Test
  void whatIsNoTextBecomesSome() {
    assertThat(printed("").lastLine()).isEmpty();
    assertThat(printed("\n \n").lastLine()).isEmpty();
    assertThat(printed("\u001b[31mred\u0007\n\n").lastLine()).isEqualTo("?[31mred?");
  }

  private static HookOutput printed(String text) {
    HookOutput output = new HookOutput();
    output.add(bytes(text));
    return output;
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /* --------------- Their order --------------- */

  @Test
  @Timeout(60)
  void hooksOfOneDestinationRunOneAfterTheOtherThoseOfOthersAtTheSameTime() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      HookLanes lanes = new HookLanes(threads);
      CountDownLatch go = new CountDownLatch(1);
      List<Integer> order = Collections.synchronizedList(new ArrayList<>());
      assertThat(lanes.submit("x", go::await)).isTrue();
      for (int i = 0; i < HookLanes.WAITING_MAX; i++) {
        int number = i;
        assertThat(lanes.submit("x", () -> order.add(number))).isTrue();
      }
      assertThat(lanes.submit("x", () -> order.add(-1))).isFalse();
      CountDownLatch other = new CountDownLatch(1);
      assertThat(lanes.submit("y", other::countDown)).isTrue();
      other.await();
      assertThat(order).isEmpty();
      go.countDown();
      threads.shutdown();
      assertThat(threads.awaitTermination(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(order).hasSize(HookLanes.WAITING_MAX).isSorted();
    }
  }

  @Test
  @Timeout(60)
  void soManyHooksRunAtOnceAndNoMore() throws Exception {
    Path begun = Files.createDirectory(temporary.resolve("begun"));
    Path go = temporary.resolve("go");
    Path program =
        Scripts.write(
            hooks, "h", "touch " + begun + "/$$", "while [ ! -e " + go + " ]; do sleep 0.01; done");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      HookLanes lanes = new HookLanes(threads);
      for (int i = 0; i <= HookLanes.HOOKS_MAX; i++) {
        lanes.submit(
            "lane" + i,
            () -> lanes.run(new HookRun("h", program, java.util.Map.of(), 50, new HookOutput())));
      }
      org.awaitility.Awaitility.await().until(() -> count(begun) >= HookLanes.HOOKS_MAX);
      assertThat(count(begun)).isEqualTo(HookLanes.HOOKS_MAX);
      Files.createFile(go);
      org.awaitility.Awaitility.await().until(() -> count(begun) == HookLanes.HOOKS_MAX + 1);
    }
  }

  private static int count(Path directory) {
    String[] names = directory.toFile().list();
    return names == null ? 0 : names.length;
  }

  private void refused(String name, String why) {
    assertThatThrownBy(() -> new HookDirectory(hooks).find(name))
        .isInstanceOf(HookRefused.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n");
  }
}
