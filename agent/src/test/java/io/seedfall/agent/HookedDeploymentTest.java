package io.seedfall.agent;

import static io.seedfall.agent.AgentBench.hooked;
import static io.seedfall.agent.AgentBench.plain;
import static io.seedfall.agent.AgentBench.staged;
import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.AgentMessage;
import io.seedfall.control.Assignment;
import io.seedfall.control.CoordinatorMessage;
import io.seedfall.control.MachinePhase;
import io.seedfall.control.MachineReport;
import io.seedfall.protocol.metainfo.Metainfo;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HookedDeploymentTest {
  @TempDir Path temporary;
  private AgentBench bench;
  private Path hooks;

  @BeforeEach
  void startAgent() throws Exception {
    bench = new AgentBench(temporary);
    hooks = Scripts.directory(bench.temporary.resolve("hooks"));
    bench.start(hooking(bench.settings()));
  }

  private AgentSettings hooking(AgentSettings settings) {
    return settings.withHooks(new HookSettings(hooks, 50));
  }

  @AfterEach
  void endAll() {
    bench.close();
  }

  @Test
  void hooksRunBeforeAndAfterTheSwitchAndAreToldWhatItIsAbout() throws Exception {
    Path told = bench.temporary.resolve("told");
    String tell =
        "echo $SEEDFALL_HOOK $SEEDFALL_DEPLOYMENT $SEEDFALL_ARTIFACT $SEEDFALL_VERSION"
            + " $SEEDFALL_DESTINATION >>"
            + told;
    Scripts.write(hooks, "pre", tell, "cat $SEEDFALL_STAGED >>" + told, "echo >>" + told);
    Scripts.write(
        hooks, "post", tell, "cat $SEEDFALL_DESTINATION >>" + told, "echo ${SEEDFALL_STAGED-none}");
    bench.installed("d0", "old", "x");
    Metainfo metainfo = bench.publishedText("new");
    bench.assign(hooked(plain("d1", metainfo, "x", bench.sourceOfText(metainfo)), "pre", "post"));

    MachineReport report = bench.ended("d1");
    assertThat(report.phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(report.detail().hookOutput()).isEqualTo("none\n");
    assertThat(report.detail().millis()).containsKey("hooks");
    String place = bench.root.resolve("x").toString();
    assertThat(told)
        .hasContent(
            "pre-install d1 model v1 %s\nnew\npost-install d1 model v1 %s\nnew"
                .formatted(place, place));
    Awaitility.await().until(() -> bench.prepared().isEmpty());
  }

  @Test
  void whenThePreInstallHookFailsNothingIsChanged() throws Exception {
    Scripts.write(hooks, "pre", "echo first", "echo 'not now'", "exit 1");
    bench.installed("d0", "old", "x");
    Metainfo metainfo = bench.publishedText("new");
    bench.assign(hooked(plain("d1", metainfo, "x", bench.sourceOfText(metainfo)), "pre", ""));
    MachineReport report = bench.ended("d1");
    assertThat(report.phase()).isEqualTo(MachinePhase.FAILED);
    assertThat(report.why()).isEqualTo("hook pre ended with 1: not now");
    assertThat(report.detail().hookOutput()).isEqualTo("first\nnot now\n");
    assertThat(bench.root.resolve("x")).hasContent("old");
    Awaitility.await().until(() -> bench.prepared().isEmpty());
  }

  @Test
  void whenThePostInstallHookFailsWhatWasThereBeforeComesBack() throws Exception {
    Scripts.write(hooks, "post", "cat $SEEDFALL_DESTINATION", "exit 1");
    Metainfo old = bench.installed("d0", "old", "x");
    Metainfo metainfo = bench.publishedText("new");
    bench.assign(hooked(plain("d1", metainfo, "x", bench.sourceOfText(metainfo)), "", "post"));
    MachineReport report = bench.ended("d1");
    assertThat(report.phase()).isEqualTo(MachinePhase.FAILED);
    assertThat(report.why()).isEqualTo("hook post ended with 1: new");
    assertThat(bench.root.resolve("x")).hasContent("old");
    Awaitility.await().until(() -> bench.prepared().isEmpty());
    bench.restart(this::hooking);
    assertThat(bench.hello().installed()).containsEntry("x", old.infoHash().hex());
  }

  @Test
  void whenThePostInstallHookFailsAndNothingWasThereNothingIs() throws Exception {
    Scripts.write(hooks, "post", "exit 1");
    Path tree = Files.createDirectories(temporary.resolve("tree"));
    Files.writeString(tree.resolve("f"), "f");
    Metainfo metainfo = bench.published(tree);
    bench.assign(hooked(plain("d1", metainfo, "a/x", bench.source(metainfo, tree, 0)), "", "post"));
    assertThat(bench.ended("d1").why()).isEqualTo("hook post ended with 1, and printed nothing");
    assertThat(bench.root.resolve("a/x")).doesNotExist();
    Awaitility.await().until(() -> bench.prepared().isEmpty());
  }

  @Test
  void aTreeComesBackToo() throws Exception {
    Path first = Files.createDirectories(temporary.resolve("first"));
    Files.writeString(first.resolve("f"), "first");
    Metainfo one = bench.published(first);
    bench.assign(plain("d1", one, "x", bench.source(one, first, 0)));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    Scripts.write(hooks, "post", "exit 1");
    Metainfo metainfo = bench.publishedText("a file instead");
    bench.assign(hooked(plain("d2", metainfo, "x", bench.sourceOfText(metainfo)), "", "post"));
    assertThat(bench.ended("d2").phase()).isEqualTo(MachinePhase.FAILED);
    assertThat(bench.root.resolve("x/f")).hasContent("first");
  }

  @Test
  void whatSomebodyElsePutThereMeanwhileStays() throws Exception {
    Scripts.write(
        hooks,
        "post",
        "echo theirs >$SEEDFALL_DESTINATION.next",
        "mv $SEEDFALL_DESTINATION.next $SEEDFALL_DESTINATION",
        "exit 1");
    bench.installed("d0", "old", "x");
    Metainfo metainfo = bench.publishedText("new");
    bench.assign(hooked(plain("d1", metainfo, "x", bench.sourceOfText(metainfo)), "", "post"));
    assertThat(bench.ended("d1").why())
        .startsWith("hook post ended with 1, and printed nothing; what was there before could not")
        .contains("put there by somebody else");
    assertThat(bench.root.resolve("x")).hasContent("theirs");
  }

  @Test
  void aHookThatIsNotThereIsSaidBeforeTheFirstByte() throws Exception {
    Metainfo metainfo = bench.publishedText("new");
    bench.assign(hooked(plain("d1", metainfo, "x"), "", "none"));
    MachineReport report = bench.ended("d1");
    assertThat(report.phase()).isEqualTo(MachinePhase.FAILED);
    assertThat(report.why()).isEqualTo("hook none is not in " + hooks);
    bench.restart(settings -> settings);
    bench.assign(hooked(plain("d2", metainfo, "x"), "pre", ""));
    assertThat(bench.ended("d2").why()).contains("this agent runs no hooks");
  }

  @Test
  void aSlowHookHoldsUpNobodyElse() throws Exception {
    Path go = bench.temporary.resolve("go");
    Scripts.write(hooks, "pre", "while [ ! -e " + go + " ]; do sleep 0.01; done");
    Metainfo metainfo = bench.publishedText("new");
    bench.assign(hooked(plain("d1", metainfo, "x", bench.sourceOfText(metainfo)), "pre", ""));
    bench.reaches("d1", MachinePhase.INSTALLING);
    bench.installed("d2", "other", "y");
    // What is under way there is not taken back; what comes after it waits for it.
    bench.say(new CoordinatorMessage.Withdraw("d1", "too late"));
    Metainfo next = bench.publishedText("next");
    bench.assign(plain("d3", next, "x", bench.sourceOfText(next)));
    assertThat(bench.root.resolve("x")).doesNotExist();
    Files.createFile(go);
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.ended("d3").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.root.resolve("x")).hasContent("next");
  }

  @Test
  void aStagedVersionsHooksRunWhenItIsActivated() throws Exception {
    Path ran = bench.temporary.resolve("ran");
    Scripts.write(hooks, "pre", "touch " + ran);
    Metainfo metainfo = bench.publishedText("new");
    Assignment plain = plain("d1", metainfo, "x", bench.sourceOfText(metainfo));
    bench.assign(staged(hooked(plain, "pre", "")));
    bench.reaches("d1", MachinePhase.STAGED);
    assertThat(ran).doesNotExist();
    bench.say(new CoordinatorMessage.Activate("d1"));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(ran).exists();
  }

  @Test
  void anAgentThatEndedBeforeTheHookDidAsksItAgain() throws Exception {
    Assignment assignment = cutOffInPostInstall("exit 0");
    assertThat(bench.root.resolve("x")).hasContent("new");
    assertThat(bench.hello().installed()).doesNotContainKey("x");
    assertThat(bench.prepared()).hasSize(1);
    bench.assign(assignment);
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.INSTALLED);
    assertThat(bench.root.resolve("x")).hasContent("new");
    Awaitility.await().until(() -> bench.prepared().isEmpty());
  }

  @Test
  void anAgentThatEndedBeforeTheHookFailedPutsBackWhatWasThere() throws Exception {
    Assignment assignment = cutOffInPostInstall("exit 1");
    bench.assign(assignment);
    MachineReport report = bench.ended("d1");
    assertThat(report.phase()).isEqualTo(MachinePhase.FAILED);
    assertThat(bench.root.resolve("x")).hasContent("old");
    Awaitility.await().until(() -> bench.prepared().isEmpty());
  }

  @Test
  void whatNobodyJudgesAnyMoreStays() throws Exception {
    cutOffInPostInstall("exit 1");
    bench.say(new CoordinatorMessage.Withdraw("d1", "cancelled"));
    assertThat(bench.ended("d1").phase()).isEqualTo(MachinePhase.CANCELLED);
    Awaitility.await().until(() -> bench.prepared().isEmpty());
    bench.restart(this::hooking);
    assertThat(bench.hello().installed()).containsKey("x");
    assertThat(bench.root.resolve("x")).hasContent("new");
  }

  @Test
  void whatComesAfterAnUnprovenVersionReplacesIt() throws Exception {
    cutOffInPostInstall("exit 1");
    bench.installed("d2", "newer", "x");
    assertThat(bench.root.resolve("x")).hasContent("newer");
    Awaitility.await().until(() -> bench.prepared().isEmpty());
  }

  /** The agent ends while the post-install hook runs, and is there again. */
  private Assignment cutOffInPostInstall(String then) throws Exception {
    Path begun = bench.temporary.resolve("begun");
    Scripts.write(hooks, "post", "touch " + begun, "sleep 1000");
    bench.installed("d0", "old", "x");
    Metainfo metainfo = bench.publishedText("new");
    Assignment assignment =
        hooked(plain("d1", metainfo, "x", bench.sourceOfText(metainfo)), "", "post");
    bench.assign(assignment);
    Awaitility.await().until(() -> Files.exists(begun));
    bench.stop();
    Scripts.write(hooks, "post", then);
    bench.start(hooking(bench.settings()));
    return assignment;
  }

  /* --------------- Health --------------- */

  @Test
  void healthIsWhatItsHookSays() throws Exception {
    Scripts.write(hooks, "well", "echo fine: $SEEDFALL_HOOK $SEEDFALL_DEPLOYMENT");
    Scripts.write(hooks, "ill", "echo 'queue is full'", "exit 2");
    bench.installed("d1", "one", "x");
    assertThat(health("d1", "well"))
        .isEqualTo(new AgentMessage.Health("d1", true, "fine: health d1"));
    assertThat(health("d1", "ill"))
        .isEqualTo(new AgentMessage.Health("d1", false, "hook ill ended with 2: queue is full"));
    bench.restart(this::hooking);
    assertThat(health("d1", "well").healthy()).isTrue();
  }

  @Test
  void whatIsNotInPlaceIsNotHealthy() throws Exception {
    Scripts.write(hooks, "well", "exit 0");
    assertThat(health("d9", "well"))
        .isEqualTo(new AgentMessage.Health("d9", false, "deployment d9 is not known here"));
    bench.installed("d1", "one", "x");
    bench.installed("d2", "two", "x");
    assertThat(health("d1", "well").why())
        .isEqualTo("deployment d1 is not in place here: another took its place");
    bench.assign(plain("d3", bench.publishedText("three"), "y"));
    assertThat(health("d3", "well").why())
        .isEqualTo("deployment d3 is not in place here: FETCHING");
    assertThat(health("d2", "../x").why()).contains("is no name");
    assertThat(health("d2", "none").why()).isEqualTo("hook none is not in " + hooks);
  }

  private AgentMessage.Health health(String id, String hook) throws Exception {
    bench.say(new CoordinatorMessage.CheckHealth(id, hook));
    return bench.health(id);
  }
}
