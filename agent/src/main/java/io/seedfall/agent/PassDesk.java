package io.seedfall.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.seedfall.control.ControlApi;
import io.seedfall.control.ControlException;
import io.seedfall.control.PassRequest;
import io.seedfall.control.PassesView;
import io.seedfall.control.identity.Pass;
import io.seedfall.control.identity.PeerName;
import io.seedfall.node.PeerPasses;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.WireHash;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The passes that this process shows other peers, one for each content that is open here, and what
 * it makes of theirs. It asks the coordinator when a content is opened, and again after half of a
 * pass's life; while that is away the other half goes on. Any thread.
 */
final class PassDesk implements PeerPasses, AutoCloseable {
  /** How often it is looked whether a pass is missing or old. */
  static final long LOOK_MILLIS = 5_000;

  private static final Logger LOG = LoggerFactory.getLogger(PassDesk.class);

  /** Asks the coordinator. */
  interface Source {
    PassesView ask(PassRequest request) throws ControlException;
  }

  /**
   * What there is for one content.
   *
   * @param text as it is shown; empty when there is none yet
   * @param renewMillis when the next is due
   */
  private record Held(InfoHash infoHash, String text, long renewMillis) {}

  private final PublicKey authority;
  private final Source source;
  private final LongSupplier nowMillis;
  private final Map<WireHash, Held> held = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable Thread looking;

  /**
   * A desk for one process.
   *
   * @param authority who signs passes
   */
  PassDesk(PublicKey authority, Source source, LongSupplier nowMillis) {
    this.authority = authority;
    this.source = source;
    this.nowMillis = nowMillis;
  }

  /**
   * Looks after what is held from now on. To be called once.
   *
   * @param beside is done with every look, too
   */
  void begin(long lookMillis, Runnable beside) {
    looking =
        Thread.ofVirtual()
            .name("seedfall-passes")
            .start(() -> {
              try {
                do {
                  beside.run();
                  askForWhatIsDue();
                } while (!closing.await(lookMillis, TimeUnit.MILLISECONDS));
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** That content is about to be opened; the pass is asked for with the next look. */
  void note(InfoHash infoHash) {
    held.putIfAbsent(infoHash.wire(), new Held(infoHash, "", Long.MIN_VALUE));
  }

  /** The same at once: waits for the answer, and goes on without when there is none. */
  void want(InfoHash infoHash) {
    note(infoHash);
    String trouble = ask(List.of(infoHash));
    if (!trouble.isEmpty()) {
      LOG.warn("no pass for {} yet, asking again: {}", infoHash, trouble);
    }
  }

  /** That content is closed. */
  void drop(InfoHash infoHash) {
    held.remove(infoHash.wire());
  }

  private void askForWhatIsDue() {
    long now = nowMillis.getAsLong();
    List<InfoHash> due =
        held.values().stream()
            .filter(each -> each.renewMillis() <= now)
            .map(Held::infoHash)
            .sorted()
            .toList();
    for (int from = 0; from < due.size(); from += ControlApi.PASSES_MAX) {
      String trouble = ask(due.subList(from, Math.min(due.size(), from + ControlApi.PASSES_MAX)));
      if (!trouble.isEmpty()) {
        LOG.debug("no passes: {}", trouble);
        return; // the coordinator is away
      }
    }
  }

  /** Empty when it went well. */
  private String ask(List<InfoHash> infoHashes) {
    long now = nowMillis.getAsLong();
    PassesView given;
    try {
      given = source.ask(new PassRequest(infoHashes.stream().map(InfoHash::hex).toList()));
    } catch (ControlException e) {
      return e.why();
    }
    if (given.passes().size() != infoHashes.size()
        || given.passes().stream().anyMatch(text -> text.length() > PASS_BYTES_MAX)) {
      return "the coordinator gave something else than was asked for";
    }
    long renewMillis = now + Math.max(0, given.untilMillis() - now) / 2;
    for (int i = 0; i < infoHashes.size(); i++) {
      Held next = new Held(infoHashes.get(i), given.passes().get(i), renewMillis);
      held.computeIfPresent(next.infoHash().wire(), (_, _) -> next); // it may be closed meanwhile
    }
    return "";
  }

  @Override
  public byte[] ours(List<WireHash> names) {
    for (WireHash name : names) {
      Held found = held.get(name);
      if (found != null) {
        return found.text().getBytes(US_ASCII);
      }
    }
    return new byte[0];
  }

  @Override
  public PeerRight right(X509Certificate peer, List<WireHash> names, byte[] shown) {
    Pass pass = Pass.read(new String(shown, US_ASCII), authority);
    if (pass == null) {
      return new PeerRight.Refused("no pass, or none of this cluster");
    }
    try {
      if (!PeerName.of(peer).uri().equals(pass.bearer())) {
        return new PeerRight.Refused("the pass is that of " + pass.bearer());
      }
    } catch (CertificateException e) {
      return new PeerRight.Refused(String.valueOf(e.getMessage()));
    }
    if (!names.contains(InfoHash.parse(pass.infoHash()).wire())) {
      return new PeerRight.Refused("the pass is for " + pass.infoHash());
    }
    long leftMillis = pass.untilMillis() - nowMillis.getAsLong();
    if (leftMillis <= 0) {
      return new PeerRight.Refused("the pass has expired");
    }
    return switch (pass.right()) {
      case EXCHANGE -> new PeerRight.Exchanges(leftMillis);
      case SEND -> new PeerRight.Sends(leftMillis);
    };
  }

  @Override
  public void close() {
    closing.countDown();
    Thread thread = looking;
    if (thread != null) {
      thread.interrupt(); // it may wait for a coordinator that is away
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
