package io.seedfall.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlJson;
import io.seedfall.control.DeploymentChange;
import io.seedfall.control.FleetChange;
import io.seedfall.control.Problem;
import io.seedfall.control.Reset;
import io.seedfall.planner.DeploymentSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens, as it happens: Server-Sent Events. Each subscriber has the virtual thread of its
 * request and a place in the {@link EventRing}, and nothing else: one that reads slowly is
 * overtaken, and its connection closed. Only the coordinator that leads has events.
 */
final class EventRoutes {
  /** The longest id that a subscriber may come back with. */
  private static final int ID_CHARS_MAX = 128;

  private static final Logger LOG = LoggerFactory.getLogger(EventRoutes.class);

  /**
   * Where a subscriber begins.
   *
   * @param place behind this packet
   * @param reset why it has to look at everything anew; empty when it has not
   * @param resumed whether it goes on where it was
   * @param deployment as the planner has it; null when it has not, or of the fleet
   */
  record Beginning(
      EventRing ring,
      long place,
      boolean resumed,
      String reset,
      boolean halted,
      @Nullable DeploymentSnapshot deployment) {}

  private final Leadership loop;
  private final Store store;
  private final BlockingCalls blocking;
  private final Doorkeeper door;
  private final long quietMillisMax;

  EventRoutes(
      Leadership loop, Store store, BlockingCalls blocking, Doorkeeper door, long quietMillisMax) {
    this.loop = loop;
    this.store = store;
    this.blocking = blocking;
    this.door = door;
    this.quietMillisMax = quietMillisMax;
  }

  List<Route> table() {
    Parameter lastId =
        Parameter.header(
            ControlApi.LAST_EVENT_ID,
            "goes on behind the event with this id",
            new Parameter.Values.Opaque(ID_CHARS_MAX));
    return List.of(
        Route.get(
                ControlApi.EVENTS,
                "What happens to deployments and agents, at most five times a second.",
                new Payload.Events(FleetChange.class),
                this::fleet)
            .with(lastId),
        Route.get(
                ControlApi.DEPLOYMENTS + "/{id}/events",
                "What happens to a deployment, at most five times a second.",
                new Payload.Events(DeploymentChange.class),
                this::deployment)
            .with(lastId)
            .orElse(Problem.UNKNOWN_DEPLOYMENT));
  }

  private void fleet(Context context, byte[] body) throws IOException {
    Beginning begin = begin(context, "");
    follow(context, begin, new FleetChange(begin.halted(), List.of(), List.of(), true), Packet::of);
  }

  private void deployment(Context context, byte[] body) throws IOException {
    String id = context.pathParam("id");
    Beginning begin = begin(context, id);
    DeploymentSnapshot now =
        begin.deployment() == null ? blocking.call(() -> store.deployment(id)) : begin.deployment();
    if (now == null) {
      throw RequestRefused.unknownDeployment();
    }
    follow(
        context,
        begin,
        new DeploymentChange(Translation.view(now, 0), List.of(), true),
        packets -> Packet.of(packets, id));
  }

  private Beginning begin(Context context, String id) {
    String lastId = context.header(ControlApi.LAST_EVENT_ID);
    if (lastId != null && (lastId.length() > ID_CHARS_MAX || !lastId.matches("[A-Za-z0-9-]*"))) {
      throw RequestRefused.malformed(ControlApi.LAST_EVENT_ID + " (expected: the id of an event)");
    }
    return loop.ask(control -> control.begin(id, lastId == null ? "" : lastId));
  }

  /**
   * Writes until the subscriber goes away, is too slow, may not hear it any more, or this
   * coordinator leads no more.
   */
  private <T extends Record> void follow(
      Context context, Beginning begin, T now, Function<List<Packet>, @Nullable T> told)
      throws IOException {
    EventRing ring = begin.ring();
    Hearer hearer = new Hearer(Visitor.of(context), ring);
    if (!hearer.isStillIn()) {
      throw new RequestRefused(401, Problem.UNAUTHENTICATED, hearer.visitor.who() + " is out");
    }
    context.res().setContentType("text/event-stream");
    context.res().setHeader("Cache-Control", "no-store");
    OutputStream out = context.res().getOutputStream();
    long place = begin.place();
    try {
      if (!begin.reset().isEmpty()) {
        write(out, ring.id(place), "reset", new Reset(begin.reset()));
      }
      if (begin.resumed()) {
        write(out, ring.id(place), "", null);
      } else {
        write(out, ring.id(place), "change", now);
      }
      while (hearer.isStillIn()
          && ring.after(place, hearer.waitMillis(), hearer.expulsions)
              instanceof EventRing.Found.Packets(var packets)
          && hearer.isStillIn()) {
        T change = packets.isEmpty() ? null : told.apply(packets);
        place = packets.isEmpty() ? place : packets.getLast().serial();
        if (change != null) {
          write(out, ring.id(place), "change", change);
        } else if (packets.isEmpty()) {
          write(out, ring.id(place), "", null);
        }
      }
    } catch (IOException e) {
      LOG.debug("a subscriber has gone: {}", e.toString());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Whether a subscriber may still hear it: looked at anew whenever somebody was expelled, and now
   * and then, because a login can also be ended at another coordinator.
   */
  private final class Hearer {
    private final Visitor visitor;
    private final EventRing ring;
    private long expulsions = -1;
    private long lookedMillis;

    Hearer(Visitor visitor, EventRing ring) {
      this.visitor = visitor;
      this.ring = ring;
    }

    boolean isStillIn() {
      long now = ring.expulsions(); // before the look: who is expelled after it is seen next time
      long millis = door.nowMillis();
      if (now != expulsions || millis - lookedMillis >= quietMillisMax) {
        if (!isKnown()) {
          return false;
        }
        expulsions = now;
        lookedMillis = millis;
      }
      return door.millisLeft(visitor) > 0;
    }

    /** Its rows cannot be read: then it comes back, and is asked again who it is. */
    private boolean isKnown() {
      try {
        return door.isStillIn(visitor);
      } catch (RequestRefused e) {
        LOG.debug("nobody can say whether {} is still in: {}", visitor.who(), e.getMessage());
        return false;
      }
    }

    long waitMillis() {
      return Math.min(quietMillisMax, door.millisLeft(visitor));
    }
  }

  /** Without a name: a comment, which moves the place of whoever comes back all the same. */
  private static void write(OutputStream out, String id, String name, @Nullable Record data)
      throws IOException {
    StringBuilder text = new StringBuilder("id: ").append(id).append('\n');
    if (data == null) {
      text.append(": nothing new\n\n");
    } else {
      text.append("event: ").append(name).append("\ndata: ");
      text.append(new String(ControlJson.encode(data), UTF_8)).append("\n\n");
    }
    out.write(text.toString().getBytes(UTF_8));
    out.flush();
  }
}
