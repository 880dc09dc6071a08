package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.WireHash;
import io.seedfall.protocol.metainfo.InfoDictionary;
import io.seedfall.protocol.metainfo.InfoReading;
import io.seedfall.protocol.metainfo.MagnetLink;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.ParsedMetainfo;
import io.seedfall.protocol.metainfo.TorrentFormat;
import io.seedfall.protocol.wire.PeerMessage;
import io.seedfall.protocol.wire.PeerMessage.HashRequest;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out from peers what a magnet link names: the info dictionary (BEP 9), which counts when it
 * has the link's hash, and the piece layers of a v2 torrent (BEP 52), which count with their
 * proofs.
 *
 * <pre>
 *   name only --info dictionary with the right hash--> layers missing --the last chunk--> found
 *        └─────────────── one that cannot be used ──────────────────────────────────────> failed
 * </pre>
 *
 * <p>A few peers are asked at once, each on a virtual thread, and the first good answer counts. One
 * that lies is never asked again; one that does not answer is asked again later. Any thread may
 * call it.
 */
public final class TorrentLookup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TorrentLookup.class);

  /** Peers asked at once. */
  static final int ASKED_MAX = 4;

  /** Peers that are remembered; when it is full, the next are not. */
  static final int PEERS_MAX = 1000;

  private static final long RETRY_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long RETRY_MAX_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A peer that may be asked, or was. */
  private static final class Candidate {
    private boolean isAsked;
    private boolean lied;
    private int failures;
    private long dueNanos = System.nanoTime();
  }

  /**
   * Where it stands.
   *
   * @param peersKnown peers that may be asked
   * @param peersAsked those of them that are being asked
   * @param named whether the info dictionary is here
   */
  public record State(int peersKnown, int peersAsked, boolean named) {}

  private final MagnetLink link;
  private final Greeter greeter;
  private final Threads threads = new Threads();
  private final Set<LookupPeer> talks = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /* Under the lock. */
  private final Map<Endpoint, Candidate> candidates = new LinkedHashMap<>();
  private @Nullable InfoDictionary info;
  private @Nullable LayerChunks chunks;
  private @Nullable Metainfo found;
  private @Nullable String failure;
  private boolean closed;

  private volatile Trackers trackers = Trackers.NONE;

  TorrentLookup(MagnetLink link, Greeter greeter) {
    this.link = link;
    this.greeter = greeter;
  }

  void start(Trackers asked) {
    asked.start(threads);
    trackers = asked;
    for (int i = 0; i < ASKED_MAX; i++) {
      threads.start("seedfall-lookup", this::work);
    }
  }

  /**
   * There may be peers at these endpoints as well.
   *
   * @throws IllegalArgumentException when an address is no literal IP address
   */
  public void learnt(List<Endpoint> peers) {
    List<Endpoint> canonical = peers.stream().map(Addresses::canonical).toList();
    lock.lock();
    try {
      for (Endpoint peer : canonical) {
        if (candidates.size() < PEERS_MAX) {
          candidates.putIfAbsent(peer, new Candidate());
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits a while for the torrent.
   *
   * @return the torrent without trackers and web seeds; null when it is not known yet
   * @throws IOException when what the link names cannot be used here, in words
   */
  public @Nullable Metainfo await(long millis) throws IOException, InterruptedException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
    lock.lockInterruptibly();
    try {
      while (found == null && failure == null && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      if (failure != null) {
        throw new IOException(failure);
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  /** Where it stands. */
  public State state() {
    lock.lock();
    try {
      int asked = 0;
      for (Candidate candidate : candidates.values()) {
        asked += candidate.isAsked ? 1 : 0;
      }
      return new State(candidates.size(), asked, info != null);
    } finally {
      lock.unlock();
    }
  }

  /* --------------- whom to ask --------------- */

  private void work() {
    Endpoint peer = next();
    while (peer != null) {
      String trouble = null;
      boolean lied = false;
      try {
        lied = !ask(peer);
      } catch (IOException e) {
        trouble = Words.of(e);
      }
      answered(peer, trouble, lied);
      peer = next();
    }
  }

  /** The next to ask, waited for; null when nobody need be asked any more. */
  private @Nullable Endpoint next() {
    lock.lock();
    try {
      while (!isOver()) {
        long now = System.nanoTime();
        long wait = RETRY_MAX_NANOS;
        for (var entry : candidates.entrySet()) {
          Candidate candidate = entry.getValue();
          if (candidate.isAsked || candidate.lied) {
            continue;
          }
          if (candidate.dueNanos - now <= 0) {
            candidate.isAsked = true;
            return entry.getKey();
          }
          wait = Math.min(wait, candidate.dueNanos - now);
        }
        try {
          changed.awaitNanos(wait);
        } catch (InterruptedException e) {
          throw new IllegalStateException("nobody interrupts these threads", e);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  boolean isOver() {
    return closed || found != null || failure != null;
  }

  private void answered(Endpoint peer, @Nullable String trouble, boolean lied) {
    lock.lock();
    try {
      Candidate candidate = candidates.get(peer);
      if (candidate == null) {
        throw new IllegalStateException("nobody was to ask " + peer);
      }
      candidate.isAsked = false;
      candidate.lied = lied;
      candidate.failures = trouble == null ? 0 : candidate.failures + 1;
      long wait = RETRY_MIN_NANOS << Math.min(candidate.failures, 10);
      candidate.dueNanos = System.nanoTime() + Math.min(wait, RETRY_MAX_NANOS);
      if (trouble != null) {
        LOG.debug("{}: {}", peer, trouble);
      }
      if (lied) {
        LOG.warn("{} sent what {} does not name; it is not asked again", peer, link.name());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /* --------------- what to ask --------------- */

  /** False when the peer's answer was a lie; true when all was well, and it may be asked more. */
  private boolean ask(Endpoint peer) throws IOException {
    InfoDictionary known = known();
    List<WireHash> names = known == null ? link.wireHashes() : known.wireHashes();
    boolean v2 = known == null ? link.infoHash() != null : known.format() != TorrentFormat.V1;
    try (LookupPeer talk = new LookupPeer(greeter.dial(peer, new WireNames(names, v2)))) {
      try {
        remember(talk);
        if (known == null) {
          byte[] metadata = talk.metadata();
          if (!link.isFor(metadata)) {
            return false;
          }
          named(metadata);
        } else {
          talk.greet(false);
        }
        LayerChunks wanted = wanted();
        // Who was asked by the v1 name is asked again by both: then it knows that we speak v2.
        return wanted == null || !v2 || layers(talk, wanted);
      } finally {
        talks.remove(talk);
      }
    }
  }

  private void remember(LookupPeer talk) throws IOException {
    talks.add(talk);
    lock.lock();
    try {
      if (isOver()) {
        throw new IOException("the lookup is over");
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable InfoDictionary known() {
    lock.lock();
    try {
      return info;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable LayerChunks wanted() {
    lock.lock();
    try {
      return isOver() ? null : chunks;
    } finally {
      lock.unlock();
    }
  }

  /** The bytes have the link's hash: they are the torrent, whatever else they are. */
  private void named(byte[] metadata) {
    InfoReading reading = InfoDictionary.parse(metadata);
    lock.lock();
    try {
      if (info != null || isOver()) {
        return;
      }
      switch (reading) {
        case InfoReading.Invalid(String reason) ->
            failure = "the torrent that the link names cannot be used: " + reason;
        case InfoReading.Valid(InfoDictionary valid) -> {
          info = valid;
          chunks = new LayerChunks(valid);
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    finishWhenWhole();
  }

  /** False when a hash was not one of the torrent's. */
  private boolean layers(LookupPeer talk, LayerChunks wanted) throws IOException {
    List<HashRequest> asked = new ArrayList<>();
    try {
      while (ask(talk, wanted, asked)) {
        switch (talk.hear()) {
          case PeerMessage.Hashes hashes -> {
            HashRequest request =
                new HashRequest(
                    hashes.piecesRoot(),
                    hashes.baseLayer(),
                    hashes.index(),
                    hashes.length(),
                    hashes.proofLayers());
            if (!asked.contains(request)) {
              throw new ProtocolException("hashes that nobody asked for");
            }
            if (!wanted.store(request, hashes.hashes())) {
              return false;
            }
            asked.remove(request);
            talk.helped();
          }
          case PeerMessage.HashReject _ ->
              throw new ProtocolException("it refuses to give the hashes of pieces");
          case PeerMessage _ -> {}
        }
      }
    } finally {
      asked.forEach(wanted::giveBack);
    }
    finishWhenWhole();
    return true;
  }

  /** Asks for as much as may be under way at one peer; whether anything is. */
  private static boolean ask(LookupPeer talk, LayerChunks wanted, List<HashRequest> asked)
      throws IOException {
    while (asked.size() < LookupPeer.REQUESTS_MAX) {
      HashRequest next = wanted.take();
      if (next == null) {
        break;
      }
      asked.add(next);
      talk.say(next);
    }
    return !asked.isEmpty();
  }

  private void finishWhenWhole() {
    lock.lock();
    try {
      if (info == null || chunks == null || isOver() || chunks.left() > 0) {
        return;
      }
      switch (info.withLayers(chunks.layers())) {
        case ParsedMetainfo.Valid(Metainfo metainfo) -> found = metainfo;
        case ParsedMetainfo.Invalid(String reason) ->
            failure = "the torrent that the link names cannot be used: " + reason;
      }
      changed.signalAll();
      endTalks();
    } finally {
      lock.unlock();
    }
  }

  private void endTalks() {
    trackers.stop();
    greeter.close();
    talks.forEach(LookupPeer::close);
  }

  /** Ends every talk, and returns when no thread of it is left. A second call does nothing. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    endTalks();
    threads.awaitNone();
  }
}
