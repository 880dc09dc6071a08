package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.AuditCheckView;
import io.seedfall.control.AuditView;
import io.seedfall.control.CertificateView;
import io.seedfall.control.ControlApi;
import io.seedfall.control.JoinRequest;
import io.seedfall.control.Names;
import io.seedfall.control.NewUserView;
import io.seedfall.control.PassRequest;
import io.seedfall.control.PassesView;
import io.seedfall.control.Problem;
import io.seedfall.control.RenewRequest;
import io.seedfall.control.TokenRequest;
import io.seedfall.control.TokenView;
import io.seedfall.control.UserRequest;
import io.seedfall.control.UserView;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The routes for members, users and the audit log; a cluster without identity has none of them. */
final class IdentityRoutes {
  private static final int BEHIND_MAX = 999_999_999;
  private static final int HEAD_CHARS_MAX = 18 + 1 + 64;
  private static final Parameter BEHIND =
      Parameter.query(
          "behind",
          "only lines behind the one of this serial",
          new Parameter.Values.Whole(0, BEHIND_MAX, 0));
  private static final Parameter HEAD =
      Parameter.query(
          "head",
          "what an earlier check gave as head: it has to be there still",
          new Parameter.Values.Opaque(HEAD_CHARS_MAX));

  private final @Nullable ClusterIdentity identity;
  private final @Nullable Members members;
  private final @Nullable Passes passes;
  private final Store store;
  private final Leadership leadership;
  private final BlockingCalls blocking;

  /**
   * @param members null, like the identity and the passes, when the cluster has none
   */
  IdentityRoutes(
      @Nullable ClusterIdentity identity,
      @Nullable Members members,
      @Nullable Passes passes,
      Store store,
      Leadership leadership,
      BlockingCalls blocking) {
    this.identity = identity;
    this.members = members;
    this.passes = passes;
    this.store = store;
    this.leadership = leadership;
    this.blocking = blocking;
  }

  List<Route> table() {
    return Stream.of(agentTable(), peerTable(), userTable(), auditTable())
        .flatMap(List::stream)
        .toList();
  }

  private List<Route> agentTable() {
    Payload certificate = new Payload.Json(CertificateView.class);
    return List.of(
        Route.post(
                ControlApi.JOIN,
                Access.ANYBODY,
                "The first certificate of an agent, for a token to join; its name is the token's.",
                new Payload.Json(JoinRequest.class),
                certificate,
                this::join)
            .orElse(Problem.BAD_TOKEN, Problem.LIMIT_REACHED, Problem.NO_IDENTITY),
        Route.post(
                ControlApi.CERTIFICATE,
                Access.AGENT,
                "The next certificate of the agent that shows the one before.",
                new Payload.Json(RenewRequest.class),
                certificate,
                this::renew)
            .orElse(Problem.NO_IDENTITY),
        Route.post(
                ControlApi.TOKENS,
                Access.ADMIN,
                "Makes a token with which one agent can join, once.",
                new Payload.Json(TokenRequest.class),
                new Payload.Json(TokenView.class),
                this::createToken)
            .made()
            .orElse(Problem.LIMIT_REACHED, Problem.NO_IDENTITY),
        revoke(
            ControlApi.AGENTS, "Ends what an agent may do, and its session.", this::revokeAgent));
  }

  private List<Route> peerTable() {
    return List.of(
        Route.post(
                ControlApi.PUBLISHER_CERTIFICATE,
                Access.PUBLISHER,
                "A certificate with which the user that asks can seed to agents.",
                new Payload.Json(RenewRequest.class),
                new Payload.Json(CertificateView.class),
                this::publisherCertificate)
            .orElse(Problem.NO_IDENTITY),
        Route.post(
                ControlApi.PASSES,
                Access.PUBLISHER_OR_AGENT,
                "What agents have to be shown by whoever wants to exchange these contents.",
                new Payload.Json(PassRequest.class),
                new Payload.Json(PassesView.class),
                this::passes)
            .orElse(Problem.NO_IDENTITY));
  }

  private List<Route> userTable() {
    return List.of(
        Route.get(
                ControlApi.USERS,
                "All users, by name.",
                new Payload.Page(UserView.class),
                this::users)
            .by(Access.ADMIN)
            .with(Cursor.LIMIT, Cursor.AFTER)
            .orElse(Problem.NO_IDENTITY),
        Route.post(
                ControlApi.USERS,
                Access.ADMIN,
                "Makes a user, or another token for one.",
                new Payload.Json(UserRequest.class),
                new Payload.Json(NewUserView.class),
                this::createUser)
            .made()
            .orElse(Problem.LIMIT_REACHED, Problem.NO_IDENTITY),
        revoke(
            ControlApi.USERS,
            "Ends what a user may do, its sessions, and what it listens to.",
            this::revokeUser));
  }

  private List<Route> auditTable() {
    return List.of(
        Route.get(
                ControlApi.AUDIT,
                "Lines of the audit log, in order.",
                new Payload.Page(AuditView.class),
                this::audit)
            .by(Access.ADMIN)
            .with(Cursor.LIMIT, Cursor.AFTER, BEHIND)
            .orElse(Problem.NO_IDENTITY),
        Route.get(
                ControlApi.AUDIT_CHECK,
                "Reads all of it, and says whether a line was changed.",
                new Payload.Json(AuditCheckView.class),
                this::check)
            .by(Access.ADMIN)
            .with(HEAD)
            .orElse(Problem.NO_IDENTITY));
  }

  private static Route revoke(String path, String what, Route.Action action) {
    return Route.post(
            path + "/{name}/revoke", Access.ADMIN, what, Route.NOTHING, Route.NOTHING, action)
        .orElse(Problem.UNKNOWN_NAME, Problem.NO_IDENTITY);
  }

  // ---- agents -------------------------------------------------------------------------------

  private void join(Context context, byte[] body) {
    JoinRequest request = Border.read(body, JoinRequest.class);
    Members desk = members();
    String source = context.ip();
    Border.answer(context, 200, blocking.call(() -> desk.join(request, source)));
  }

  private void renew(Context context, byte[] body) {
    RenewRequest request = Border.read(body, RenewRequest.class);
    Members desk = members();
    if (!(Visitor.of(context) instanceof Visitor.Agent agent)) {
      throw new IllegalStateException("the route is for agents alone");
    }
    Members.Issued next = blocking.call(() -> desk.renew(agent, request));
    leadership.ask(control -> {
      control.prolong(agent.who(), next.untilMillis());
      return true;
    });
    // A connection shows the certificate with which it began: what is asked next shows this one.
    context.header("Connection", "close");
    Border.answer(context, 200, next.view());
  }

  private void publisherCertificate(Context context, byte[] body) {
    RenewRequest request = Border.read(body, RenewRequest.class);
    Members desk = members();
    if (!(Visitor.of(context) instanceof Visitor.User user)) {
      throw new IllegalStateException("the route is for users alone");
    }
    Border.answer(context, 200, desk.publisher(user, request));
  }

  private void passes(Context context, byte[] body) {
    PassRequest request = Border.read(body, PassRequest.class);
    Passes desk = passes;
    if (desk == null) {
      throw noIdentity();
    }
    PassesView given =
        switch (Visitor.of(context)) {
          case Visitor.Agent agent -> blocking.call(() -> desk.forAgent(agent.name(), request));
          case Visitor.User user -> desk.forPublisher(user, request);
          case Visitor.Anybody _, Visitor.Stranger _ ->
              throw new IllegalStateException("the route is for those who are known");
        };
    Border.answer(context, 200, given);
  }

  private void createToken(Context context, byte[] body) {
    TokenRequest request = Border.read(body, TokenRequest.class);
    Members desk = members();
    Border.answer(context, 201, blocking.call(() -> desk.createToken(request)));
  }

  private void revokeAgent(Context context, byte[] body) {
    String name = name(context);
    Members desk = members();
    blocking.call(() -> {
      desk.revokeAgent(name);
      return true;
    });
    expel(Visitor.agentWho(name));
    context.status(204);
  }

  // ---- users --------------------------------------------------------------------------------

  private void users(Context context, byte[] body) {
    Cursor cursor = Cursor.of(Cursor.Ordering.USERS, context);
    members();
    List<UserView> behind =
        blocking.call(() -> store.read(Members::users)).stream()
            .filter(user -> cursor.isBehind(user.name()))
            .limit(cursor.limit() + 1L)
            .toList();
    Border.answer(context, 200, cursor.page(behind, UserView::name, user -> user));
  }

  private void createUser(Context context, byte[] body) {
    UserRequest request = Border.read(body, UserRequest.class);
    Members desk = members();
    Border.answer(context, 201, blocking.call(() -> desk.createUser(request)));
    expel(Visitor.userWho(request.name())); // whoever had the token before
  }

  private void revokeUser(Context context, byte[] body) {
    String name = name(context);
    Members desk = members();
    blocking.call(() -> {
      desk.revokeUser(name);
      return true;
    });
    expel(Visitor.userWho(name));
    context.status(204);
  }

  /** Its sessions end; who is about to open one is looked at again when it has. */
  private void expel(String who) {
    leadership.ask(control -> {
      control.expel(who, "revoked");
      return true;
    });
  }

  // ---- the audit log ------------------------------------------------------------------------

  private void audit(Context context, byte[] body) {
    Cursor cursor = Cursor.of(Cursor.Ordering.AUDIT, context);
    long behind = Math.max(Cursor.number(context, BEHIND), cursor.afterNumber(0));
    members();
    List<AuditView> lines =
        blocking.call(
            () -> store.read(handle -> AuditRows.after(handle, behind, cursor.limit() + 1)));
    Border.answer(
        context, 200, cursor.page(lines, line -> Long.toString(line.serial()), line -> line));
  }

  private void check(Context context, byte[] body) {
    String head = context.queryParam(HEAD.name());
    if (head != null && !head.matches("[0-9]{1,18}:[0-9a-f]{64}")) {
      throw RequestRefused.malformed("head (expected: the head of an earlier check)");
    }
    ClusterIdentity cluster = identity;
    if (cluster == null) {
      throw noIdentity();
    }
    Border.answer(
        context,
        200,
        blocking.call(() -> new AuditRows(cluster).check(store, head == null ? "" : head)));
  }

  private Members members() {
    Members desk = members;
    if (desk == null) {
      throw noIdentity();
    }
    return desk;
  }

  private static RequestRefused noIdentity() {
    return new RequestRefused(
        409, Problem.NO_IDENTITY, "this coordinator has no identity: nobody was ever told apart");
  }

  private static String name(Context context) {
    String name = context.pathParam("name");
    if (!Names.isName(name)) {
      throw new RequestRefused(404, Problem.UNKNOWN_NAME, "nobody has a name like that");
    }
    return name;
  }
}
