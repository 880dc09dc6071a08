package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.seedfall.control.ArtifactReference;
import io.seedfall.control.ArtifactRequest;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import io.seedfall.control.DeploymentPhase;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.DeploymentView;
import io.seedfall.control.Destination;
import io.seedfall.control.Problem;
import io.seedfall.control.Selector;
import io.seedfall.planner.DeploymentSnapshot;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

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
  private final Semaphore uploads = new Semaphore(METAINFO_UPLOADS_MAX);

  Routes(
      Leadership loop,
      StoredViews stored,
      Store store,
      MetainfoShelf files,
      BlockingCalls blocking) {
    this.loop = loop;
    this.stored = stored;
    this.store = store;
    this.files = files;
    this.blocking = blocking;
  }

  List<Route> table() {
    int json = ControlApi.BODY_BYTES_MAX;
    String hash = ControlApi.METAINFO + "/{infoHash}";
    String one = ControlApi.DEPLOYMENTS + "/{id}";
    return List.of(
        get(ControlApi.STATUS, "The coordinator in one look.", "StatusView", this::status),
        get(
            ControlApi.AGENTS,
            "All known machines and connected publishers, by name.",
            "list of AgentView",
            this::agents),
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
            this::register),
        get(hash, "The bytes of a metainfo file.", "a metainfo file", this::metainfo),
        new Route(
            HandlerType.PUT,
            hash,
            "Stores a metainfo file; again is no change.",
            "a metainfo file",
            "nothing",
            ControlApi.METAINFO_BYTES_MAX,
            this::putMetainfo),
        get(
            ControlApi.DEPLOYMENTS,
            "The latest " + DEPLOYMENTS_LISTED_MAX + " deployments, newest first, no machines.",
            "list of DeploymentView",
            this::deployments),
        new Route(
            HandlerType.POST,
            ControlApi.DEPLOYMENTS,
            "Makes machines have an artifact; answers when it is stored, not when it is done.",
            "DeploymentRequest",
            "DeploymentView",
            json,
            this::deploy),
        get(one, "One deployment with its machines.", "DeploymentView", this::deployment),
        new Route(
            HandlerType.POST,
            one + "/cancel",
            "Stops a running deployment; what is installed stays.",
            "nothing",
            "DeploymentView",
            json,
            this::cancel));
  }

  private static Route get(String path, String what, String gives, Route.Action action) {
    return new Route(HandlerType.GET, path, what, "nothing", gives, 0, action);
  }

  // ---- handlers -----------------------------------------------------------------------------

  private void status(Context context, byte[] body) {
    answer(
        context,
        200,
        loop.askOr(Control::status, () -> blocking.call(() -> stored.status(loop.leader()))));
  }

  private void agents(Context context, byte[] body) {
    answer(context, 200, loop.askOr(Control::agents, () -> blocking.call(stored::agents)));
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
    Map<String, DeploymentView> running =
        loop.askOr(control -> control.running(), () -> blocking.call(stored::running));
    List<DeploymentView> views = new ArrayList<>();
    for (DeploymentView view :
        blocking.call(() -> store.latestDeployments(DEPLOYMENTS_LISTED_MAX))) {
      boolean runs = view.phase() == DeploymentPhase.RUNNING && running.containsKey(view.id());
      views.add(runs ? running.get(view.id()) : view);
    }
    answer(context, 200, views);
  }

  private void deploy(Context context, byte[] body) {
    DeploymentRequest request = read(body, DeploymentRequest.class);
    ArtifactReference artifact = checked(() -> ArtifactReference.parse(request.artifact()));
    Selector selector = checked(() -> Selector.parse(request.selector()));
    Destination destination = checked(() -> Destination.parse(request.destination()));
    answer(context, 201, loop.ask(control -> control.deploy(artifact, selector, destination)));
  }

  private void deployment(Context context, byte[] body) {
    answer(context, 200, view(context.pathParam("id")));
  }

  private void cancel(Context context, byte[] body) {
    String id = context.pathParam("id");
    if (!loop.ask(control -> control.cancel(id))) {
      DeploymentView over = view(id);
      throw new RequestRefused(
          409, Problem.ALREADY_FINISHED, "deployment " + id + " is over: " + over.phase());
    }
    answer(context, 200, view(id));
  }

  /** Running: as the planner knows it. Over: as its rows tell, which are durable by then. */
  private DeploymentView view(String id) {
    List<DeploymentView> running =
        loop.askOr(
            control -> {
              DeploymentView view = control.running(id);
              return view == null ? List.of() : List.of(view);
            },
            List::of);
    if (!running.isEmpty()) {
      return running.getFirst();
    }
    DeploymentSnapshot stored = blocking.call(() -> store.deployment(id));
    if (stored == null) {
      throw new RequestRefused(
          404,
          Problem.UNKNOWN_DEPLOYMENT,
          "no deployment has that id: 'seedfall deployments' lists the latest");
    }
    return Translation.view(stored, true);
  }

  // ---- the border ---------------------------------------------------------------------------

  /** Reads what the route takes and no byte more, then has it handled. */
  void handle(Route route, Context context) throws Exception {
    boolean upload = route.bodyBytesMax() > ControlApi.BODY_BYTES_MAX;
    if (upload && !uploads.tryAcquire()) {
      throw RequestRefused.busy();
    }
    try {
      route.action().answer(context, body(route, context));
    } finally {
      if (upload) {
        uploads.release();
      }
    }
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

  private static <T> T read(byte[] body, Class<T> type) {
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
