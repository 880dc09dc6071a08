package io.seedfall.coordinator;

import io.seedfall.control.Role;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who may use a route. What a route does not name is refused. */
enum Access {
  /** Whoever reaches it: the request has a proof of its own. */
  ANYBODY(null, false),
  VIEWER(Role.VIEWER, false),
  VIEWER_OR_AGENT(Role.VIEWER, true),
  PUBLISHER(Role.PUBLISHER, false),
  PUBLISHER_OR_AGENT(Role.PUBLISHER, true),
  DEPLOYER(Role.DEPLOYER, false),
  ADMIN(Role.ADMIN, false),

  /** Agents alone, even with a certificate that has expired. */
  AGENT(null, true);

  private final @Nullable Role role;
  private final boolean agents;

  Access(@Nullable Role role, boolean agents) {
    this.role = role;
    this.agents = agents;
  }

  /** Whether that one may. */
  boolean allows(Visitor visitor) {
    return switch (visitor) {
      case Visitor.Anybody _ -> true;
      case Visitor.Stranger _ -> this == ANYBODY;
      case Visitor.Agent agent ->
          this == ANYBODY || (agents && (!agent.expired() || this == AGENT));
      case Visitor.User user -> this == ANYBODY || (role != null && user.role().includes(role));
    };
  }

  /** Who, in words. */
  String words() {
    return switch (this) {
      case ANYBODY -> "anybody";
      case AGENT -> "agent";
      case VIEWER, PUBLISHER, DEPLOYER, ADMIN -> name().toLowerCase(Locale.ROOT);
      case VIEWER_OR_AGENT -> "viewer, agent";
      case PUBLISHER_OR_AGENT -> "publisher, agent";
    };
  }
}
