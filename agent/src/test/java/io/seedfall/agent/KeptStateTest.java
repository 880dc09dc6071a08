package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.Destination;
import io.seedfall.node.NodeCaps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptStateTest {
  private static final NodeCaps CAPS =
      new NodeCaps(7, new NodeCaps.Share(1, 2), new NodeCaps.Share(3, 4));

  private static final AgentState.By BY = new AgentState.By("d1", "model", "v1");

  @TempDir Path directory;

  @Test
  void soManyPlacesAreNamedAndNoMore() {
    AgentState state = AgentState.empty("a", "/");
    for (int i = 0; i < KeptState.INSTALLED_MAX; i++) {
      state.places().put("p" + i, place("h" + i));
    }
    assertThat(kept(state).installed(each -> true)).hasSize(KeptState.INSTALLED_MAX);
    AgentState more = state.installed("new", "h", 2, BY);
    Map<String, String> installed = kept(more).installed(each -> true);
    assertThat(installed).hasSize(KeptState.INSTALLED_MAX).doesNotContainKey("p0");
    assertThat(List.copyOf(installed.keySet())).startsWith("new", "p999", "p998");
  }

  @Test
  void longPlacesAreNamedAsFarAsAMessageHasRoom() {
    AgentState state = AgentState.empty("a", "/");
    String part = "p".repeat(Destination.PART_BYTES_MAX);
    for (int i = 0; i < KeptState.INSTALLED_MAX; i++) {
      state.places().put(part + "/" + part + "/" + part + "/" + i, place("h".repeat(64)));
    }
    Map<String, String> installed = kept(state).installed(each -> true);
    int each = 2 * (3 * 256 + 3) + 70;
    assertThat(installed).hasSize(KeptState.INSTALLED_BYTES_MAX / each);
  }

  @Test
  void whatIsNotThereOrNotJudgedIsNotNamed() {
    AgentState state =
        AgentState.empty("a", "/")
            .installed("x", "h1", 2, BY)
            .installed("y", "h2", 2, BY)
            .installed("z", "h3", 2, BY)
            .unproven("z", new AgentState.Unproven("h4", new Prepared("new-0", 1, false), BY));
    assertThat(kept(state).installed(each -> !each.path().equals("x")))
        .isEqualTo(Map.of("y", "h2"));
  }

  @Test
  void aStateOfAnAgentThatKnewNoStagingIsRead() throws IOException {
    Files.writeString(
        directory.resolve("agent.json"),
        """
        {"format":1,"name":"a","root":"/","versions":{},
         "places":{"x":{"installed":"h1","installing":"h2","history":["h1"]}}}
        """);
    AgentState state = Objects.requireNonNull(new StateFile(directory).read());
    assertThat(state.staged()).isEmpty();
    assertThat(state.place("x").installing()).isEqualTo("h2");
    assertThat(state.place("x").switching()).isNull();
    assertThat(state.caps()).isEqualTo(NodeCaps.NONE);
  }

  @Test
  void aCapIsKeptWhateverElseChanges() throws IOException {
    AgentState state = AgentState.empty("a", "/").capped(CAPS).installed("x", "h1", 2, BY);
    kept(AgentState.empty("a", "/")).keep(state);
    assertThat(Objects.requireNonNull(new StateFile(directory).read()).caps()).isEqualTo(CAPS);
  }

  @Test
  void aCapThatWasWrittenBeforeThereWereUplinksIsReadAsItWas() throws IOException {
    kept(AgentState.empty("a", "/")).keep(AgentState.empty("a", "/").capped(CAPS));
    Path file = directory.resolve("agent.json");
    String before =
        Files.readString(file)
            .replaceFirst("(?s),\\s*\"caps\" :.*", ", \"capBytesPerSecond\" : 7}");
    Files.writeString(file, before);
    assertThat(Objects.requireNonNull(new StateFile(directory).read()).caps())
        .isEqualTo(NodeCaps.inAll(7));
  }

  private KeptState kept(AgentState state) {
    return new KeptState(new StateFile(directory), state);
  }

  private static AgentState.Place place(String infoHash) {
    return new AgentState.Place(infoHash, null, List.of(infoHash), null, null, BY);
  }
}
