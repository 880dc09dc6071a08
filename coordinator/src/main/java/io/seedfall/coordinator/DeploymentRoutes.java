package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import io.seedfall.control.ArtifactReference;
import io.seedfall.control.ControlApi;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.Destination;
import io.seedfall.control.HistoryView;
import io.seedfall.control.MachineDetail;
import io.seedfall.control.MachineDetailView;
import io.seedfall.control.MachineView;
import io.seedfall.control.Names;
import io.seedfall.control.PaceRequest;
import io.seedfall.control.Page;
import io.seedfall.control.Problem;
import io.seedfall.control.RollbackRequest;
import io.seedfall.control.Selector;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.PlannerEvent;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Deployments: made, looked at, changed. As in {@link CatalogRoutes}, who blocks and who leads. */
final class DeploymentRoutes {
  private static final String ONE = ControlApi.DEPLOYMENTS + "/{id}";
  private static final Parameter MACHINES =
      Parameter.query(
          "machines",
          "how many machines come with it, the first by name",
          new Parameter.Values.Whole(
              0, ControlApi.MACHINES_SHOWN_MAX, ControlApi.MACHINES_SHOWN_MAX));
  private static final Parameter KEY =
      Parameter.header(
          ControlApi.IDEMPOTENCY_KEY,
          "sent again with the same key, it makes no second one",
          new Parameter.Values.Name());
  private static final Payload VIEW = new Payload.Json(DeploymentView.class);

  private final Leadership loop;
  private final StoredViews stored;
  private final Store store;
  private final BlockingCalls blocking;

  DeploymentRoutes(Leadership loop, StoredViews stored, Store store, BlockingCalls blocking) {
    this.loop = loop;
    this.stored = stored;
    this.store = store;
    this.blocking = blocking;
  }

  List<Route> table() {
    return Stream.of(looks(), making(), changes()).flatMap(List::stream).toList();
  }

  private List<Route> looks() {
    return List.of(
        Route.get(
                ControlApi.DEPLOYMENTS,
                "All deployments that are remembered, newest first, no machines.",
                new Payload.Page(DeploymentView.class),
                this::deployments)
            .by(Access.VIEWER_OR_AGENT)
            .with(Cursor.LIMIT, Cursor.AFTER),
        Route.get(ONE, "One deployment with its first machines.", VIEW, this::deployment)
            .by(Access.VIEWER_OR_AGENT)
            .with(MACHINES)
            .orElse(Problem.UNKNOWN_DEPLOYMENT),
        Route.get(
                ONE + "/history",
                "Every change of a phase with its reason, in order.",
                new Payload.Page(HistoryView.class),
                this::history)
            .with(
                Cursor.LIMIT,
                Cursor.AFTER,
                Parameter.query("agent", "of one machine only", new Parameter.Values.Name()))
            .orElse(Problem.UNKNOWN_DEPLOYMENT),
        Route.get(
                ONE + "/machines",
                "All machines of a deployment, by name.",
                new Payload.Page(MachineView.class),
                this::machines)
            .by(Access.VIEWER_OR_AGENT)
            .with(Cursor.LIMIT, Cursor.AFTER)
            .orElse(Problem.UNKNOWN_DEPLOYMENT),
        Route.get(
                ONE + "/machines/{agent}",
                "One machine: where its time went, and who fed it.",
                new Payload.Json(MachineDetailView.class),
                this::machine)
            .orElse(Problem.UNKNOWN_DEPLOYMENT, Problem.UNKNOWN_AGENT));
  }

  private List<Route> making() {
    return List.of(
        Route.post(
                ControlApi.DEPLOYMENTS,
                Access.DEPLOYER,
                "Makes machines have an artifact; answers when it is stored, not when it is done.",
                new Payload.Json(DeploymentRequest.class),
                VIEW,
                this::deploy)
            .made()
            .with(KEY)
            .orElse(
                Problem.UNKNOWN_ARTIFACT,
                Problem.NO_MATCHING_AGENTS,
                Problem.NO_FULL_COPY,
                Problem.NO_REACHABLE_COPY,
                Problem.KEY_REUSED,
                Problem.LIMIT_REACHED),
        Route.post(
                ONE + "/rollback",
                Access.DEPLOYER,
                "Brings back the version before, or another; gives the deployment that does.",
                new Payload.Json(RollbackRequest.class),
                VIEW,
                this::rollBack)
            .made()
            .with(KEY)
            .orElse(
                Problem.UNKNOWN_DEPLOYMENT,
                Problem.UNKNOWN_ARTIFACT,
                Problem.ALREADY_FINISHED,
                Problem.NO_VERSION_BEFORE,
                Problem.NO_MATCHING_AGENTS,
                Problem.NO_FULL_COPY,
                Problem.NO_REACHABLE_COPY,
                Problem.KEY_REUSED,
                Problem.LIMIT_REACHED));
  }

  private List<Route> changes() {
    Payload none = Route.NOTHING;
    return List.of(
        change(
            "/activate",
            "Puts in place what is staged.",
            none,
            Problem.NOT_STAGED,
            (context, _) -> change(context, PlannerEvent.ActivateRequested::new)),
        change(
            "/cancel",
            "Stops a deployment; what is installed stays.",
            none,
            Problem.ALREADY_FINISHED,
            (context, _) ->
                change(context, id -> new PlannerEvent.CancelRequested(id, "cancelled"))),
        change(
            "/pause",
            "Lets it stand still.",
            none,
            Problem.NOTHING_TO_CHANGE,
            (context, _) -> change(context, id -> new PlannerEvent.PauseRequested(id, true))),
        change(
            "/resume",
            "Lets it go on.",
            none,
            Problem.NOTHING_TO_CHANGE,
            (context, _) -> change(context, id -> new PlannerEvent.PauseRequested(id, false))),
        change(
            "/pace",
            "Lets its bytes move at another pace.",
            new Payload.Json(PaceRequest.class),
            Problem.NOTHING_TO_CHANGE,
            this::pace));
  }

  private static Route change(
      String path, String what, Payload takes, String problem, Route.Action action) {
    return Route.post(ONE + path, Access.DEPLOYER, what, takes, VIEW, action)
        .orElse(
            problem.equals(Problem.ALREADY_FINISHED)
                ? new String[] {Problem.UNKNOWN_DEPLOYMENT, problem}
                : new String[] {Problem.UNKNOWN_DEPLOYMENT, Problem.ALREADY_FINISHED, problem});
  }

  private void deployments(Context context, byte[] body) {
    Cursor cursor = Cursor.of(Cursor.Ordering.DEPLOYMENTS, context);
    Page<DeploymentView> page =
        cursor.page(
            blocking.call(() ->
                store.deploymentsBefore(cursor.afterNumber(Long.MAX_VALUE), cursor.limit() + 1)),
            Numbered::key,
            Numbered::row);
    List<String> ids = page.items().stream().map(DeploymentView::id).toList();
    Map<String, DeploymentView> standing =
        loop.askOr(
            control -> control.standing(ids), () -> blocking.call(() -> stored.standing(ids)));
    Border.answer(
        context,
        200,
        new Page<>(
            page.items().stream().map(view -> standing.getOrDefault(view.id(), view)).toList(),
            page.next()));
  }

  private void deploy(Context context, byte[] body) {
    Visitor visitor = Visitor.of(context);
    DeploymentRequest request = visitor.signed(Border.read(body, DeploymentRequest.class));
    ArtifactReference artifact = Border.checked(() -> ArtifactReference.parse(request.artifact()));
    Selector selector = Border.checked(() -> Selector.parse(request.selector()));
    visitor.requireSelector(selector);
    Destination destination = Border.checked(() -> Destination.parse(request.destination()));
    String key = key(context);
    String id = loop.ask(control -> control.deploy(artifact, selector, destination, request, key));
    Border.answer(context, 201, view(id));
  }

  private void rollBack(Context context, byte[] body) {
    String id = context.pathParam("id");
    RollbackRequest request = Visitor.of(context).signed(Border.read(body, RollbackRequest.class));
    requireOwn(context, id);
    String key = key(context);
    Border.answer(context, 201, view(loop.ask(control -> control.rollBack(id, request, key))));
  }

  private void pace(Context context, byte[] body) {
    PaceRequest request = Border.read(body, PaceRequest.class);
    change(
        context,
        id ->
            new PlannerEvent.PaceRequested(
                id,
                Rollouts.pace(
                    request.priority(),
                    request.maxBytesPerSecond(),
                    request.receivedBytesPerSecond())));
  }

  private void change(Context context, Function<String, PlannerEvent.Request> request) {
    String id = context.pathParam("id");
    requireOwn(context, id);
    loop.ask(control -> {
      control.change(id, request.apply(id));
      return true;
    });
    Border.answer(context, 200, view(id));
  }

  /** Whoever changes a deployment could have made it: its machines are among his. */
  private void requireOwn(Context context, String id) {
    if (Visitor.of(context) instanceof Visitor.User user) {
      user.requireSelector(Selector.parse(snapshot(id).plan().selector()));
    }
  }

  /** What makes a request the same one when it is sent again; empty for none. */
  private static String key(Context context) {
    String key = context.header(ControlApi.IDEMPOTENCY_KEY);
    return key == null || key.isEmpty()
        ? ""
        : Border.checked(() -> Names.check("Idempotency-Key", key));
  }

  private void deployment(Context context, byte[] body) {
    int machines = Cursor.number(context, MACHINES);
    Border.answer(context, 200, Translation.view(snapshot(context.pathParam("id")), machines));
  }

  private void history(Context context, byte[] body) {
    Cursor cursor = Cursor.of(Cursor.Ordering.HISTORY, context);
    String agent = context.queryParam("agent");
    String of = agent == null ? "" : Border.checked(() -> Names.check("agent", agent));
    String id = context.pathParam("id");
    if (!blocking.call(() -> store.hasDeployment(id))) {
      throw RequestRefused.unknownDeployment();
    }
    List<Numbered<HistoryView>> found =
        blocking.call(() -> store.history(id, of, cursor.afterNumber(-1), cursor.limit() + 1));
    Border.answer(context, 200, cursor.page(found, Numbered::key, Numbered::row));
  }

  private void machines(Context context, byte[] body) {
    Cursor cursor = Cursor.of(Cursor.Ordering.MACHINES, context);
    List<MachineSnapshot> behind =
        snapshot(context.pathParam("id")).machines().stream()
            .filter(machine -> cursor.isBehind(machine.agent()))
            .limit(cursor.limit() + 1L)
            .toList();
    Border.answer(context, 200, cursor.page(behind, MachineSnapshot::agent, Translation::view));
  }

  private void machine(Context context, byte[] body) {
    DeploymentSnapshot deployment = snapshot(context.pathParam("id"));
    String agent = context.pathParam("agent");
    for (MachineSnapshot machine : deployment.machines()) {
      if (machine.agent().equals(agent)) {
        String detail = machine.progress().detail();
        Border.answer(
            context,
            200,
            new MachineDetailView(
                Translation.view(machine),
                detail.isEmpty()
                    ? MachineDetail.NONE
                    : Border.read(detail.getBytes(UTF_8), MachineDetail.class),
                deployment.plan().destination()));
        return;
      }
    }
    throw new RequestRefused(
        404, Problem.UNKNOWN_AGENT, "that deployment has no machine of that name");
  }

  private DeploymentView view(String id) {
    return Translation.view(snapshot(id), ControlApi.MACHINES_SHOWN_MAX);
  }

  /** Standing: as the planner knows it. Else as its rows tell, which are durable by then. */
  DeploymentSnapshot snapshot(String id) {
    List<DeploymentSnapshot> standing =
        loop.askOr(
            control -> {
              DeploymentSnapshot snapshot = control.standing(id);
              return snapshot == null ? List.of() : List.of(snapshot);
            },
            List::of);
    if (!standing.isEmpty()) {
      return standing.getFirst();
    }
    DeploymentSnapshot of = blocking.call(() -> store.deployment(id));
    if (of == null) {
      throw RequestRefused.unknownDeployment();
    }
    return of;
  }
}
