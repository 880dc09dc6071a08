package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.ControlApi;
import io.seedfall.control.FlowView;
import io.seedfall.control.InstalledView;
import io.seedfall.control.Names;
import io.seedfall.control.PiecesView;
import io.seedfall.control.Problem;
import io.seedfall.planner.AgentSnapshot;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.MachineState;
import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What the page draws and no command needs: which pieces are where, who fed whom, what is installed
 * on how many machines. Each answer is small whatever the fleet's size.
 */
final class PictureRoutes {
  private static final int STAMP_CHARS_MAX = 18;
  private static final Parameter SINCE =
      Parameter.query(
          "since",
          "only what came after the answer with this `stamp`",
          new Parameter.Values.Opaque(STAMP_CHARS_MAX));
  private static final Parameter BY =
      Parameter.query(
          "by",
          "the label whose values group machines; each stands for itself when it is not said",
          new Parameter.Values.Name());

  private final Leadership loop;
  private final Store store;
  private final BlockingCalls blocking;
  private final PieceMaps pieces;
  private final Function<String, DeploymentSnapshot> deployments;

  PictureRoutes(
      Leadership loop,
      Store store,
      BlockingCalls blocking,
      PieceMaps pieces,
      Function<String, DeploymentSnapshot> deployments) {
    this.loop = loop;
    this.store = store;
    this.blocking = blocking;
    this.pieces = pieces;
    this.deployments = deployments;
  }

  List<Route> table() {
    String one = ControlApi.DEPLOYMENTS + "/{id}";
    return List.of(
        Route.get(
            ControlApi.INSTALLED,
            "What is installed where, and on which connected machines.",
            new Payload.Json(InstalledView.class),
            this::installed),
        Route.get(
                one + "/pieces",
                "Which pieces its machines under way have.",
                new Payload.Json(PiecesView.class),
                this::pieces)
            .with(SINCE),
        Route.get(
                one + "/flow",
                "Who fed whom, as far as machines have told; each tells when it ends.",
                new Payload.Json(FlowView.class),
                this::flow)
            .with(BY)
            .orElse(Problem.UNKNOWN_DEPLOYMENT));
  }

  private void installed(Context context, byte[] body) {
    Map<String, Map<String, InfoHash>> inPlace =
        loop.askOr(Control::inPlace, () -> blocking.call(this::storedInPlace));
    Map<String, Map<InfoHash, List<String>>> machines = new TreeMap<>();
    inPlace.forEach((machine, places) ->
        places.forEach((place, content) ->
            machines
                .computeIfAbsent(place, _ -> new TreeMap<>())
                .computeIfAbsent(content, _ -> new ArrayList<>())
                .add(machine)));
    List<InstalledView.Place> places = new ArrayList<>();
    machines.forEach((place, contents) ->
        contents.forEach(
            (content, names) -> places.add(new InstalledView.Place(place, content.hex(), names))));
    Border.answer(context, 200, new InstalledView(places));
  }

  /** What the rows know of it: what standing deployments have put in place. */
  private Map<String, Map<String, InfoHash>> storedInPlace() {
    Map<String, Map<String, InfoHash>> inPlace = new TreeMap<>();
    for (DeploymentSnapshot deployment : store.standingDeployments()) {
      for (MachineSnapshot machine : deployment.machines()) {
        if (machine.state() == MachineState.INSTALLED) {
          inPlace
              .computeIfAbsent(machine.agent(), _ -> new TreeMap<>())
              .put(deployment.plan().destination(), deployment.plan().artifact().infoHash());
        }
      }
    }
    return inPlace;
  }

  private void pieces(Context context, byte[] body) {
    String id = Border.checked(() -> Names.check("id", context.pathParam("id")));
    String since = context.queryParam(SINCE.name());
    if (since != null && !since.matches("[0-9]{1," + STAMP_CHARS_MAX + "}")) {
      throw RequestRefused.malformed("since (expected: the stamp of an answer before)");
    }
    Border.answer(context, 200, pieces.since(id, since == null ? 0 : Long.parseLong(since)));
  }

  private void flow(Context context, byte[] body) {
    String label = context.queryParam(BY.name());
    String by = label == null ? "" : Border.checked(() -> Names.check(BY.name(), label));
    DeploymentSnapshot deployment = deployments.apply(context.pathParam("id"));
    List<AgentSnapshot> agents =
        loop.askOr(Control::agentSnapshots, () -> blocking.call(store::agents));
    Border.answer(
        context,
        200,
        FlowTable.of(deployment.plan().artifact().sizeBytes(), deployment.machines(), agents, by));
  }
}
