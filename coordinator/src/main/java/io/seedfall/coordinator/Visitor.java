package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.seedfall.control.AgentKind;
import io.seedfall.control.AgentMessage;
import io.seedfall.control.ControlApi;
import io.seedfall.control.DeploymentRequest;
import io.seedfall.control.Problem;
import io.seedfall.control.Role;
import io.seedfall.control.RollbackRequest;
import io.seedfall.control.Selector;
import java.util.Map;

/** Who asks, as far as it was shown; {@link Doorkeeper} looks, once for each request. */
sealed interface Visitor {
  /** Whoever reaches a coordinator that has no identity: trusted with everything. */
  record Anybody() implements Visitor {
    @Override
    public String who() {
      return "anybody";
    }
  }

  /** Showed nothing. */
  record Stranger() implements Visitor {
    @Override
    public String who() {
      return "a stranger";
    }
  }

  /**
   * An agent, by its certificate.
   *
   * @param serial of the certificate
   * @param newest whether it is the last that was issued
   * @param expired whether it may do no more than ask for another
   * @param untilMillis when its newest certificate ends
   */
  record Agent(
      String name,
      Map<String, String> labels,
      String serial,
      boolean newest,
      boolean expired,
      long untilMillis)
      implements Visitor {
    @Override
    public String who() {
      return agentWho(name);
    }
  }

  /**
   * A user, by a token, or by the cookie of a login with that token.
   *
   * @param selector which machines it may deploy to
   * @param tokenId of the token, of which there is one at a time
   * @param untilMillis when what it has shown ends
   * @param login the id of the login; empty when it has shown the token itself
   */
  record User(
      String name, Role role, Selector selector, String tokenId, long untilMillis, String login)
      implements Visitor {
    @Override
    public String who() {
      return userWho(name);
    }

    /** The same by that login, until then. */
    User loggedIn(String id, long endMillis) {
      return new User(name, role, selector, tokenId, endMillis, id);
    }
  }

  /** For logs and the audit log. */
  String who();

  /** That of an agent. */
  static String agentWho(String name) {
    return "agent " + name;
  }

  /** That of a user. */
  static String userWho(String name) {
    return "user " + name;
  }

  /** Whom {@link Doorkeeper} let in with this request. */
  static Visitor of(Context context) {
    Visitor visitor = context.attribute(Doorkeeper.VISITOR);
    if (visitor == null) {
      throw new IllegalStateException("nobody has looked who asks");
    }
    return visitor;
  }

  /** Until when a session of it may last. */
  default long sessionUntilMillis() {
    return switch (this) {
      case Anybody _, Stranger _ -> Long.MAX_VALUE;
      case Agent agent -> agent.untilMillis();
      case User user -> user.untilMillis();
    };
  }

  /**
   * Whether it may deploy to the machines of that selector, or change what was.
   *
   * @throws RequestRefused when it may not
   */
  default void requireSelector(Selector selector) {
    if (this instanceof User user && !selector.isWithin(user.selector())) {
      throw new RequestRefused(
          403,
          Problem.FORBIDDEN,
          user.name() + " may deploy to machines of " + user.selector() + " only",
          "name all of that in the selector");
    }
  }

  /** The request, asked by whom we know rather than by whom it says. */
  default DeploymentRequest signed(DeploymentRequest request) {
    return this instanceof User user
        ? new DeploymentRequest(
            request.artifact(),
            request.selector(),
            request.destination(),
            request.rollout(),
            user.name())
        : request;
  }

  /** Likewise. */
  default RollbackRequest signed(RollbackRequest request) {
    return this instanceof User user
        ? new RollbackRequest(request.toVersion(), user.name())
        : request;
  }

  /**
   * Whether it may say that on a WebSocket.
   *
   * @throws IllegalArgumentException in words when it may not
   */
  default void requireMaySay(AgentMessage message) {
    switch (this) {
      case Anybody _ -> {}
      case Stranger _ -> throw new IllegalArgumentException("who are you?");
      case Agent agent -> {
        if (message instanceof AgentMessage.Hello hello) {
          requireOwn(hello);
        }
      }
      case User user -> {
        switch (message) {
          case AgentMessage.Hello hello -> requireOwn(hello);
          case AgentMessage.Heartbeat _, AgentMessage.Holding _ -> {}
          case AgentMessage.Reports _, AgentMessage.Health _ ->
              throw new IllegalArgumentException("a publisher is no machine and reports nothing");
        }
      }
    }
  }

  private void requireOwn(AgentMessage.Hello hello) {
    switch (this) {
      case Agent agent -> {
        if (hello.kind() != AgentKind.AGENT || !hello.name().equals(agent.name())) {
          throw new IllegalArgumentException(
              "the certificate is that of agent " + agent.name() + ", and of nobody else");
        }
        if (!hello.labels().equals(agent.labels())) {
          throw new IllegalArgumentException(
              "labels: "
                  + hello.labels()
                  + " (expected: "
                  + agent.labels()
                  + ", with which the agent was let in; for others let it in anew)");
        }
      }
      case User user -> {
        String prefix = ControlApi.PUBLISHER_PREFIX + user.name() + "-";
        if (hello.kind() != AgentKind.PUBLISHER || !hello.name().startsWith(prefix)) {
          throw new IllegalArgumentException(
              "the token is that of user "
                  + user.name()
                  + " (expected: a publisher whose name begins with "
                  + prefix
                  + ")");
        }
      }
      case Anybody _, Stranger _ -> {}
    }
  }
}
