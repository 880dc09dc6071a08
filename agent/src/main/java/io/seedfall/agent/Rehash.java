package io.seedfall.agent;

import io.seedfall.node.RotSearch;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.protocol.metainfo.PieceGeometry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the kept versions again, one after the other and pass after pass, slowly, on a thread of
 * its own. Pieces that have rotted are told to the loop, which has them repaired; when that is done
 * the version is read on.
 */
final class Rehash implements AutoCloseable {
  /** A pass takes as long as reading so much, also when there is less. */
  static final long PASS_BYTES_MIN = 1L << 30;

  /** So long does it pause at most, however slow it is to be. */
  static final long PAUSE_MILLIS_MAX = 60 * 60_000;

  /** Rot comes in clusters: after a piece that has rotted it looks for more for so long. */
  private static final long GATHER_NANOS = 30_000_000_000L;

  /** For a repair it waits so long; then the next version is read. */
  private static final long REPAIR_MILLIS_MAX = 60_000;

  private static final long POLL_MILLIS = 50;
  private static final Logger LOG = LoggerFactory.getLogger(Rehash.class);

  private final AgentInbox inbox;
  private final VersionStore store;
  private final Supplier<List<String>> holdings;
  private final long bytesPerSecond;
  private final RotSearch search;
  private final Thread thread;
  private volatile boolean closed;

  private Rehash(
      AgentInbox inbox, VersionStore store, Supplier<List<String>> holdings, long bytesPerSecond) {
    this.inbox = inbox;
    this.store = store;
    this.holdings = holdings;
    this.bytesPerSecond = bytesPerSecond;
    this.search = new RotSearch(bytesPerSecond);
    this.thread = Thread.ofPlatform().name("seedfall-rehash").daemon().unstarted(this::run);
  }

  /**
   * Begins.
   *
   * @param holdings info-hashes of the complete versions, in hexadecimal digits, at any time
   * @param bytesPerSecond at least 1
   */
  static Rehash start(
      AgentInbox inbox, VersionStore store, Supplier<List<String>> holdings, long bytesPerSecond) {
    Rehash rehash = new Rehash(inbox, store, holdings, bytesPerSecond);
    rehash.thread.start();
    return rehash;
  }

  private void run() {
    try {
      while (!closed) {
        long bytes = 0;
        for (String infoHash : holdings.get().stream().sorted().toList()) {
          bytes += read(InfoHash.parse(infoHash));
        }
        Thread.sleep(pauseMillis(bytes, bytesPerSecond));
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException bug) {
      inbox.answer(new AgentEvent.Crashed(bug));
    }
  }

  /** How long after a pass over so many bytes the next one begins. */
  static long pauseMillis(long bytesRead, long bytesPerSecond) {
    long left = Math.max(0, PASS_BYTES_MIN - bytesRead);
    return Math.min(PAUSE_MILLIS_MAX, (long) (left * 1_000.0 / bytesPerSecond));
  }

  /** Reads one version as long as it is complete; the bytes that were read. */
  private long read(InfoHash infoHash) throws InterruptedException {
    try {
      Metainfo metainfo = store.readMetainfo(infoHash);
      return metainfo == null ? 0 : read(metainfo);
    } catch (IOException e) {
      LOG.warn("version {} cannot be read again: {}", infoHash, e.getMessage());
      return 0;
    }
  }

  private long read(Metainfo metainfo) throws IOException, InterruptedException {
    PieceGeometry geometry = metainfo.geometry();
    String infoHash = metainfo.infoHash().hex();
    int next = 0;
    while (next < geometry.pieceCount() && !closed && isHeld(infoHash)) {
      Round round = new Round(geometry.pieceCount(), next);
      search.search(metainfo, store.content(metainfo), next, round::read);
      next = round.next;
      if (round.rotten.isEmpty()) {
        return bytesBefore(geometry, next);
      }
      if (closed || !isHeld(infoHash)) {
        break;
      }
      tell(metainfo, round.rotten);
      // Now it is not complete until it is repaired, and never again when it is given up.
      awaitHeld(infoHash);
    }
    return bytesBefore(geometry, next);
  }

  private static long bytesBefore(PieceGeometry geometry, int piece) {
    return Math.min(geometry.totalBytes(), (long) piece * geometry.pieceBytes());
  }

  private boolean isHeld(String infoHash) {
    return holdings.get().contains(infoHash);
  }

  private void awaitHeld(String infoHash) throws InterruptedException {
    for (long waited = 0; !isHeld(infoHash) && waited < REPAIR_MILLIS_MAX; ) {
      Thread.sleep(POLL_MILLIS);
      waited += POLL_MILLIS;
    }
  }

  /** Comes back when the loop has seen to it. */
  private void tell(Metainfo metainfo, PieceSet rotten) throws InterruptedException {
    int first = rotten.next(0);
    LOG.warn(
        "{}: {} of {} pieces have rotted, the first of them in {}",
        metainfo,
        rotten.cardinality(),
        rotten.pieces(),
        metainfo.files().get(metainfo.geometry().fileOf(first)).path());
    String stamp = ContentStamp.ofOrEmpty(store.content(metainfo));
    CountDownLatch handled = new CountDownLatch(1);
    inbox.answer(new AgentEvent.Rotten(metainfo.infoHash(), rotten, stamp, handled));
    handled.await();
  }

  /** From one repair to the next. */
  private static final class Round {
    private final PieceSet rotten;
    private long foundNanos;
    private int next;

    Round(int pieces, int first) {
      this.rotten = new PieceSet(pieces);
      this.next = first;
    }

    boolean read(int piece, boolean right) {
      next = piece + 1;
      long nowNanos = System.nanoTime();
      if (!right) {
        foundNanos = rotten.isEmpty() ? nowNanos : foundNanos;
        rotten.add(piece);
      }
      return rotten.isEmpty() || nowNanos - foundNanos < GATHER_NANOS;
    }
  }

  /** Returns when it reads nothing more. */
  @Override
  public void close() {
    closed = true;
    search.stop();
    thread.interrupt();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // files would stay open: finish, then say so
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
