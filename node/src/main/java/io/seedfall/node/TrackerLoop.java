package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.PeerId;
import io.seedfall.protocol.SeededRandom;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.tracker.AnnounceEvent;
import io.seedfall.protocol.tracker.AnnounceRequest;
import io.seedfall.protocol.tracker.AnnounceResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces one transfer under one of its names to its trackers, until it is stopped, on a virtual
 * thread of its own; the owner of its schedule and of the order of its trackers.
 *
 * <pre>
 *   Waiting --due--> Asking, one tracker after the other --answer, or none left--> Waiting
 *      └── stopped (interrupted) ──> LastWords: COMPLETED if that was not said yet, STOPPED ──> over
 * </pre>
 */
final class TrackerLoop implements Runnable {
  /** How often it looks whether the transfer is complete, or alone. */
  private static final long LOOK_MILLIS = 500;

  /** How many trackers' words are told when none answered. */
  private static final int WORDS_MAX = 3;

  private static final Logger LOG = LoggerFactory.getLogger(TrackerLoop.class);

  /**
   * What a loop is made from.
   *
   * @param tiers the trackers (BEP 12)
   * @param torrent the name
   * @param self what we call ourselves
   * @param port where peers reach us
   * @param from the address to speak from, null for any: a tracker tells others where its request
   *     came from
   * @param key a random number, the same for all trackers
   * @param progress where the transfer stands
   * @param learnt takes the peers that a tracker names
   * @param news takes what happened; must not block
   * @param patience how long a tracker is waited for
   * @param seed of everything random
   */
  record Setup(
      List<List<String>> tiers,
      WireHash torrent,
      PeerId self,
      int port,
      @Nullable InetAddress from,
      int key,
      Supplier<TransferProgress> progress,
      Consumer<List<Endpoint>> learnt,
      Consumer<TrackerNews> news,
      TrackerPatience patience,
      long seed) {}

  private final Setup setup;
  private final SeededRandom random;
  private final TrackerTiers tiers;
  private final AnnounceSchedule schedule;

  /** The tracker that may know of us: it answered last, or is being asked. */
  private @Nullable String told;

  /** What it is being told: when that was cut short, it may have heard it all the same. */
  private @Nullable AnnounceEvent saying;

  TrackerLoop(Setup setup) {
    this.setup = setup;
    this.random = new SeededRandom(setup.seed());
    this.tiers = new TrackerTiers(setup.tiers(), random);
    this.schedule = new AnnounceSchedule(setup.progress().get().complete(), nowMillis());
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  @Override
  public void run() {
    try {
      while (true) {
        awaitDue();
        askAll();
      }
    } catch (InterruptedException _) {
      LOG.debug("trackers hear the last of {}", setup.torrent());
    }
    try {
      sayLastWords();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitDue() throws InterruptedException {
    while (true) {
      TransferProgress progress = setup.progress().get();
      if (progress.complete()) {
        schedule.completed(nowMillis());
      }
      boolean lonely = !progress.complete() && progress.peers() == 0;
      long waitMillis = schedule.dueMillis(lonely) - nowMillis();
      if (waitMillis <= 0) {
        return;
      }
      Thread.sleep(Math.min(waitMillis, LOOK_MILLIS));
    }
  }

  private void askAll() throws InterruptedException {
    List<String> words = new ArrayList<>();
    for (String tracker : tiers.order()) {
      AnnounceEvent event = schedule.event();
      String toldBefore = told;
      told = tracker;
      saying = event;
      AnnounceResponse response = ask(tracker, event, setup.patience());
      saying = null;
      switch (response) {
        case AnnounceResponse.Peers answer -> {
          tiers.answered(tracker);
          schedule.answered(event, answer, nowMillis());
          setup.learnt().accept(answer.peers());
          setup.news().accept(new TrackerNews.Answered(tracker, answer.peers().size()));
          return;
        }
        case AnnounceResponse.Refused(String why) -> {
          told = toldBefore;
          LOG.debug("tracker {}: {}", tracker, why);
          words.add(tracker + ": " + why);
        }
      }
    }
    schedule.failed(nowMillis());
    int untold = words.size() - WORDS_MAX;
    String why =
        String.join("; ", words.subList(0, Math.min(WORDS_MAX, words.size())))
            + (untold > 0 ? "; and %d more".formatted(untold) : "");
    setup.news().accept(new TrackerNews.NoneAnswered(why));
  }

  private void sayLastWords() throws InterruptedException {
    String tracker = told;
    if (tracker == null) {
      return;
    }
    if (setup.progress().get().complete()) {
      schedule.completed(nowMillis());
    }
    boolean heard =
        schedule.event() != AnnounceEvent.COMPLETED
            || saying == AnnounceEvent.COMPLETED
            || ask(tracker, AnnounceEvent.COMPLETED, TrackerPatience.LAST_WORDS)
                instanceof AnnounceResponse.Peers;
    if (heard) {
      ask(tracker, AnnounceEvent.STOPPED, TrackerPatience.LAST_WORDS);
    }
  }

  private AnnounceResponse ask(String tracker, AnnounceEvent event, TrackerPatience patience)
      throws InterruptedException {
    TransferProgress progress = setup.progress().get();
    long received = progress.bytesFromPeers() + progress.bytesFromWebSeeds();
    AnnounceRequest request =
        new AnnounceRequest(
            setup.torrent(),
            setup.self(),
            setup.port(),
            progress.bytesSent(),
            received,
            progress.bytesTotal() - progress.bytesVerified(),
            event,
            event == AnnounceEvent.STOPPED ? 0 : AnnounceRequest.NUM_WANT_DEFAULT,
            setup.key());
    String lower = tracker.toLowerCase(Locale.ROOT);
    if (lower.startsWith("http://") || lower.startsWith("https://")) {
      return HttpAnnouncement.announce(tracker, setup.from(), request, patience);
    }
    if (!lower.startsWith("udp://")) {
      return new AnnounceResponse.Refused("neither http, https nor udp");
    }
    try {
      return UdpAnnouncement.announce(udpAddress(tracker), setup.from(), request, patience, random);
    } catch (UnknownHostException _) {
      return new AnnounceResponse.Refused("unknown host");
    } catch (IllegalArgumentException _) {
      return new AnnounceResponse.Refused("no URL with a host and a port");
    }
  }

  /** An address of the kind that we speak from, when there is one. */
  private InetSocketAddress udpAddress(String tracker) throws UnknownHostException {
    URI uri = URI.create(tracker);
    String host = uri.getHost();
    if (host == null || uri.getPort() < 1) {
      throw new IllegalArgumentException("host or port is missing");
    }
    InetAddress[] all = InetAddress.getAllByName(host.replaceAll("[\\[\\]]", ""));
    InetAddress from = setup.from();
    for (InetAddress address : all) {
      if (from == null || address.getClass().equals(from.getClass())) {
        return new InetSocketAddress(address, uri.getPort());
      }
    }
    return new InetSocketAddress(all[0], uri.getPort());
  }
}
