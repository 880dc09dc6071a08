package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.AgentView;
import io.seedfall.control.ArtifactReference;
import io.seedfall.control.ArtifactRequest;
import io.seedfall.control.ArtifactView;
import io.seedfall.control.CapRequest;
import io.seedfall.control.CapView;
import io.seedfall.control.ControlApi;
import io.seedfall.control.Page;
import io.seedfall.control.Problem;
import io.seedfall.control.Selector;
import io.seedfall.control.StatusView;
import io.seedfall.planner.CapScope;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.MetainfoParser;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the coordinator knows, and the artifacts: their names and their metainfo. Whatever blocks in
 * native code goes through {@link BlockingCalls}, and whatever touches the planner through {@link
 * Leadership}, which refuses it while another coordinator leads, unless the rows tell it as well.
 */
final class CatalogRoutes {
  private final Leadership loop;
  private final StoredViews stored;
  private final Store store;
  private final MetainfoShelf files;
  private final BlockingCalls blocking;

  CatalogRoutes(
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
    String metainfo = ControlApi.METAINFO + "/{infoHash}";
    Payload status = new Payload.Json(StatusView.class);
    return List.of(
        Route.get(ControlApi.STATUS, "The coordinator in one look.", status, this::status),
        Route.get(
                ControlApi.AGENTS,
                "All known machines and connected publishers, by name.",
                new Payload.Page(AgentView.class),
                this::agents)
            .by(Access.VIEWER_OR_AGENT)
            .with(Cursor.LIMIT, Cursor.AFTER),
        Route.get(
                ControlApi.ARTIFACTS,
                "All artifacts, newest first.",
                new Payload.Page(ArtifactView.class),
                this::artifacts)
            .with(Cursor.LIMIT, Cursor.AFTER),
        Route.post(
                ControlApi.ARTIFACTS,
                Access.PUBLISHER,
                "Gives a name and a version to content whose metainfo is stored; again is no"
                    + " change.",
                new Payload.Json(ArtifactRequest.class),
                new Payload.Json(ArtifactView.class),
                this::register)
            .orElse(Problem.UNKNOWN_METAINFO, Problem.ARTIFACT_EXISTS, Problem.LIMIT_REACHED),
        Route.get(metainfo, "The bytes of a metainfo file.", Route.METAINFO, this::metainfo)
            .by(Access.VIEWER_OR_AGENT)
            .orElse(Problem.UNKNOWN_METAINFO),
        Route.put(
                metainfo,
                Access.PUBLISHER_OR_AGENT,
                "Stores a metainfo file; again is no change.",
                Route.METAINFO,
                this::putMetainfo)
            .orElse(Problem.BAD_METAINFO, Problem.LIMIT_REACHED),
        Route.get(
            ControlApi.CAPS,
            "What agents, and uplinks of zones and racks, may move at most; all on one page.",
            new Payload.Page(CapView.class),
            this::caps),
        Route.post(
                ControlApi.CAPS,
                Access.ADMIN,
                "Sets a cap for each agent that a selector matches, or for the uplink of a zone or rack, or"
                    + " lifts it; gives all caps.",
                new Payload.Json(CapRequest.class),
                new Payload.Page(CapView.class),
                this::cap)
            .orElse(Problem.NOTHING_TO_CHANGE, Problem.LIMIT_REACHED),
        fleet("/halt", "Lets all transfers of the fleet stand still.", true),
        fleet("/resume", "Lets all transfers of the fleet go on.", false));
  }

  private Route fleet(String path, String what, boolean halted) {
    return Route.post(
            ControlApi.FLEET + path,
            Access.ADMIN,
            what,
            Route.NOTHING,
            new Payload.Json(StatusView.class),
            (context, _) -> {
              StatusView status =
                  loop.ask(control -> {
                    control.halt(halted);
                    return control.status();
                  });
              Border.answer(context, 200, status);
            })
        .orElse(Problem.NOTHING_TO_CHANGE);
  }

  private void status(Context context, byte[] body) {
    Border.answer(
        context,
        200,
        loop.askOr(Control::status, () -> blocking.call(() -> stored.status(loop.leader()))));
  }

  private void agents(Context context, byte[] body) {
    Cursor cursor = Cursor.of(Cursor.Ordering.AGENTS, context);
    Supplier<Page<AgentView>> agents =
        loop.askOr(
            control -> control.agents(cursor),
            () -> {
              Page<AgentView> page = blocking.call(() -> stored.agents(cursor));
              return () -> page;
            });
    Border.answer(context, 200, agents.get());
  }

  private void artifacts(Context context, byte[] body) {
    Cursor cursor = Cursor.of(Cursor.Ordering.ARTIFACTS, context);
    List<Numbered<StoredArtifact>> found =
        blocking.call(
            () -> store.artifactsBefore(cursor.afterNumber(Long.MAX_VALUE), cursor.limit() + 1));
    Page<StoredArtifact> page = cursor.page(found, Numbered::key, Numbered::row);
    List<ArtifactView> views =
        loop.askOr(control -> control.views(page.items()), () -> stored.views(page.items()));
    Border.answer(context, 200, new Page<>(views, page.next()));
  }

  private void caps(Context context, byte[] body) {
    List<CapView> caps = loop.askOr(Control::caps, () -> blocking.call(stored::caps));
    Border.answer(context, 200, new Page<>(caps, ""));
  }

  private void cap(Context context, byte[] body) {
    CapRequest request = Border.read(body, CapRequest.class);
    CapScope scope =
        Border.checked(
            () -> Translation.scope(Selector.parse(request.selector()), request.uplink()));
    List<CapView> caps =
        loop.ask(control -> {
          control.cap(scope, request.bytesPerSecond());
          return control.caps();
        });
    Border.answer(context, 200, new Page<>(caps, ""));
  }

  private void register(Context context, byte[] body) {
    ArtifactRequest request = Border.read(body, ArtifactRequest.class);
    Border.checked(() -> new ArtifactReference(request.name(), request.version()));
    Border.checked(() -> InfoHash.parse(request.infoHash()));
    ArtifactView artifact = loop.ask(control -> control.register(request));
    Border.answer(context, 200, artifact);
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

  private static InfoHash infoHash(Context context) {
    return Border.checked(() -> InfoHash.parse(context.pathParam("infoHash")));
  }
}
