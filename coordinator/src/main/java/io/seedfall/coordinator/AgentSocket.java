package io.seedfall.coordinator;

import io.javalin.http.Context;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import io.seedfall.control.AgentMessage;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlJson;
import io.seedfall.control.Decoded;
import io.seedfall.planner.AgentFacts;
import io.seedfall.planner.PlannerEvent;
import io.seedfall.protocol.InfoHash;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reader's side of the agents' WebSocket: decodes, checks, and posts to the control loop.
 * Whoever says what makes no sense is told so once and closed.
 */
final class AgentSocket {
  private static final String SESSION = "seedfall.session";
  private static final String LOOP = "seedfall.loop";
  private static final String GREETED = "seedfall.greeted";
  private static final String PASS = "seedfall.pass";
  private static final Logger LOG = LoggerFactory.getLogger(AgentSocket.class);

  private final Limits limits;
  private final SteadyClock clock;
  private final Leadership leadership;
  private final PieceMaps pieces;
  private final Doorkeeper door;
  private final CoordinatorMeters meters;
  private final Entrance entrance = new Entrance();

  AgentSocket(
      Limits limits,
      SteadyClock clock,
      Leadership leadership,
      PieceMaps pieces,
      Doorkeeper door,
      CoordinatorMeters meters) {
    this.meters = meters;
    this.door = door;
    this.limits = limits;
    this.clock = clock;
    this.leadership = leadership;
    this.pieces = pieces;
  }

  /** Sends an agent that asks for a session to the coordinator that leads; lets it in here. */
  void beforeUpgrade(Context context) {
    leadership.loop(); // or refused at once
    door.admitSession(context); // likewise
    Entrance.Pass pass = entrance.enter();
    if (pass == null) {
      throw RequestRefused.busy();
    }
    try {
      context.attribute(LOOP, leadership.loop());
      context.attribute(PASS, pass);
    } catch (RequestRefused e) {
      entrance.leave(pass);
      throw e;
    }
  }

  void configure(WsConfig socket) {
    socket.onConnect(this::connected);
    socket.onMessage(context -> said(context, context.message()));
    socket.onBinaryMessage(context -> session(context).refuse("binary message (expected: text)"));
    socket.onClose(this::closed);
    socket.onError(context -> {
      LOG.debug("session error", context.error());
      closed(context);
    });
  }

  private void connected(WsContext context) {
    Entrance.Pass pass = context.attribute(PASS);
    if (pass == null) {
      throw new IllegalStateException("a session was opened without a pass");
    }
    AgentSession session =
        new AgentSession(
            context.session,
            limits.unsentMax(),
            clock.nowMillis(),
            visitor(context),
            () -> entrance.leave(pass),
            meters);
    meters.sessionOpened();
    context.attribute(SESSION, session);
    if (!loop(context).opened(session)) {
      session.refuse("the coordinator is busy");
    }
  }

  private void said(WsContext context, String text) {
    AgentSession session = session(context);
    session.heard(clock.nowMillis());
    try {
      boolean posted =
          switch (ControlJson.decodeAgentMessage(text)) {
            case Decoded.Value<AgentMessage>(AgentMessage message) -> take(context, message);
            case Decoded.UnknownType<AgentMessage>(String type) -> {
              LOG.debug("passed over a message of type {} from {}", type, session.remote());
              yield true;
            }
            case Decoded.Malformed<AgentMessage>(String why) ->
                throw new IllegalArgumentException(why);
          };
      if (!posted) {
        session.refuse("the coordinator is busy");
      }
    } catch (IllegalArgumentException e) {
      LOG.info("refused {} {}: {}", session.name(), session.remote(), e.getMessage());
      session.refuse(String.valueOf(e.getMessage()));
    }
  }

  private boolean take(WsContext context, AgentMessage message) {
    AgentSession session = session(context);
    meters.received(message);
    boolean greeted = context.attribute(GREETED) != null;
    if (greeted == message instanceof AgentMessage.Hello) {
      throw new IllegalArgumentException(
          greeted ? "a second Hello" : "the first message was no Hello");
    }
    visitor(context).requireMaySay(message);
    return switch (message) {
      case AgentMessage.Hello hello -> {
        if (hello.protocolVersion() != ControlApi.PROTOCOL_VERSION) {
          throw new IllegalArgumentException(
              "protocolVersion: "
                  + hello.protocolVersion()
                  + " (expected: "
                  + ControlApi.PROTOCOL_VERSION
                  + "; run the same Seedfall on agents and coordinator)");
        }
        AgentFacts facts = Translation.facts(hello, session.isFromThisMachine());
        List<InfoHash> holdings = Translation.holdings(hello);
        PlannerEvent.AgentJoined joined =
            new PlannerEvent.AgentJoined(facts, holdings, Translation.installed(hello));
        context.attribute(GREETED, true);
        session.greet(facts.name(), holdings);
        boolean posted = loop(context).greeted(session, joined);
        if (!door.isStillIn(visitor(context))) {
          // Whoever revoked it since we looked first may have told the loop before we did.
          throw new IllegalArgumentException("it was revoked");
        }
        yield posted;
      }
      case AgentMessage.Heartbeat(long freeBytes) -> {
        if (freeBytes != AgentMessage.FREE_BYTES_UNKNOWN) {
          session.freeBytes(Translation.notNegative("freeBytes", freeBytes));
        }
        yield true;
      }
      case AgentMessage.Reports reports -> {
        boolean posted = loop(context).heard(session, Translation.reports(session.name(), reports));
        reports.reports().forEach(report -> pieces.heard(session.name(), report));
        yield posted;
      }
      case AgentMessage.Health health ->
          loop(context).heard(session, List.of(Translation.health(session.name(), health)));
      case AgentMessage.Holding(String hex, boolean complete) -> {
        InfoHash infoHash = InfoHash.parse(hex);
        session.hold(infoHash, complete);
        yield loop(context)
            .heard(
                session, List.of(new PlannerEvent.AgentHolds(session.name(), infoHash, complete)));
      }
    };
  }

  private void closed(WsContext context) {
    AgentSession session = session(context);
    if (session.gone(clock.nowMillis())) {
      meters.sessionClosed();
    }
    loop(context).closed(session);
  }

  private static Visitor visitor(WsContext context) {
    Visitor visitor = context.attribute(Doorkeeper.VISITOR);
    if (visitor == null) {
      throw new IllegalStateException("a session was opened by nobody");
    }
    return visitor;
  }

  /** The loop of the term in which the session was opened: no session outlives it. */
  private static ControlLoop loop(WsContext context) {
    ControlLoop loop = context.attribute(LOOP);
    if (loop == null) {
      throw new IllegalStateException("a session was opened while another coordinator leads");
    }
    return loop;
  }

  private static AgentSession session(WsContext context) {
    AgentSession session = context.attribute(SESSION);
    if (session == null) {
      throw new IllegalStateException("a session spoke before it was opened");
    }
    return session;
  }
}
