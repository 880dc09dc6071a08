package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seedfall.agent.AgentState.Origin;
import io.seedfall.control.Destination;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentStateTest {
  private static final AgentState.By BY = new AgentState.By("d1", "model", "v1");
  private static final AgentState.Switching SWITCHING =
      new AgentState.Switching(new Prepared("new-0", 7, false), BY, true);

  @TempDir Path directory;

  @Test
  void aVersionIsWhereItIsInPlaceOrWaitsToBeJudged() {
    AgentState state =
        AgentState.empty("a1", "/srv")
            .installed("x", "h1", 2, BY)
            .installed("y", "h2", 2, BY)
            .installed("z", "h1", 2, BY)
            .installing("z", "h2", SWITCHING)
            .installed("w", "h2", 2, BY)
            .unproven("w", new AgentState.Unproven("h1", new Prepared("new-1", 8, false), BY));
    assertThat(state.destinationsOf("h1").stream().map(Destination::path))
        .containsExactlyInAnyOrder("x", "z", "w");
    assertThat(state.destinationsOf("h2").stream().map(Destination::path)).containsExactly("y");
    assertThat(state.destinationsOf("h3")).isEmpty();
  }

  @Test
  void theStateIsReadBackAsItWasWritten() throws Exception {
    StateFile file = new StateFile(directory);
    assertThat(file.read()).isNull();
    AgentState state =
        AgentState.empty("a1", "/srv")
            .installing("x", "h1", SWITCHING)
            .installed("x", "h1", 2, BY)
            .installing("y", "h2", SWITCHING)
            .withVersion("h1", new AgentState.Version(Origin.FETCHED, "m", "s", 1L));
    file.write(state);
    assertThat(file.read()).isEqualTo(state);
    assertThat(directory).isDirectoryNotContaining("glob:**.next");
  }

  @Test
  void aDamagedOrForeignStateIsSaidInOneLine() throws Exception {
    StateFile file = new StateFile(directory);
    Path path = directory.resolve("agent.json");
    Files.writeString(path, "{\"format\":1,");
    assertThatThrownBy(file::read).hasMessageContaining("is damaged");
    Files.writeString(path, "{\"format\":1}");
    assertThatThrownBy(file::read).hasMessageContaining("is damaged");
    Files.writeString(
        path, "{\"format\":2,\"name\":\"a\",\"root\":\"/\",\"places\":{},\"versions\":{}}");
    assertThatThrownBy(file::read).hasMessageContaining("has format 2 (expected: 1)");
  }

  @Test
  void theFileIsReadUpToItsLimit() throws Exception {
    StateFile file = new StateFile(directory);
    try (RandomAccessFile large =
        new RandomAccessFile(directory.resolve("agent.json").toFile(), "rw")) {
      large.setLength(StateFile.BYTES_MAX + 1L);
    }
    assertThatThrownBy(file::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is larger than");
  }

  @Test
  void theHistoryOfAPlaceHoldsTheNewestOnly() {
    AgentState state =
        AgentState.empty("a", "/")
            .installed("x", "h1", 2, BY)
            .installed("x", "h2", 2, BY)
            .installed("x", "h3", 2, BY);
    assertThat(state.place("x").history()).containsExactly("h3", "h2");
    assertThat(state.installed("x", "h2", 2, BY).place("x").history()).containsExactly("h2", "h3");
    assertThat(state.retained(2)).containsExactlyInAnyOrder("h3", "h2");
    assertThat(state.retained(1)).containsExactly("h3");
  }

  @Test
  void anInstallThatDidNotHappenLeavesThePlaceAsItWas() {
    AgentState installed = AgentState.empty("a", "/").installed("x", "h1", 2, BY);
    assertThat(installed.installing("x", "h2", SWITCHING).notInstalled("x")).isEqualTo(installed);
    AgentState never = AgentState.empty("a", "/").installing("x", "h1", SWITCHING);
    assertThat(never.place("x").ours()).isFalse();
    assertThat(never.retained(2)).containsExactly("h1");
    assertThat(never.notInstalled("x").places()).isEmpty();
  }

  @Test
  void ofWhatWasHandedOverTheNewestOfEachNameStay() {
    AgentState state = AgentState.empty("a", "/");
    for (String version : new String[] {"m1", "m2", "n1", "m3"}) {
      state =
          state.withVersion(
              version,
              new AgentState.Version(Origin.HANDED_OVER, version.substring(0, 1), "s", 1L));
    }
    state = state.withVersion("f1", new AgentState.Version(Origin.FETCHED, "f", "s", 1L));
    assertThat(state.retained(2)).containsExactlyInAnyOrder("m2", "m3", "n1");
  }

  @Test
  void placesAreForgottenBeyondTheirLimit() {
    AgentState state = AgentState.empty("a", "/");
    for (int i = 0; i < AgentState.PLACES_MAX; i++) {
      state
          .places()
          .put("p" + i, new AgentState.Place("h", null, java.util.List.of("h"), null, null, BY));
    }
    AgentState full = state.installed("p0", "h", 2, BY);
    assertThat(full.places()).hasSize(AgentState.PLACES_MAX).containsKey("p1");
    AgentState beyond = full.installed("new", "h", 2, BY);
    assertThat(beyond.places()).hasSize(AgentState.PLACES_MAX).doesNotContainKey("p1");
    assertThat(beyond.places()).containsKeys("p0", "new");
  }

  @Test
  void aStampChangesWithTheFiles() throws Exception {
    Path tree = Files.createDirectories(directory.resolve("tree/in"));
    Path file = Files.writeString(tree.resolve("f"), "one");
    String before = ContentStamp.of(directory.resolve("tree"));
    assertThat(ContentStamp.of(directory.resolve("tree"))).isEqualTo(before);
    Files.writeString(file, "three");
    assertThat(ContentStamp.of(directory.resolve("tree"))).isNotEqualTo(before);
  }

  @Test
  void aLockIsHeldUntilItIsClosed() throws Exception {
    DirectoryLock held = DirectoryLock.take(directory, "state directory");
    assertThatThrownBy(() -> DirectoryLock.take(directory, "state directory"))
        .hasMessageContaining("state directory " + directory + " is in use by another agent");
    held.close();
    DirectoryLock.take(directory, "state directory").close();
  }
}
