package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.ControlApi;
import io.seedfall.control.LoginRequest;
import io.seedfall.control.Problem;
import io.seedfall.control.Role;
import io.seedfall.control.WhoView;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How the page learns who looks at it, and lets users in and out. */
final class LoginRoutes {
  private static final long SECOND_MILLIS = 1_000;

  private final @Nullable Logins logins;
  private final Leadership leadership;
  private final LongSupplier nowMillis;

  /**
   * @param logins null in a cluster without an identity
   */
  LoginRoutes(@Nullable Logins logins, Leadership leadership, LongSupplier nowMillis) {
    this.logins = logins;
    this.leadership = leadership;
    this.nowMillis = nowMillis;
  }

  List<Route> table() {
    Payload who = new Payload.Json(WhoView.class);
    return List.of(
        Route.get(ControlApi.WHOAMI, "Who asks, and what he may.", who, this::whoami),
        Route.post(
                ControlApi.LOGIN,
                Access.ANYBODY,
                "Lets the page in with a user's token, for at most 12 hours: it gets a cookie.",
                new Payload.Json(LoginRequest.class),
                who,
                this::login)
            .orElse(Problem.UNAUTHENTICATED, Problem.FOREIGN_PAGE, Problem.NO_IDENTITY),
        Route.post(
                ControlApi.LOGOUT,
                Access.ANYBODY,
                "Ends the login of the cookie that is shown, and takes it back.",
                Route.NOTHING,
                Route.NOTHING,
                this::logout)
            .orElse(Problem.FOREIGN_PAGE, Problem.NO_IDENTITY));
  }

  private void whoami(Context context, byte[] body) {
    Visitor visitor = Visitor.of(context);
    WhoView who =
        switch (visitor) {
          case Visitor.User user -> view(user);
          case Visitor.Anybody _ -> new WhoView("", Role.ADMIN, "all", 0, false);
          case Visitor.Agent _, Visitor.Stranger _ ->
              throw new IllegalStateException("the route is for users alone");
        };
    answer(context, who);
  }

  private void login(Context context, byte[] body) {
    LoginRequest request = Border.read(body, LoginRequest.class);
    Logins desk = desk();
    OwnPage.requireForChanging(context);
    Logins.Opened opened = desk.open(request.token(), context.ip());
    long left = opened.user().untilMillis() - nowMillis.getAsLong();
    opened.cookie().set(context, Math.max(1, left / SECOND_MILLIS));
    answer(context, view(opened.user()));
  }

  private void logout(Context context, byte[] body) {
    Logins desk = desk();
    OwnPage.requireForChanging(context);
    LoginCookie cookie = LoginCookie.of(context);
    boolean leads = cookie != null && desk.close(cookie, context.ip());
    LoginCookie.clear(context); // whatever comes of the rest
    if (leads) {
      leadership.ask(control -> {
        control.expel("a login", "logged out"); // whoever listens by it looks again
        return true;
      });
    }
    context.status(204);
  }

  private static WhoView view(Visitor.User user) {
    return new WhoView(
        user.name(),
        user.role(),
        user.selector().toString(),
        user.untilMillis(),
        !user.login().isEmpty());
  }

  private static void answer(Context context, WhoView who) {
    context.header("Cache-Control", "no-store");
    Border.answer(context, 200, who);
  }

  private Logins desk() {
    Logins desk = logins;
    if (desk == null) {
      throw new RequestRefused(
          409, Problem.NO_IDENTITY, "this coordinator has no identity: nobody has to log in");
    }
    return desk;
  }
}
