package io.seedfall.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.seedfall.control.AgentView;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.ControlException;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.HistoryView;
import io.seedfall.control.MachineView;
import io.seedfall.control.Page;
import io.seedfall.control.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists in pages, on every database: nothing is missed and nothing comes twice. */
@ParameterizedClass
@EnumSource(Databases.class)
final class PagesTest {
  private final Databases databases;
  @TempDir private Path state;
  private Rig rig;
  private final List<FakeAgent> agents = new ArrayList<>();

  PagesTest(Databases databases) {
    this.databases = databases;
  }

  /** A page of some list. */
  @FunctionalInterface
  private interface Pages<T> {
    Page<T> page(String after, int limit) throws ControlException;
  }

  @BeforeEach
  void begin() throws IOException, ControlException {
    rig = new Rig(databases.empty(state), Limits.DEFAULTS);
    String hash = rig.artifact("model", "1", "weights");
    agents.add(FakeAgent.publisher(rig.address(), "p", hash));
    for (String name : List.of("b", "d", "a", "c", "e")) {
      agents.add(rig.machine(name));
    }
  }

  @AfterEach
  void end() {
    agents.forEach(FakeAgent::close);
    rig.close();
  }

  private static <T> List<T> all(Pages<T> pages, int limit) throws ControlException {
    List<T> all = new ArrayList<>();
    Page<T> page = pages.page("", limit);
    while (!page.next().isEmpty()) {
      assertThat(page.items()).hasSize(limit);
      all.addAll(page.items());
      page = pages.page(page.next(), limit);
    }
    assertThat(page.items()).isNotEmpty().hasSizeLessThanOrEqualTo(limit);
    all.addAll(page.items());
    return all;
  }

  @Test
  void everyListIsTheSameInPagesOfAnySize() throws ControlException {
    String id = rig.client.deploy(new DeploymentRequest("model", "all", "x")).id();
    rig.client.deploy(new DeploymentRequest("model", "all", "y"));
    rig.client.deploy(new DeploymentRequest("model", "all", "z"));
    rig.artifact("model", "2", "other");
    rig.artifact("model", "3", "others");
    for (int limit = 1; limit <= 7; limit++) {
      assertThat(all(rig.client::agents, limit))
          .extracting(AgentView::name)
          .containsExactly("a", "b", "c", "d", "e", "p");
      assertThat(all(rig.client::artifacts, limit))
          .extracting(ArtifactView::version)
          .containsExactly("3", "2", "1");
      assertThat(all(rig.client::deployments, limit))
          .extracting(DeploymentView::destination)
          .containsExactly("z", "y", "x");
      assertThat(all((after, most) -> rig.client.machines(id, after, most), limit))
          .extracting(MachineView::agent)
          .containsExactly("a", "b", "c", "d", "e");
      assertThat(all((after, most) -> rig.client.history(id, "", after, most), limit))
          .isEqualTo(rig.client.history(id, ""))
          .hasSizeGreaterThanOrEqualTo(6);
      assertThat(all((after, most) -> rig.client.history(id, "a", after, most), limit))
          .extracting(HistoryView::agent)
          .contains("", "a")
          .doesNotContain("b");
    }
  }

  @Test
  void whatIsAddedMeanwhileMovesNothing() throws ControlException {
    rig.artifact("model", "2", "other");
    rig.artifact("model", "3", "others");
    Page<ArtifactView> first = rig.client.artifacts("", 2);
    rig.artifact("model", "4", "more");
    assertThat(rig.client.artifacts(first.next(), 2).items())
        .extracting(ArtifactView::version)
        .containsExactly("1");
    Page<AgentView> agent = rig.client.agents("", 2);
    assertThat(agent.items()).extracting(AgentView::name).containsExactly("a", "b");
    agents.add(rig.machine("a0"));
    agents.add(rig.machine("b0"));
    assertThat(rig.client.agents(agent.next(), 2).items())
        .extracting(AgentView::name)
        .containsExactly("b0", "c");
    rig.client.deploy(new DeploymentRequest("model@1", "all", "x"));
    rig.client.deploy(new DeploymentRequest("model@1", "all", "y"));
    Page<DeploymentView> newest = rig.client.deployments("", 1);
    rig.client.deploy(new DeploymentRequest("model@1", "all", "z"));
    assertThat(rig.client.deployments(newest.next(), 9).items())
        .extracting(DeploymentView::destination)
        .containsExactly("x");
  }

  @Test
  void aDeploymentComesWithAsManyMachinesAsAreAskedFor() throws ControlException {
    String id = rig.client.deploy(new DeploymentRequest("model", "all", "x")).id();
    assertThat(rig.client.deployment(id).machines()).hasSize(5);
    DeploymentView summary = rig.client.summary(id);
    assertThat(summary.machines()).isEmpty();
    assertThat(summary.machineCount()).isEqualTo(5);
  }

  @Test
  void aCursorOfAnotherListIsRefused() throws ControlException {
    String next = rig.client.agents("", 1).next();
    for (String bad : List.of(next, "x", "?", "dA", "x".repeat(Page.NEXT_CHARS_MAX + 1))) {
      ControlException refused =
          catchThrowableOfType(ControlException.class, () -> rig.client.deployments(bad, 1));
      assertThat(refused.code()).as(bad).isEqualTo(Problem.MALFORMED);
    }
    for (int limit : List.of(0, Page.LIMIT_MAX + 1)) {
      ControlException refused =
          catchThrowableOfType(ControlException.class, () -> rig.client.agents("", limit));
      assertThat(refused.code()).isEqualTo(Problem.MALFORMED);
    }
    assertThat(rig.client.agents("", Page.LIMIT_MAX).items()).hasSize(6);
  }
}
