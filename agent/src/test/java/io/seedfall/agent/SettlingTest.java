package io.seedfall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.seedfall.control.Destination;
import io.seedfall.control.FileAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettlingTest {
  private static final AgentState.By BY = new AgentState.By("d1", "model", "v1");
  private static final String OLD = "aa".repeat(32);
  private static final String NEW = "bb".repeat(32);
  private static final Destination X = Destination.parse("x");

  @TempDir Path root;
  private VersionStore store;
  private Roots roots;
  private Installer installer;
  private Path content;
  private AgentState before;

  @BeforeEach
  void openRoot() throws Exception {
    root = root.toRealPath();
    store = VersionStore.open(root);
    roots = Roots.open(root, Map.of());
    installer = roots.site(X).installer();
    content = Files.writeString(root.resolve(".seedfall/versions/new"), "new");
    Files.writeString(root.resolve("x"), "old");
    before = AgentState.empty("a", root.toString()).installed("x", OLD, 2, BY);
  }

  @AfterEach
  void closeRoot() {
    roots.close();
  }

  @Test
  void aSwitchThatDidNotHappenIsForgottenAndSwept() throws Exception {
    AgentState cut = before.installing("x", NEW, switching(prepared(), true));
    assertThat(settled(cut)).isEqualTo(before);
    assertThat(staged()).isEmpty();
  }

  @Test
  void aSwitchThatHappenedIsRemembered() throws Exception {
    Prepared prepared = prepared();
    AgentState cut = before.installing("x", NEW, switching(prepared, false));
    installer.place(prepared, X, true, false);
    AgentState.Place place = settled(cut).place("x");
    assertThat(place.installed()).isEqualTo(NEW);
    assertThat(place.installing()).isNull();
    assertThat(place.history()).containsExactly(NEW, OLD);
  }

  @Test
  void aSwitchThatWasToBeJudgedStaysUnprovenWithWhatItReplaced() throws Exception {
    Prepared prepared = prepared();
    AgentState cut = before.installing("x", NEW, switching(prepared, true));
    installer.place(prepared, X, true, true);

    AgentState settled = settled(cut);
    AgentState.Place place = settled.place("x");
    assertThat(place.unproven()).isEqualTo(new AgentState.Unproven(NEW, prepared, BY));
    assertThat(place.installed()).isEqualTo(OLD);
    assertThat(settled.retained(1)).contains(OLD, NEW);
    assertThat(staged()).containsExactly(prepared.name());
    assertThat(settled(settled)).isEqualTo(settled);
    assertThat(prepared().name()).isNotEqualTo(prepared.name());

    installer.restore(prepared, X);
    assertThat(root.resolve("x")).hasContent("old");
    assertThat(settled(settled)).isEqualTo(before);
    assertThat(staged()).isEmpty();
  }

  private AgentState settled(AgentState state) throws IOException {
    return new Settling(roots, store).settled(state);
  }

  private Prepared prepared() throws Exception {
    return installer.prepare(content, false, X, true, FileAttributes.NONE);
  }

  private static AgentState.Switching switching(Prepared prepared, boolean judged) {
    return new AgentState.Switching(prepared, BY, judged);
  }

  private List<String> staged() throws IOException {
    try (Stream<Path> entries = Files.list(root.resolve(".seedfall/install"))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
