package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.seedfall.control.AgentView;
import io.seedfall.control.ArtifactReference;
import io.seedfall.control.ArtifactRequest;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.Destination;
import io.seedfall.control.MachineDetail;
import io.seedfall.control.MachineDetailView;
import io.seedfall.control.Names;
import io.seedfall.control.PaceRequest;
import io.seedfall.control.Problem;
import io.seedfall.control.RollbackRequest;
import io.seedfall.control.Selector;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.planner.MachineSnapshot;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The REST interface: one table of routes, from which the server and docs/api.md are made. Handlers
 * run on virtual threads; whatever blocks in native code goes through {@link BlockingCalls}, and
 * whatever touches the planner through {@link Leadership}, which refuses it while another
 * coordinator leads, unless the rows tell it as well.
 */
final class Routes {
  /** How many artifacts a list shows: the latest. */
  static final int ARTIFACTS_LISTED_MAX = 1_000;

  /** How many deployments a list shows: the latest. */
  static final int DEPLOYMENTS_LISTED_MAX = 100;

  private static final int METAINFO_UPLOADS_MAX = 4; // each may hold its whole body in memory

  private final Leadership loop;
  private final StoredViews stored;
  private final Store store;
  private final MetainfoShelf files;
  private final BlockingCalls blocking;
  private final Doorkeeper door;
  private final @Nullable AuditLog audit;
  private final List<Route> more;
  private final Semaphore uploads = new Semaphore(METAINFO_UPLOADS_MAX);

  /**
   * @param door lets requests in
   * @param audit writes changes down; null when nobody is known who could make them
   * @param more routes, for members and users
   */
  Routes(
      Leadership loop,
      StoredViews stored,
      Store store,
      MetainfoShelf files,
      BlockingCalls blocking,
      Doorkeeper door,
      @Nullable AuditLog audit,
      List<Route> more) {
    this.door = door;
    this.audit = audit;
    this.more = more;
    this.loop = loop;
    this.stored = stored;
    this.store = store;
    this.files = files;
    this.blocking = blocking;
  }

  List<Route> table() {
    int json = ControlApi.BODY_BYTES_MAX;
    String hash = ControlApi.METAINFO + "/{infoHash}";
    List<Route> catalog =
        List.of(
            get(ControlApi.STATUS, "The coordinator in one look.", "StatusView", this::status),
            get(
                    ControlApi.AGENTS,
                    "All known machines and connected publishers, by name.",
                    "list of AgentView",
                    this::agents)
                .by(Access.VIEWER_OR_AGENT),
            get(
                ControlApi.ARTIFACTS,
                "The latest " + ARTIFACTS_LISTED_MAX + " artifacts, newest first.",
                "list of ArtifactView",
                this::artifacts),
            new Route(
                HandlerType.POST,
                ControlApi.ARTIFACTS,
                "Gives a name and a version to content whose metainfo is stored; again is no change.",
                "ArtifactRequest",
                "ArtifactView",
                json,
                Access.PUBLISHER,
                this::register),
            get(hash, "The bytes of a metainfo file.", "a metainfo file", this::metainfo)
                .by(Access.VIEWER_OR_AGENT),
            new Route(
                HandlerType.PUT,
                hash,
                "Stores a metainfo file; again is no change.",
                "a metainfo file",
                "nothing",
                ControlApi.METAINFO_BYTES_MAX,
                Access.PUBLISHER_OR_AGENT,
                this::putMetainfo));
    return Stream.of(catalog, deploymentTable(), fleetTable(), more).flatMap(List::stream).toList();
  }

  private List<Route> deploymentTable() {
    String one = ControlApi.DEPLOYMENTS + "/{id}";
    return List.of(
        get(
                ControlApi.DEPLOYMENTS,
                "The latest " + DEPLOYMENTS_LISTED_MAX + " deployments, newest first, no machines.",
                "list of DeploymentView",
                this::deployments)
            .by(Access.VIEWER_OR_AGENT),
        post(
            ControlApi.DEPLOYMENTS,
            "Makes machines have an artifact; answers when it is stored, not when it is done.",
            "DeploymentRequest",
            this::deploy),
        get(one, "One deployment with its machines.", "DeploymentView", this::deployment)
            .by(Access.VIEWER_OR_AGENT),
        get(
            one + "/history",
            "Every change of a phase with its reason, in order; ?agent= of one machine.",
            "list of HistoryView",
            this::history),
        get(
            one + "/machines/{agent}",
            "One machine: where its time went, and who fed it.",
            "MachineDetailView",
            this::machine),
        post(
            one + "/activate",
            "Puts in place what is staged.",
            "nothing",
            (context, _) -> change(context, PlannerEvent.ActivateRequested::new)),
        post(
            one + "/cancel",
            "Stops a deployment; what is installed stays.",
            "nothing",
            (context, _) ->
                change(context, id -> new PlannerEvent.CancelRequested(id, "cancelled"))),
        post(
            one + "/pause",
            "Lets it stand still.",
            "nothing",
            (context, _) -> change(context, id -> new PlannerEvent.PauseRequested(id, true))),
        post(
            one + "/resume",
            "Lets it go on.",
            "nothing",
            (context, _) -> change(context, id -> new PlannerEvent.PauseRequested(id, false))),
        post(one + "/pace", "Lets its bytes move at another pace.", "PaceRequest", this::pace),
        post(
            one + "/rollback",
            "Brings back the version before, or another; gives the deployment that does.",
            "RollbackRequest",
            this::rollBack));
  }

  private List<Route> fleetTable() {
    return List.of(
        fleet("/halt", "Lets all transfers of the fleet stand still.", true),
        fleet("/resume", "Lets all transfers of the fleet go on.", false));
  }

  private Route fleet(String path, String what, boolean halted) {
    return new Route(
        HandlerType.POST,
        ControlApi.FLEET + path,
        what,
        "nothing",
        "StatusView",
        ControlApi.BODY_BYTES_MAX,
        Access.ADMIN,
        (context, _) ->
            answer(
                context,
                200,
                loop.ask(control -> {
                  control.halt(halted);
                  return control.status();
                })));
  }

  private static Route post(String path, String what, String takes, Route.Action action) {
    return new Route(
        HandlerType.POST,
        path,
        what,
        takes,
        "DeploymentView",
        ControlApi.BODY_BYTES_MAX,
        Access.DEPLOYER,
        action);
  }

  private static Route get(String path, String what, String gives, Route.Action action) {
    return new Route(HandlerType.GET, path, what, "nothing", gives, 0, Access.VIEWER, action);
  }

  // ---- handlers -----------------------------------------------------------------------------

  private void status(Context context, byte[] body) {
    answer(
        context,
        200,
        loop.askOr(Control::status, () -> blocking.call(() -> stored.status(loop.leader()))));
  }

  private void agents(Context context, byte[] body) {
    Supplier<List<AgentView>> agents =
        loop.askOr(
            Control::agents,
            () -> {
              List<AgentView> views = blocking.call(stored::agents);
              return () -> views;
            });
    answer(context, 200, agents.get());
  }

  private void artifacts(Context context, byte[] body) {
    List<StoredArtifact> latest = blocking.call(() -> store.latestArtifacts(ARTIFACTS_LISTED_MAX));
    answer(context, 200, loop.askOr(control -> control.views(latest), () -> stored.views(latest)));
  }

  private void register(Context context, byte[] body) {
    ArtifactRequest request = read(body, ArtifactRequest.class);
    checked(() -> new ArtifactReference(request.name(), request.version()));
    checked(() -> InfoHash.parse(request.infoHash()));
    ArtifactView artifact = loop.ask(control -> control.register(request));
    answer(context, 200, artifact);
  }

  private void metainfo(Context context, byte[] body) {
    InfoHash infoHash = infoHash(context);
    byte[] torrent = blocking.call(() -> files.get(infoHash));
    if (torrent == null) {
      throw new RequestRefused(
          404, Problem.UNKNOWN_METAINFO, "no metainfo of " + infoHash + " is stored");
    }
    context.contentType("application/x-bittorrent").result(torrent);
  }

  private void putMetainfo(Context context, byte[] body) {
    InfoHash infoHash = infoHash(context);
    Metainfo metainfo =
        switch (MetainfoParser.parseWithInfoHash(body)) {
          case ParsedMetainfo.Valid(Metainfo valid) -> valid;
          case ParsedMetainfo.Invalid(String reason) ->
              throw new RequestRefused(400, Problem.BAD_METAINFO, "no valid metainfo: " + reason);
        };
    if (!metainfo.infoHash().equals(infoHash)) {
      throw new RequestRefused(
          400,
          Problem.BAD_METAINFO,
          "the metainfo is that of " + metainfo.infoHash() + ", not of " + infoHash);
    }
    StoredMetainfo row =
        new StoredMetainfo(
            infoHash,
            metainfo.geometry().totalBytes(),
            metainfo.files().size(),
            metainfo.pieceBytes());
    boolean stored =
        loop.ask(control -> {
          control.checkRoomForMetainfo(infoHash);
          return control.isStored(infoHash);
        });
    if (!stored || !blocking.call(() -> files.has(infoHash))) {
      blocking.call(() -> {
        files.put(loop.term(), infoHash, body);
        return true;
      });
      loop.ask(control -> {
        control.addMetainfo(row);
        return true;
      });
    }
    context.status(204);
  }

  private void deployments(Context context, byte[] body) {
    Map<String, DeploymentView> standing =
        loop.askOr(Control::standing, () -> blocking.call(stored::standing));
    List<DeploymentView> views = new ArrayList<>();
    for (DeploymentView view :
        blocking.call(() -> store.latestDeployments(DEPLOYMENTS_LISTED_MAX))) {
      views.add(standing.getOrDefault(view.id(), view));
    }
    answer(context, 200, views);
  }

  private void deploy(Context context, byte[] body) {
    Visitor visitor = Visitor.of(context);
    DeploymentRequest request = visitor.signed(read(body, DeploymentRequest.class));
    ArtifactReference artifact = checked(() -> ArtifactReference.parse(request.artifact()));
    Selector selector = checked(() -> Selector.parse(request.selector()));
    visitor.requireSelector(selector);
    Destination destination = checked(() -> Destination.parse(request.destination()));
    String key = key(context);
    String id = loop.ask(control -> control.deploy(artifact, selector, destination, request, key));
    answer(context, 201, view(id));
  }

  private void rollBack(Context context, byte[] body) {
    String id = context.pathParam("id");
    RollbackRequest request = Visitor.of(context).signed(read(body, RollbackRequest.class));
    requireOwn(context, id);
    String key = key(context);
    answer(context, 201, view(loop.ask(control -> control.rollBack(id, request, key))));
  }

  private void pace(Context context, byte[] body) {
    PaceRequest request = read(body, PaceRequest.class);
    change(
        context,
        id ->
            new PlannerEvent.PaceRequested(
                id, Rollouts.pace(request.priority(), request.maxBytesPerSecond())));
  }

  private void change(Context context, Function<String, PlannerEvent.Request> request) {
    String id = context.pathParam("id");
    requireOwn(context, id);
    loop.ask(control -> {
      control.change(id, request.apply(id));
      return true;
    });
    answer(context, 200, view(id));
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
    return key == null || key.isEmpty() ? "" : checked(() -> Names.check("Idempotency-Key", key));
  }

  private void deployment(Context context, byte[] body) {
    answer(context, 200, view(context.pathParam("id")));
  }

  private void history(Context context, byte[] body) {
    String id = snapshot(context.pathParam("id")).plan().id();
    String agent = context.queryParam("agent");
    String of = agent == null ? "" : checked(() -> Names.check("agent", agent));
    answer(context, 200, blocking.call(() -> store.history(id, of)));
  }

  private void machine(Context context, byte[] body) {
    DeploymentSnapshot deployment = snapshot(context.pathParam("id"));
    String agent = context.pathParam("agent");
    for (MachineSnapshot machine : deployment.machines()) {
      if (machine.agent().equals(agent)) {
        String detail = machine.progress().detail();
        answer(
            context,
            200,
            new MachineDetailView(
                Translation.view(machine),
                detail.isEmpty()
                    ? MachineDetail.NONE
                    : read(detail.getBytes(UTF_8), MachineDetail.class),
                deployment.plan().destination()));
        return;
      }
    }
    throw new RequestRefused(
        404, Problem.UNKNOWN_AGENT, "that deployment has no machine of that name");
  }

  private DeploymentView view(String id) {
    return Translation.view(snapshot(id), true);
  }

  /** Standing: as the planner knows it. Else as its rows tell, which are durable by then. */
  private DeploymentSnapshot snapshot(String id) {
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

  // ---- the border ---------------------------------------------------------------------------

  /** Lets it in, reads what the route takes and no byte more, then has it handled. */
  void handle(Route route, Context context) throws Exception {
    Visitor visitor = admitted(route, context);
    boolean upload = route.bodyBytesMax() > ControlApi.BODY_BYTES_MAX;
    if (upload && !uploads.tryAcquire()) {
      throw RequestRefused.busy();
    }
    try {
      byte[] body = body(route, context);
      if (audit != null && isAudited(route)) {
        audit.around(route, visitor, context, body, route.action());
      } else {
        route.action().answer(context, body);
      }
    } finally {
      if (upload) {
        uploads.release();
      }
    }
  }

  private Visitor admitted(Route route, Context context) {
    try {
      return door.admit(route.access(), context);
    } catch (RequestRefused refused) {
      Visitor visitor = context.attribute(Doorkeeper.VISITOR);
      if (audit != null && visitor != null && isAudited(route)) {
        audit.refused(visitor, context, refused);
      }
      throw refused;
    }
  }

  /** Changes that people and programs ask for; certificates have lines and rows of their own. */
  private static boolean isAudited(Route route) {
    return !route.method().equals(HandlerType.GET)
        && route.access() != Access.ANYBODY
        && route.access() != Access.AGENT;
  }

  private static byte[] body(Route route, Context context) {
    int max = route.bodyBytesMax();
    if (context.req().getContentLengthLong() <= max) {
      try {
        byte[] body = context.bodyInputStream().readNBytes(max + 1);
        if (body.length <= max) {
          return body;
        }
      } catch (IOException _) {
        throw RequestRefused.malformed("the body ended early");
      }
    }
    throw new RequestRefused(
        413, Problem.TOO_LARGE, "the body is too large (expected: at most " + max + " bytes)");
  }

  static <T> T read(byte[] body, Class<T> type) {
    return switch (ControlJson.decode(body, type)) {
      case Decoded.Value<T>(T value) -> value;
      case Decoded.UnknownType<T>(String unknown) -> throw RequestRefused.malformed(unknown);
      case Decoded.Malformed<T>(String why) -> throw RequestRefused.malformed(why);
    };
  }

  /** What a border check refuses is the user's mistake. */
  private static <T> T checked(Supplier<T> check) {
    try {
      return check.get();
    } catch (IllegalArgumentException e) {
      throw RequestRefused.malformed(String.valueOf(e.getMessage()));
    }
  }

  private static InfoHash infoHash(Context context) {
    return checked(() -> InfoHash.parse(context.pathParam("infoHash")));
  }

  static void answer(Context context, int status, Object value) {
    context.status(status).contentType("application/json").result(ControlJson.encode(value));
  }
}
