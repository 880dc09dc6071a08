package io.seedfall.node;

import io.seedfall.protocol.Endpoint;
import io.seedfall.protocol.InfoHash;
import io.seedfall.protocol.PieceSet;
import io.seedfall.protocol.metainfo.Metainfo;
import io.seedfall.swarm.SwarmEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One torrent that a {@link Node} seeds or fetches, until it is closed. Any thread may call it,
 * except that {@link #close} must not be called from {@link TransferListener#noticed}.
 */
public final class Transfer implements AutoCloseable {
  private final Metainfo metainfo;
  private final TorrentId id;
  private final Path content;
  private final SwarmLoop loop;
  private final Inbox<Posted> inbox;
  private final TransferTraffic traffic;
  private final Consumer<Transfer> forget;
  private volatile @Nullable Thread thread;
  private volatile boolean closed;
  private volatile Trackers trackers = Trackers.NONE;
  private volatile WebSeeds webSeeds = WebSeeds.NONE;

  Transfer(
      Metainfo metainfo,
      Path content,
      SwarmLoop loop,
      Inbox<Posted> inbox,
      TransferTraffic traffic,
      Consumer<Transfer> forget) {
    this.metainfo = metainfo;
    this.id = TorrentId.of(metainfo);
    this.content = content;
    this.loop = loop;
    this.inbox = inbox;
    this.traffic = traffic;
    this.forget = forget;
  }

  void start(Threads threads, Trackers announced, WebSeeds asked) {
    thread = threads.start("seedfall-swarm", loop);
    trackers = announced;
    announced.start(threads);
    webSeeds = asked;
    asked.start(threads);
  }

  Inbox<Posted> inbox() {
    return inbox;
  }

  /** The torrent's name here. */
  public TorrentId id() {
    return id;
  }

  /**
   * The torrent's v2 info-hash.
   *
   * @throws IllegalStateException when the torrent is v1 and has none
   */
  public InfoHash infoHash() {
    return metainfo.infoHash();
  }

  /** The names by which peers may ask for it. */
  WireNames wireNames() {
    return WireNames.of(metainfo);
  }

  /** Where it stands. */
  public TransferProgress progress() {
    return loop.progress();
  }

  /** The pieces that are verified now: a set of its own. */
  public PieceSet verified() {
    return loop.verified();
  }

  boolean isComplete() {
    return loop.isComplete();
  }

  int peers() {
    return loop.peers();
  }

  int webSeedsAsked() {
    return loop.webSeeds();
  }

  /** The most cells of {@link #pieceBits}. */
  public static final int PIECE_CELLS_MAX = 2_500;

  /** How many bits {@link #pieceBits} has: one a piece, or as many as there may be. */
  public int pieceCells() {
    return loop.cells().cells();
  }

  /**
   * Which pieces are here, a bit a cell, the first in the highest bit of the first byte. Of more
   * pieces than cells, a cell stands for several, and is set when all of them are here.
   */
  public byte[] pieceBits() {
    return loop.cells().packed();
  }

  /**
   * When the first byte was stored since it was opened, by {@link System#nanoTime}; 0 for never.
   */
  public long firstByteNanos() {
    return loop.firstByteNanos();
  }

  /**
   * When the last piece was verified since it was opened, likewise; what follows is putting it on
   * the disk.
   */
  public long verifiedNanos() {
    return loop.verifiedNanos();
  }

  /**
   * How fast its bytes may move from now on. While it is paused nothing is asked for and nothing is
   * sent; what was asked for may still come. It goes on afterwards where it was: for the swarm that
   * time does not exist.
   */
  public void pace(TransferPace pace) {
    traffic.pace(pace);
    inbox.put(new Posted.Paced());
  }

  /** How fast its bytes may move. */
  public TransferPace pace() {
    return traffic.pace();
  }

  /**
   * These are the neighbours from now on, in place of those before.
   *
   * @throws IllegalArgumentException when an address is no literal IP address
   */
  public void neighbours(List<Endpoint> neighbours) {
    inbox.put(new Posted.Neighbours(neighbours.stream().map(Addresses::canonical).toList()));
  }

  /**
   * There may be peers at these endpoints as well: {@code source} says so. They are tried when the
   * transfer takes peers from there ({@link FetchSpec#peerSources}) and as far as it has room for
   * them; the neighbours stay what they are.
   *
   * @throws IllegalArgumentException when an address is no literal IP address
   */
  public void learnt(List<Endpoint> peers, SwarmEvent.PeersLearnt.Source source) {
    inbox.put(
        new Posted.Learnt(
            new SwarmEvent.PeersLearnt(peers.stream().map(Addresses::canonical).toList(), source)));
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Where the content is: the file of a single-file torrent, the directory that holds the files of
   * any other.
   */
  public Path content() {
    return content;
  }

  /**
   * Ends every connection, puts what was fetched on the disk, tells the trackers (which is waited
   * for a few seconds at most), and returns when no thread and no file of it is left. A second call
   * does nothing.
   */
  @Override
  public void close() {
    Thread running = thread;
    if (Thread.currentThread().equals(running)) {
      throw new IllegalStateException("a transfer cannot be closed on its own swarm's thread");
    }
    closed = true;
    forget.accept(this);
    trackers.stop();
    webSeeds.stop();
    inbox.put(new Posted.Close());
    boolean interrupted = false;
    while (running != null) {
      try {
        running.join();
        trackers.join();
        webSeeds.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // half a close would leak: finish, then say so
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
