package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.seedfall.control.ControlApi;
import io.seedfall.control.JoinRequest;
import io.seedfall.control.Names;
import io.seedfall.control.Problem;
import io.seedfall.control.RenewRequest;
import io.seedfall.control.TokenRequest;
import io.seedfall.control.UserRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routes for members, users and the audit log; a cluster without identity has none of them. */
final class IdentityRoutes {
  private final @Nullable ClusterIdentity identity;
  private final @Nullable Members members;
  private final Store store;
  private final Leadership leadership;
  private final BlockingCalls blocking;

  /**
   * @param members null, like the identity, when the cluster has none
   */
  IdentityRoutes(
      @Nullable ClusterIdentity identity,
      @Nullable Members members,
      Store store,
      Leadership leadership,
      BlockingCalls blocking) {
    this.identity = identity;
    this.members = members;
    this.store = store;
    this.leadership = leadership;
    this.blocking = blocking;
  }

  List<Route> table() {
    String name = "/{name}/revoke";
    return List.of(
        post(
            ControlApi.JOIN,
            "The first certificate of an agent, for a token to join; its name is the token's.",
            "JoinRequest",
            "CertificateView",
            Access.ANYBODY,
            this::join),
        post(
            ControlApi.CERTIFICATE,
            "The next certificate of the agent that shows the one before.",
            "RenewRequest",
            "CertificateView",
            Access.AGENT,
            this::renew),
        post(
            ControlApi.TOKENS,
            "Makes a token with which one agent can join, once.",
            "TokenRequest",
            "TokenView",
            Access.ADMIN,
            this::createToken),
        post(
            ControlApi.AGENTS + name,
            "Ends what an agent may do, and its session.",
            "nothing",
            "nothing",
            Access.ADMIN,
            this::revokeAgent),
        get(ControlApi.USERS, "All users, by name.", "list of UserView", this::users),
        post(
            ControlApi.USERS,
            "Makes a user, or another token for one.",
            "UserRequest",
            "NewUserView",
            Access.ADMIN,
            this::createUser),
        post(
            ControlApi.USERS + name,
            "Ends what a user may do, and its sessions.",
            "nothing",
            "nothing",
            Access.ADMIN,
            this::revokeUser),
        get(
            ControlApi.AUDIT,
            "Lines of the audit log, in order; ?after= a serial.",
            "list of AuditView",
            this::audit),
        get(
            ControlApi.AUDIT_CHECK,
            "Reads all of it, and whether a line was changed; ?head= of an earlier check.",
            "AuditCheckView",
            this::check));
  }

  private static Route get(String path, String what, String gives, Route.Action action) {
    return new Route(HandlerType.GET, path, what, "nothing", gives, 0, Access.ADMIN, action);
  }

  private static Route post(
      String path, String what, String takes, String gives, Access access, Route.Action action) {
    return new Route(
        HandlerType.POST, path, what, takes, gives, ControlApi.BODY_BYTES_MAX, access, action);
  }

  // ---- agents -------------------------------------------------------------------------------

  private void join(Context context, byte[] body) {
    JoinRequest request = Routes.read(body, JoinRequest.class);
    Members desk = members();
    String source = context.ip();
    Routes.answer(context, 200, blocking.call(() -> desk.join(request, source)));
  }

  private void renew(Context context, byte[] body) {
    RenewRequest request = Routes.read(body, RenewRequest.class);
    Members desk = members();
    if (!(Visitor.of(context) instanceof Visitor.Agent agent)) {
      throw new IllegalStateException("the route is for agents alone");
    }
    Members.Issued next = blocking.call(() -> desk.renew(agent, request));
    leadership.ask(control -> {
      control.prolong(agent.who(), next.untilMillis());
      return true;
    });
    Routes.answer(context, 200, next.view());
  }

  private void createToken(Context context, byte[] body) {
    TokenRequest request = Routes.read(body, TokenRequest.class);
    Members desk = members();
    Routes.answer(context, 201, blocking.call(() -> desk.createToken(request)));
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
    members();
    Routes.answer(context, 200, blocking.call(() -> store.read(Members::users)));
  }

  private void createUser(Context context, byte[] body) {
    UserRequest request = Routes.read(body, UserRequest.class);
    Members desk = members();
    Routes.answer(context, 201, blocking.call(() -> desk.createUser(request)));
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
    members();
    String after = context.queryParam("after");
    if (after != null && !after.matches("[0-9]{1,18}")) {
      throw RequestRefused.malformed("after (expected: the serial of a line)");
    }
    long serial = after == null ? 0 : Long.parseLong(after);
    Routes.answer(
        context,
        200,
        blocking.call(() ->
            store.read(handle -> AuditRows.after(handle, serial, ControlApi.AUDIT_LINES_MAX))));
  }

  private void check(Context context, byte[] body) {
    ClusterIdentity cluster = identity;
    if (cluster == null) {
      throw noIdentity();
    }
    String head = context.queryParam("head");
    Routes.answer(
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
        409,
        Problem.NO_IDENTITY,
        "this coordinator has no identity: stop it, run 'seedfall coordinator init', and start it"
            + " again");
  }

  private static String name(Context context) {
    String name = context.pathParam("name");
    if (!Names.isName(name)) {
      throw new RequestRefused(404, Problem.UNKNOWN_NAME, "nobody has a name like that");
    }
    return name;
  }
}
