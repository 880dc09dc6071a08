package io.seedfall.coordinator;

import io.seedfall.control.ControlApi;
import io.seedfall.control.PassRequest;
import io.seedfall.control.PassesView;
import io.seedfall.control.identity.Pass;
import io.seedfall.control.identity.PeerName;
import io.seedfall.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Writes what agents and publishers show each other. Who was assigned a content may fetch it;
 * whoever says that he has it may send it, which needs no permission, and is sent nothing. Nothing
 * of it is stored. Blocks; any thread.
 */
final class Passes {
  /**
   * So long one is good, and so long at most whoever was revoked goes on. They are asked for again
   * after half of it: a coordinator may be away for the other half.
   */
  static final long PASS_MILLIS = 8L * 60 * 60_000;

  private final ClusterIdentity identity;
  private final Store store;
  private final LongSupplier nowMillis;

  Passes(ClusterIdentity identity, Store store, LongSupplier nowMillis) {
    this.identity = identity;
    this.store = store;
    this.nowMillis = nowMillis;
  }

  /** For an agent that the {@link Doorkeeper} has let in just now. */
  PassesView forAgent(String name, PassRequest request) {
    List<String> asked = checked(request);
    Set<String> assigned = store.read(handle -> PassRows.assigned(handle, name, asked));
    String bearer = new PeerName.Agent(name).uri();
    long untilMillis = nowMillis.getAsLong() + PASS_MILLIS;
    List<String> passes = new ArrayList<>(asked.size());
    for (String infoHash : asked) {
      Pass.Right right = assigned.contains(infoHash) ? Pass.Right.EXCHANGE : Pass.Right.SEND;
      passes.add(text(bearer, infoHash, right, untilMillis));
    }
    return new PassesView(passes, untilMillis);
  }

  /** The same for a user who seeds; no longer than his token is good. */
  PassesView forPublisher(Visitor.User user, PassRequest request) {
    String bearer = new PeerName.Publisher(user.name()).uri();
    long untilMillis = Math.min(nowMillis.getAsLong() + PASS_MILLIS, user.untilMillis());
    List<String> passes = new ArrayList<>();
    for (String infoHash : checked(request)) {
      passes.add(text(bearer, infoHash, Pass.Right.SEND, untilMillis));
    }
    return new PassesView(passes, untilMillis);
  }

  private String text(String bearer, String infoHash, Pass.Right right, long untilMillis) {
    return new Pass(bearer, infoHash, right, untilMillis).text(identity.signer().key());
  }

  private static List<String> checked(PassRequest request) {
    List<String> asked = request.infoHashes();
    if (asked.isEmpty() || asked.size() > ControlApi.PASSES_MAX) {
      throw RequestRefused.malformed(
          "infoHashes: %d (expected: 1 to %d)".formatted(asked.size(), ControlApi.PASSES_MAX));
    }
    try {
      return asked.stream().map(InfoHash::parse).map(InfoHash::hex).toList();
    } catch (IllegalArgumentException e) {
      throw RequestRefused.malformed("infoHashes: " + e.getMessage());
    }
  }
}
